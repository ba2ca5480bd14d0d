"""Small balances: what a payment left within the tolerance is written off by itself, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select

from activities.planning import DUNCAN, Planner
from commands.adjustments.effects import next_name
from dunning.adjustment_facts import Adjusted
from dunning.case import Case
from dunning.cash_facts import ShortPaid
from dunning.facts import InvoiceFact
from dunning.money import Money, totals
from dunning.write_off_rules import WriteOffRules
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.tables import CaseRow, FactRow, table

CASE, FACT = table(CaseRow), table(FactRow)
# The reason of a short payment that the tolerance covers.
TOLERANCE = "tolerance"


def write_off_small_balances(ledger: Ledger, planner: Planner, now: datetime) -> str:
    """Write off every rest within tolerance and limit; the sentence says how many and how much."""
    rules = planner.policies_at(now).write_offs
    if not rules.automatic:
        return "Small balances are not written off by themselves: write_offs.toml says so."
    with ledger.reading() as books:
        found = _short_paid(books)
    tried = (ledger.transact(partial(_written, planner, now, one)) for one in found)
    given_up = [amount for amount in tried if amount is not None]
    sums = ", ".join(str(one) for one in totals(given_up).values()) or "nothing"
    return f"{len(given_up)} small balances were written off: {sums}."


def small_balance(
    case: Case, history: Sequence[InvoiceFact], rules: WriteOffRules, now: datetime
) -> Adjusted | None:
    """What gives up the rest of an invoice that was paid within the tolerance, if it may go."""
    short = [fact for fact in history if isinstance(fact, ShortPaid)]
    left = case.balance
    if not short or short[-1].reason != TOLERANCE or not rules.is_small(left):
        return None
    # A dispute, or money that moved since, makes the rest something else than the tolerance.
    if left.minor <= 0 or left > short[-1].amount or case.disputed.minor or case.written_off:
        return None
    return Adjusted(
        at=now,
        by=DUNCAN,
        adjustment=next_name(case),
        what="small_balance",
        amount=-left,
        on=now.date(),
        reason=f"payment {short[-1].payment} left it within the tolerance",
        rule="small_balance",
        limit=rules.limit(left.currency),
    )


def _short_paid(books: Books) -> list[str]:
    """The open invoices that were ever paid short."""
    stream = "invoice:" + CASE.c.invoice
    query = select(CASE.c.invoice).where(
        CASE.c.closed_on.is_(None),
        CASE.c.balance_minor > 0,
        CASE.c.balance_minor < CASE.c.amount_minor,
        select(FACT.c.id).where(FACT.c.stream == stream, FACT.c.kind == "short_paid").exists(),
    )
    return list(books.connection.execute(query.order_by(CASE.c.invoice)).scalars())


def _written(planner: Planner, now: datetime, invoice: str, books: Books) -> Money | None:
    books.lock_invoices([invoice])
    case, rules = books.case(invoice), planner.policies_at(now).write_offs
    fact = small_balance(case, [one for _, one in books.history(invoice)], rules, now)
    if fact is None:
        return None
    planner.plan(books, books.record(invoice, fact), now)
    return -fact.amount
