"""Collectors in a period: what their customers owe and paid, who was reminded, who kept a word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from commands.reports.aging import UNASSIGNED
from commands.reports.as_closed import View
from dunning.money import Money
from dunning.reports.aging import AgingRow, aging_rows
from dunning.reports.days_to_pay import MATURED
from dunning.reports.rounding import percent
from ledger.books import Books
from ledger.report_activity import promises_on
from ledger.report_aging import aged_rows
from ledger.report_collectors import collected_by, collectors_of, customers_by, reminders_by

Row = dict[str, Any]
Key = tuple[str, str]


def collector_rows(books: Books, first: date, last: date, view: View) -> list[Row]:
    """A row for each collector and currency; amounts in major units, per cent with two decimals.

    Whose a customer is, is what the ledger says now.
    """
    connection, scopes = books.connection, view.scopes(books, last)
    parts = [r for one in scopes for r in aged_rows(connection, last, "due", "collector", one)]
    owed = {(row.key, row.currency): row for row in aging_rows((), parts)}
    cash: Counter[Key] = Counter()
    for scope in scopes:
        cash.update(collected_by(connection, first, last, scope))
    kept = _promises(books, first, last)
    reminded, customers = reminders_by(connection, first, last), customers_by(connection)
    return [
        {
            "collector": who or UNASSIGNED,
            "currency": currency,
            "customers": customers.get(who, 0),
            "reminders": reminded.get(who, 0),
            **_money(owed.get((who, currency), AgingRow(who, currency)), cash[who, currency]),
            "promises_matured": sum(kept.get((who, currency), {}).values()),
            "promises_kept_percent": _kept(kept.get((who, currency), {})),
        }
        for who, currency in sorted({*owed, *cash, *kept})
    ]


def _money(owed: AgingRow, collected: int) -> Row:
    shown = {"open": owed.gross, "past_due": owed.past_due, "collected": collected}
    return {
        **{name: str(Money(minor, owed.currency).major) for name, minor in shown.items()},
        "past_due_percent": percent(owed.past_due, owed.gross),
    }


def _promises(books: Books, first: date, last: date) -> dict[Key, Counter[str]]:
    """Outcomes of the promises that matured in the period."""
    settled = [
        one
        for one in promises_on(books.connection, last)
        if one.outcome in MATURED and one.settled_on and first <= one.settled_on <= last
    ]
    whose = collectors_of(books.connection, (one.invoice for one in settled))
    found: dict[Key, Counter[str]] = {}
    for one in settled:
        key = (whose.get(one.invoice, ""), one.amount.currency)
        found.setdefault(key, Counter())[one.outcome] += 1
    return found


def _kept(outcomes: Mapping[str, int]) -> object:
    return percent(outcomes.get("kept", 0), sum(outcomes.values()))
