"""Disputes in figures: how long they take, whose they are, how old and how large."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any

from activities.planning import Planner
from dunning.case import Case
from dunning.dispute import Dispute
from dunning.money import Money, totals
from dunning.situation import Situation
from ledger.books import Books
from ledger.disputes import ListedDispute, disputed_invoices, open_disputes
from ledger.rows import chunks

Row = dict[str, Any]


@dataclass(frozen=True)
class CycleTime:
    """How long a resolved dispute took; of the business days, `waiting` were the customer's."""

    reason: str
    outcome: str
    calendar_days: int
    business_days: int
    waiting_business_days: int

    @property
    def working_business_days(self) -> int:
        """Without the days on which it waited for the customer."""
        return self.business_days - self.waiting_business_days


def dispute_report(books: Books, planner: Planner, first: date, last: date, now: datetime) -> Row:
    """The answer of `duncan disputes report --json`.

    Cycle times are of the disputes resolved from `first` to `last`, the customers' own days; median
    and P90 (nearest rank). Disputes that were overtaken, by a payment for example, count too. What
    is open is as of `now`, per owner and currency.
    """
    times, opened = [], Counter[str]()
    for situation in _situations(books, planner, now):
        for dispute in situation.case.disputes:
            if first <= situation.calendar.local_date(dispute.at) <= last:
                opened[dispute.reason] += 1
            time = cycle_time(situation, dispute)
            if time and first <= _day(situation, dispute) <= last:
                times.append(time)
    return {
        "from": str(first),
        "to": str(last),
        "opened": dict(opened.most_common()),
        "resolved": dict(Counter(time.outcome for time in times).most_common()),
        "cycle_times": _figures(times),
        "by_reason": {
            reason: _figures([time for time in times if time.reason == reason])
            for reason in sorted({time.reason for time in times})
        },
        "open": open_by_owner(open_disputes(books.connection), now),
    }


def cycle_time(situation: Situation, dispute: Dispute) -> CycleTime | None:
    """How long a resolved dispute took; None while it is open."""
    if dispute.resolved_at is None:
        return None
    calendar = situation.calendar
    raised, resolved = calendar.local_date(dispute.at), calendar.local_date(dispute.resolved_at)
    return CycleTime(
        dispute.reason,
        dispute.outcome,
        (resolved - raised).days,
        calendar.business_days_between(raised, resolved),
        sum(
            calendar.business_days_between(calendar.local_date(since), calendar.local_date(until))
            for since, until in _customers_turns(dispute, dispute.resolved_at)
        ),
    )


def open_by_owner(disputes: Sequence[ListedDispute], now: datetime) -> list[Row]:
    """Open disputes of each owner: how many, how old in days, and what they hold by currency."""
    rows = []
    for owner in sorted({one.owner for one in disputes}):
        mine = [one for one in disputes if one.owner == owner]
        ages = [(now - one.opened_at).days for one in mine]
        held = totals([Money(one.held_minor, one.currency) for one in mine])
        rows.append(
            {
                "owner": owner,
                "open": len(mine),
                "waiting_on_customer": sum(one.waiting_on == "customer" for one in mine),
                "escalated": sum(one.escalated for one in mine),
                "oldest_days": max(ages),
                "median_days": median(ages),
                "held": {currency: str(money.major) for currency, money in held.items()},
            }
        )
    return rows


def _situations(books: Books, planner: Planner, now: datetime) -> Iterator[Situation]:
    """The cases that were ever disputed, with the calendars of their customers."""
    for some in chunks(disputed_invoices(books.connection)):
        for case in books.cases(some).values():
            yield _situation(books, planner, case, now)


def _situation(books: Books, planner: Planner, case: Case, now: datetime) -> Situation:
    return planner.situation(case, books.customer(case.customer), now)


def _day(situation: Situation, dispute: Dispute) -> date:
    assert dispute.resolved_at is not None, "only a resolved dispute has a cycle time"
    return situation.calendar.local_date(dispute.resolved_at)


def _customers_turns(dispute: Dispute, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When it waited for the customer, from and to."""
    since: datetime | None = None
    for at, on in dispute.turns:
        if on == "customer":
            since = at
        elif since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, end


def _figures(times: Sequence[CycleTime]) -> Row:
    names = ("calendar_days", "business_days", "waiting_business_days", "working_business_days")
    figures = {name: _spread([getattr(time, name) for time in times]) for name in names}
    return {"count": len(times), **figures}


def _spread(days: Iterable[int]) -> Row | None:
    found = sorted(days)
    if not found:
        return None
    return {"median": median(found), "p90": found[math.ceil(0.9 * len(found)) - 1]}
