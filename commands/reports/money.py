"""Key figures of one currency: days sales outstanding, effectiveness, roll, expectation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from commands.reports.as_closed import View
from dunning.money import Money
from dunning.reports import days_sales, days_to_pay, expectation
from dunning.reports.aging import AgedSum, AgingRow, aging_rows, aging_totals
from dunning.reports.buckets import BUCKETS
from dunning.reports.days_sales import Month
from dunning.reports.days_to_pay import PromiseOutcome, Receipt
from dunning.reports.rounding import percent
from ledger.books import Books
from ledger.report_activity import PromiseOn, promises_on
from ledger.report_aging import aged_rows
from ledger.report_cash import (
    free_cash,
    unapplied_sums,
)
from ledger.report_receipts import collected_from, receipts, sales

Row = dict[str, Any]
Kept = TypeVar("Kept", str, date)
# Roll rates and history look back so many days.
ROLL_DAYS = 30


@dataclass(frozen=True)
class LossMatrix:
    """How losses are expected: a rate for each bucket, else the final write-off rate to roll back.

    Rates are fractions; without both there is no provision.
    """

    rates: tuple[Decimal, ...] = ()
    written_off: Decimal | None = None


@dataclass(frozen=True)
class Receivables:
    """What the figures of one currency are made from; rows are agings in that currency."""

    currency: str
    first: date
    last: date
    beginning: AgingRow
    ending: AgingRow
    rolled: AgingRow
    collected: Mapping[str, int]
    sales: Mapping[date, int]
    receipts: Sequence[Receipt]
    promises: Sequence[PromiseOn]

    def months(self, since: date | None = None) -> list[Month]:
        """Credit sales by month, the latest first; from `since`, else from the first known sale."""
        by_month: Counter[tuple[int, int]] = Counter()
        known = {on: minor for on, minor in self.sales.items() if since is None or on >= since}
        for on, minor in known.items():
            by_month[on.year, on.month] += minor
        begin = since or min(known, default=self.last)
        listed, end = [], self.last
        while end >= begin:
            start = max(end.replace(day=1), since or date.min)
            listed.append(Month(by_month[end.year, end.month], (end - start).days + 1))
            end = end.replace(day=1) - timedelta(days=1)
        return listed


def receivables(books: Books, first: date, last: date, view: View) -> list[Receivables]:
    """What is needed of each currency that has anything open, sold or received."""
    connection, scopes = books.connection, view.scopes(books, last)
    before, rolled_on = first - timedelta(days=1), last - timedelta(days=ROLL_DAYS)
    rows = [_aging(books, day, last, view) for day in (before, last, rolled_on)]
    sold = [one for scope in scopes for one in sales(connection, last, scope)]
    paid = [one for scope in scopes for one in receipts(connection, first, last, scope)]
    came = [
        one for scope in scopes for one in collected_from(connection, rolled_on, last, scope=scope)
    ]
    promises = promises_on(connection, last)
    currencies = {*(c for c, _, _ in sold), *rows[1], *(one.currency for one in paid)}
    return [
        Receivables(
            currency,
            first,
            last,
            beginning=rows[0].get(currency, nothing),
            ending=rows[1].get(currency, nothing),
            rolled=rows[2].get(currency, nothing),
            collected=_summed((c.bucket, c.open_minor) for c in came if c.currency == currency),
            sales=_summed((on, minor) for c, on, minor in sold if c == currency),
            receipts=[one for one in paid if one.currency == currency],
            promises=[one for one in promises if one.amount.currency == currency],
        )
        for currency, nothing in [(one, AgingRow("total", one)) for one in sorted(currencies)]
    ]


def money_figures(found: Receivables, matrix: LossMatrix) -> Row:
    """The figures of one currency; amounts in major units, days and per cent with two decimals."""
    ending, sold = found.ending, _sold(found)
    rolls = expectation.roll_rates(found.rolled.buckets, ending.buckets)
    return {
        "currency": found.currency,
        "beginning": _major(found, found.beginning.gross),
        "sales": _major(found, sold),
        "ending": _major(found, ending.gross),
        "ending_current": _major(found, ending.buckets["current"]),
        "unapplied": _major(found, ending.unapplied),
        "disputed": _major(found, ending.disputed),
        "past_due_percent": percent(ending.past_due, ending.gross),
        "dso": _dso(found, sold),
        "cei": _cei(found, sold),
        "turnover": days_sales.turnover(sold, found.beginning.gross, ending.gross),
        "days_to_pay": days_to_pay.weighted_days_to_pay(found.receipts),
        "days_beyond_terms": days_to_pay.weighted_days_beyond_terms(found.receipts),
        "roll_rates": rolls,
        "promises": _promises(found),
        "expected": {"by_promise": _by_promise(found), "by_history": _by_history(found)},
        "provision": _provision(found, matrix, rolls),
    }


def _aging(books: Books, day: date, last: date, view: View) -> dict[str, AgingRow]:
    rows: list[AgingRow] = []
    cash: list[AgedSum] = []
    for scope in view.scopes(books, day, last):
        rows += aged_rows(books.connection, day, "due", scope=scope)
        cash += unapplied_sums(free_cash(books.connection, day, scope=scope), "")
    return {row.currency: row for row in aging_totals(aging_rows(cash, rows))}


def _summed(parts: Iterable[tuple[Kept, int]]) -> Mapping[Kept, int]:
    """Parts of several entities with the same key, added up."""
    found: Counter[Kept] = Counter()
    for key, minor in parts:
        found[key] += minor
    return dict(found)


def _sold(found: Receivables) -> int:
    return sum(minor for on, minor in found.sales.items() if on >= found.first)


def _dso(found: Receivables, sold: int) -> Row:
    days = (found.last - found.first).days + 1
    simple = days_sales.dso_simple(found.ending.gross, sold, days)
    best = days_sales.best_possible_dso(found.ending.buckets["current"], sold, days)
    back = days_sales.dso_count_back(found.ending.gross, found.months())
    return {
        "simple": simple,
        # Receivables older than all known sales have no number, only a bound.
        "count_back": f"> {back.days}" if back.exceeds else back.days,
        "best_possible": best,
        "add": days_sales.average_days_delinquent(simple, best),
    }


def _cei(found: Receivables, sold: int) -> Row:
    beginning, ending = found.beginning.gross, found.ending.gross
    current = found.ending.buckets["current"]
    after_last = found.last + timedelta(days=1)
    # A part of a month has no average month.
    months = found.months(found.first) if found.first.day == after_last.day == 1 else []
    return {
        "period": days_sales.cei_period(beginning, sold, ending, current),
        "monthly": days_sales.cei_monthly(beginning, months, ending, current),
    }


def _promises(found: Receivables) -> Row:
    settled = [
        PromiseOutcome(found.currency, one.amount.minor, one.outcome)
        for one in found.promises
        if one.settled_on and found.first <= one.settled_on <= found.last
    ]
    counts = Counter(one.outcome for one in settled)
    return {
        **{name: counts[name] for name in (*days_to_pay.MATURED, "void", "withdrawn")},
        "kept_by_count": days_to_pay.kept_by_count(settled),
        "kept_by_value": days_to_pay.kept_by_value(settled),
    }


def _by_promise(found: Receivables) -> Row:
    """Promised and not settled yet, by how soon."""
    week, month = found.last + timedelta(days=7), found.last + timedelta(days=ROLL_DAYS)
    running = [one for one in found.promises if not one.outcome]
    spans = {
        "past": [one for one in running if one.promised_on <= found.last],
        "7_days": [one for one in running if found.last < one.promised_on <= week],
        "30_days": [one for one in running if week < one.promised_on <= month],
        "later": [one for one in running if one.promised_on > month],
    }
    return {name: _major(found, _minor(one.amount for one in some)) for name, some in spans.items()}


def _by_history(found: Receivables) -> Row:
    parts = expectation.expected_by_history(
        found.ending.buckets, found.rolled.buckets, found.collected, found.currency
    )
    return _with_total(found, parts)


def _provision(
    found: Receivables, matrix: LossMatrix, rolls: Mapping[str, Decimal | None]
) -> Row | None:
    if matrix.rates:
        rates = dict(zip((one.key for one in BUCKETS), matrix.rates, strict=True))
    elif matrix.written_off is not None:
        rates = expectation.loss_rates(rolls, matrix.written_off)
    else:
        return None
    parts = expectation.provision(found.ending.buckets, rates, found.currency)
    shown = {key: format((rate * 100).normalize(), "f") for key, rate in rates.items()}
    return {**_with_total(found, parts), "rates_percent": shown}


def _with_total(found: Receivables, parts: Mapping[str, Money]) -> Row:
    amounts = {key: str(amount.major) for key, amount in parts.items()}
    return amounts | {"total": _major(found, _minor(parts.values()))}


def _minor(amounts: Iterable[Money]) -> int:
    return sum(amount.minor for amount in amounts)


def _major(found: Receivables, minor: int) -> str:
    return str(Money(minor, found.currency).major)
