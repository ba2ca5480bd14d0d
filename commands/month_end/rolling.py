"""The roll-forward of the invoices of one entity's month, and what makes a difference."""

from __future__ import annotations

from datetime import date
from typing import Any

from commands.month_end.asked import Asked
from dunning.may import NotAllowed
from dunning.reports.roll_forward import (
    INVOICES,
    LATE,
    LINES,
    RollForward,
    UnknownMovements,
    lines_of,
)
from ledger.books import Books
from ledger.report_period import ISSUED, Span, balances, disagreeing, moved, unexplained

Row = dict[str, Any]
# So many invoices of a difference are listed.
MOST_LISTED = 100


def invoice_rolls(books: Books, asked: Asked) -> dict[str, RollForward]:
    """The roll-forward of the invoices by currency. Raises NotAllowed on unknown movements."""
    connection, month = books.connection, asked.month
    opening = balances(connection, asked.opening_day, asked.opening_scope)
    closing = balances(connection, month.last, asked.scope)
    sums = moved(connection, Span(month.first, month.last), asked.scope)
    late = _late(books, asked)
    currencies = sorted({*opening, *closing, *sums, *late})
    rolls = [
        RollForward(
            currency,
            opening.get(currency, 0),
            closing.get(currency, 0),
            _lines(sums.get(currency, {}), late.get(currency, 0)),
        )
        for currency in currencies
    ]
    return {roll.currency: roll for roll in rolls if not roll.is_empty}


def differences(books: Books, asked: Asked, rolls: dict[str, RollForward]) -> list[Row]:
    """The invoices that make a difference, and those whose list says otherwise than movements."""
    connection, month = books.connection, asked.month
    found: list[tuple[str, str, int, str]] = []
    if any(roll.difference for roll in rolls.values()):
        apart = unexplained(connection, Span(month.first, month.last), asked.scope)
        found += [
            (invoice, iso, minor, "its balance changed by more than its movements")
            for invoice, (iso, minor) in sorted(apart.items())
        ]
    found += [
        (invoice, iso, minor, "the list of cases has another balance than its movements make")
        for invoice, iso, minor in disagreeing(connection, asked.scope)
    ]
    return [
        {"invoice": invoice, "currency": iso, "minor": minor, "why": why}
        for invoice, iso, minor, why in found[:MOST_LISTED]
    ]


def _lines(sums: dict[str, int], late: int) -> dict[str, int]:
    kinds = {kind: minor for kind, minor in sums.items() if kind != ISSUED}
    try:
        lines = lines_of(kinds.items())
    except UnknownMovements as unknown:
        raise NotAllowed(str(unknown)) from None
    filled = lines | {INVOICES: sums.get(ISSUED, 0), LATE: late}
    return {line.key: filled[line.key] for line in LINES}


def _late(books: Books, asked: Asked) -> dict[str, int]:
    """What was recorded after the month before was closed and counts in it or earlier."""
    since = asked.before.known_at
    if since is None:
        return {}
    span = Span(date.min, asked.opening_day, since)
    sums = moved(books.connection, span, asked.scope)
    return {currency: sum(kinds.values()) for currency, kinds in sums.items()}
