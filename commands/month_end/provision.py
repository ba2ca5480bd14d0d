"""The provision of one entity's month by matrix, and how it moved."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from commands.month_end.asked import Asked
from dunning.money import Money
from dunning.reports.aging import AgingRow, aging_rows
from dunning.reports.buckets import BUCKETS
from dunning.reports.expectation import provision
from dunning.reports.roll_forward import RollForward
from ledger.books import Books
from ledger.report_aging import aged_rows

Row = dict[str, Any]


def provision_rows(
    books: Books, asked: Asked, closing: Mapping[str, AgingRow], rolls: Mapping[str, RollForward]
) -> list[Row]:
    """Opening + charge - used - released = closing, a row each currency; none without rates.

    The opening is what the month before was closed with; else this month's rates on its aging.
    Write-offs of the month use it up, as far as it goes.
    """
    if not asked.given.rates:
        return []
    before = (
        dict(asked.before.prepared.rates) if asked.before.closed and asked.before.prepared else {}
    )
    rows = aged_rows(books.connection, asked.opening_day, "due", scope=asked.opening_scope)
    opening = {row.currency: row for row in aging_rows((), rows)}
    currencies = sorted({*opening, *closing})
    return [
        _moved(
            currency,
            _needed(opening.get(currency), before or asked.given.rates, currency),
            _needed(closing.get(currency), asked.given.rates, currency),
            -rolls[currency].lines["write_offs"] if currency in rolls else 0,
        )
        | {"opening_rates": "as it was closed" if before else "by this month's rates"}
        for currency in currencies
    ]


def _needed(row: AgingRow | None, rates: Mapping[str, Decimal], currency: str) -> dict[str, Money]:
    gross = row.buckets if row else {one.key: 0 for one in BUCKETS}
    return provision(gross, rates, currency)


def _moved(
    currency: str, before: Mapping[str, Money], after: Mapping[str, Money], written_off: int
) -> Row:
    opening, closing = (sum(one.minor for one in each.values()) for each in (before, after))
    used = min(max(written_off, 0), opening)
    change = closing - opening + used
    return {
        "currency": currency,
        "opening": opening,
        "charge": max(change, 0),
        "used": -used,
        "released": min(change, 0),
        "closing": closing,
        "by_bucket": {key: amount.minor for key, amount in after.items()},
    }
