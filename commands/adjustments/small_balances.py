"""Small balances: what a payment left within the tolerance is written off by itself, once."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from sqlalchemy import select

from activities.planning import Planner
from commands.adjustments.small_rests import small_balance
from dunning.money import Money, totals
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.tables import CaseRow, FactRow, table

CASE, FACT = table(CaseRow), table(FactRow)


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
