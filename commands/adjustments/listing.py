"""The list of adjustments: what moved balances without cash, and who asked and decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from dunning.adjustment import Asked
from dunning.adjustment_facts import Adjusted, InvoiceCancelled
from dunning.case import Case
from dunning.facts import WrittenOff
from dunning.money import Money
from ledger.books import Books
from ledger.tables import FactRow, table

FACT = table(FactRow)
_KINDS = ("adjustment_proposed", "adjusted", "invoice_cancelled", "invoice_reopened", "written_off")
_PREFIX = len("invoice:")


@dataclass(frozen=True)
class Listed:
    """One adjustment; `amount` is what the invoice owes more, or less where it is negative."""

    adjustment: str
    invoice: str
    customer: str
    what: str
    amount: Money
    state: str
    asked_by: str
    decided_by: str
    on: date
    reason: str


def adjustments_of(books: Books, first: date, last: date, *, waiting: bool = False) -> list[Listed]:
    """The adjustments of the days from the first to the last, oldest first."""
    streams = select(FACT.c.stream).where(FACT.c.kind.in_(_KINDS)).distinct()
    invoices = [one[_PREFIX:] for one in books.connection.execute(streams).scalars()]
    found = [one for case in books.cases(invoices).values() for one in listed_of(case)]
    chosen = [one for one in found if first <= one.on <= last]
    if waiting:
        chosen = [one for one in chosen if one.state in ("proposed", "approved")]
    return sorted(chosen, key=lambda one: (one.on, one.adjustment))


def listed_of(case: Case) -> Iterator[Listed]:
    """The adjustments of one case, those that nobody decided yet first."""
    asked = {one.adjustment: one for one in case.asked}
    yield from (_proposed(case, one) for one in case.asked if not one.done)
    yield from (_made(case, one, asked.get(one.adjustment)) for one in case.adjustments)
    if case.cancelled:
        yield _cancelled(case, case.cancelled, asked.get(case.cancelled.adjustment))
    if case.written_off:
        yield _written_off(case, case.written_off)


def _proposed(case: Case, one: Asked) -> Listed:
    return Listed(
        adjustment=one.adjustment,
        invoice=case.invoice,
        customer=case.customer,
        what=one.what,
        amount=one.amount,
        state=one.outcome or "proposed",
        asked_by=one.by,
        decided_by=one.decided_by,
        on=one.at.date(),
        reason=one.reason,
    )


def _made(case: Case, made: Adjusted, asked: Asked | None) -> Listed:
    undone = {one.undoes for one in case.adjustments}
    return Listed(
        adjustment=made.adjustment,
        invoice=case.invoice,
        customer=case.customer,
        what=made.what,
        amount=made.amount,
        state="taken back" if made.adjustment in undone else "done",
        asked_by=asked.by if asked else made.by,
        decided_by=asked.decided_by if asked else made.rule,
        on=made.on,
        reason=f"takes {made.undoes} back: {made.reason}" if made.undoes else made.reason,
    )


def _cancelled(case: Case, gone: InvoiceCancelled, asked: Asked | None) -> Listed:
    return Listed(
        adjustment=gone.adjustment,
        invoice=case.invoice,
        customer=case.customer,
        what="cancellation",
        amount=-gone.amount,
        state="done",
        asked_by=asked.by if asked else gone.by,
        decided_by=gone.by,
        on=gone.on,
        reason=gone.reason,
    )


def _written_off(case: Case, gone: WrittenOff) -> Listed:
    agreed = [one for one in case.proposals if (one.what, one.outcome) == ("write_off", "approved")]
    moved = next(one for one in reversed(case.movements) if one.kind == "write_off")
    return Listed(
        adjustment="",
        invoice=case.invoice,
        customer=case.customer,
        what="write_off",
        amount=moved.amount,
        state="done",
        asked_by=agreed[-1].by if agreed else gone.by,
        decided_by=gone.by if agreed else "",
        on=gone.at.date(),
        reason=gone.reason,
    )
