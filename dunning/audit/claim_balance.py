"""What of an invoice was open at the end of a day, added up by the auditor from its facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from dunning import adjustment_facts, cash_facts, facts
from dunning.facts import InvoiceFact


def open_before(known: Sequence[InvoiceFact], day: date) -> int:
    """What was open when the day began, in minor units."""
    return amount_of(known) + sum(minor for on, minor in moves_of(known) if on < day)


def due_of(known: Sequence[InvoiceFact]) -> date:
    """The due date that counts: that of the latest terms."""
    terms = facts.InvoiceOpened | facts.InvoiceAmended
    return [one.due_date for one in known if isinstance(one, terms)][-1]


def amount_of(known: Sequence[InvoiceFact]) -> int:
    """What was invoiced at first: later terms count from the day they came."""
    first = known[0]
    assert isinstance(first, facts.InvoiceOpened), "an invoice begins when the ledger names it"
    return first.amount.minor


def moves_of(known: Sequence[InvoiceFact]) -> Iterator[tuple[date, int]]:
    """From the end of which day on how much more was owed, or less."""
    asked = amount_of(known)
    total, written_off = asked, False
    for one in known:
        for on, minor in _moved(one, asked):
            total += minor
            if not written_off:
                yield on, minor
        if isinstance(one, facts.InvoiceAmended):
            asked = one.amount.minor
        if isinstance(one, facts.WrittenOff):
            written_off = True
            yield one.at.date(), -total
        if isinstance(one, adjustment_facts.InvoiceReopened) and written_off:
            written_off = False
            yield one.on, total


def _moved(one: InvoiceFact, asked: int) -> Iterator[tuple[date, int]]:
    match one:
        case facts.PaymentApplied() | facts.CreditApplied() | cash_facts.DeductionAllowed():
            yield one.on, -one.amount.minor
        case facts.PaymentReversed() | cash_facts.ApplicationUndone():
            yield one.on, one.amount.minor
        case cash_facts.DeductionUndone() | adjustment_facts.Adjusted():
            yield one.on, one.amount.minor
        case adjustment_facts.InvoiceCancelled():
            yield one.on, -one.amount.minor
        case adjustment_facts.InvoiceReopened(after="cancellation"):
            yield one.on, one.amount.minor
        case facts.InvoiceAmended():
            yield one.at.date(), one.amount.minor - asked
