"""Tests of lists and files: everything is followed, as the facts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dunning.audit.account import Followed, ImportRun
from dunning.audit.life import Life
from dunning.audit.tally import Tally
from dunning.audit.view import View

CLOSING = ("PAID", "WRITTEN_OFF", "HANDED_OVER")
A_DAY = timedelta(days=1)


def check_listed(view: View, followed: Followed, tally: Tally, *, is_whole: bool) -> None:
    """A01, A02 and A28: the list of cases against the facts of this invoice, as they are now.

    Unless the facts are whole, the list tells of a later day and is not compared.
    """
    tally.checked["A01"] += 1
    listed = followed.listed
    if listed is None:
        why = "the ledger has the invoice, but no case follows it"
        tally.find("A01", "NOT_FOLLOWED", view.invoice, view.customer, None, "case", why)
        return
    if not is_whole:
        return
    tally.checked["A02"] += 1
    tally.checked["A28"] += 1
    for what, right, said in _compared(view.life, followed):
        if right != said:
            why = f"the case says {what} {said}, the facts say {right}"
            tally.find("A02", what.upper(), view.invoice, view.customer, None, what, why)
    _check_end(view, followed, tally)


def check_imports(runs: Sequence[ImportRun], tally: Tally) -> None:
    """A03: what came of the rows adds up, and the facts of the file are in the books."""
    for run in runs:
        tally.checked["A03"] += 1
        came = run.accepted + run.updated + run.unchanged + run.rejected
        if came != run.rows:
            why = f"{run.file}: {run.rows} rows, but {came} are accounted for"
            tally.find("A03", "ROWS", "", "", run.at.date(), run.file, why)
        wanted = run.accepted + run.updated
        if run.recorded is not None and run.recorded != wanted:
            why = f"{run.file}: {wanted} rows were taken in, {run.recorded} facts are in the books"
            tally.find("A03", "FACTS", "", "", run.at.date(), run.file, why)


def _compared(life: Life, followed: Followed) -> list[tuple[str, object, object]]:
    listed, standing = followed.listed, life.standing
    assert listed is not None, "compared with the list, which has it"
    assert standing is not None, "a life that was read to its end has a standing"
    currency = life.opened.amount.currency
    return [
        ("customer", life.opened.customer, listed.customer),
        ("currency", currency, listed.amount.currency),
        ("amount", standing.amount, listed.amount.minor),
        ("balance", standing.balance, listed.balance.minor),
        ("due date", standing.due, listed.due_date),
    ]


def _check_end(view: View, followed: Followed, tally: Tally) -> None:
    listed, standing = followed.listed, view.life.standing
    assert listed is not None, "compared with the list, which has it"
    assert standing is not None, "a life that was read to its end has a standing"
    if listed.closed and not standing.closed:
        why = f"closed with {standing.balance} minor units open"
        tally.find("A28", "CLOSED_OPEN", view.invoice, view.customer, None, "case", why)
    if standing.closed and not listed.closed:
        why = f"{standing.closed.lower().replace('_', ' ')}, but still followed"
        tally.find("A28", "OPEN_SETTLED", view.invoice, view.customer, None, "case", why)
    if listed.closed or standing.closed or not listed.next_at:
        return
    day = view.calendar.local_date(listed.next_at)
    stopped = any(one.on(view.today) for stops in view.stops.values() for one in stops)
    if view.calendar.business_days_after(day, 2) < view.today and not stopped:
        why = f"planned for {day}, and nothing happened"
        tally.find("A28", "STUCK", view.invoice, view.customer, None, "case", why)
