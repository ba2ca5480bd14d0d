"""Late-payment interest: simple, on what was open day by day, rounded half-up once at the end.

`principal x rate/100 x days/365`, unless the law counts another year; the first day is the one
after the due date, and the day of settlement counts. Each country's law and rates
stand in `dunning/countries/`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from dunning.business_days import BusinessCalendar
from dunning.countries.table import ClaimRule, half_year_of
from dunning.money import Money
from dunning.yearly_rate import YearlyRate, rate_on

_HUNDRED = 100
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Principal:
    """What was open from a day on, until the next one."""

    since: date
    amount: Money


@dataclass(frozen=True)
class InterestLine:
    """Days with one principal at one yearly rate; `exact` in minor units, not rounded."""

    first: date
    last: date
    principal: Money
    rate: YearlyRate
    exact: Fraction

    @property
    def days(self) -> int:
        """How many days, the first and the last included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Interest:
    """What is claimed for a time, line by line; the total is rounded once."""

    law: str
    currency: str
    lines: tuple[InterestLine, ...]

    @property
    def total(self) -> Money:
        """The sum of the exact lines, rounded half-up to minor units."""
        return Money(half_up(sum((one.exact for one in self.lines), Fraction(0))), self.currency)

    @property
    def days(self) -> int:
        """How many days interest ran."""
        return sum(one.days for one in self.lines)


def interest(
    rule: ClaimRule,
    due: date,
    principals: Sequence[Principal],
    until: date,
    contract: Decimal | None = None,
) -> Interest:
    """The interest from the day after `due` to `until`, both included.

    `principals` are in the order of their days; `contract` is an agreed yearly rate in per cent.
    Where the law compounds, the interest of each full year bears interest from then on.
    Raises NotClaimable where a rate is missing or nothing was agreed.
    """
    first = due + _A_DAY
    lines: list[InterestLine] = []
    for start, end in _years(rule, first, until):
        gained = sum((one.exact for one in lines), Fraction(0))
        for since, last, amount in _spans(principals, start, end):
            known = rate_on(rule, since, first, contract)
            exact = (amount.minor + gained) * Fraction(known.percent) * ((last - since).days + 1)
            exact /= _HUNDRED * (rule.year_days or year_days(since.year))
            lines.append(InterestLine(since, last, amount, known, exact))
    currency = principals[0].amount.currency if principals else ""
    return Interest(rule.law, currency, tuple(lines))


def runs_from(rule: ClaimRule, due: date, calendar: BusinessCalendar | None) -> date:
    """The due date that counts: moved to a working day where the law moves it."""
    moves = rule.due_moves_to_workday and calendar is not None
    return calendar.on_or_after(due) if moves and calendar else due


def year_days(year: int) -> int:
    """How many days a calendar year has."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def half_up(exact: Fraction) -> int:
    """A whole number of minor units, halves away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) + Fraction(1, 2))


def _years(rule: ClaimRule, first: date, until: date) -> Iterator[tuple[date, date]]:
    """The whole time, cut at each anniversary of its first day where interest compounds."""
    start, years = first, 1
    while rule.compounds_yearly and (turn := _anniversary(first, years)) <= until:
        yield start, turn - _A_DAY
        start, years = turn, years + 1
    yield start, until


def _anniversary(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _spans(
    principals: Sequence[Principal], first: date, last: date
) -> Iterator[tuple[date, date, Money]]:
    """Days with something open, cut where the principal changes and at each half-year."""
    ends = [one.since - _A_DAY for one in principals[1:]] + [last]
    for one, end in zip(principals, ends, strict=True):
        start, end_here = max(one.since, first), min(end, last)
        while one.amount.minor > 0 and start <= end_here:
            close = min(end_here, _half_year_end(start))
            yield start, close, one.amount
            start = close + _A_DAY


def _half_year_end(day: date) -> date:
    second = half_year_of(day).endswith("2")
    return date(day.year, 12, 31) if second else date(day.year, 6, 30)
