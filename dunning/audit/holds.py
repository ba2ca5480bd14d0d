"""What holds an invoice by its own facts, as excused intervals."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from dunning.audit.silence import Silence, earlier, end_of, silence
from dunning.audit.standing import GRACIOUS, Standing, grace_ends
from dunning.business_days import BusinessCalendar
from dunning.policy import Policy

Holds = dict[str, tuple[datetime, datetime | None]]


def holds_now(
    standing: Standing, at: datetime, calendar: BusinessCalendar, policy: Policy
) -> Holds:
    """What holds the invoice after a fact at the moment: code, since when, until when."""
    return {
        code: (at, end)
        for code, end in _holds(standing, at, calendar, policy)
        if end is None or end > at
    }


class Intervals:
    """Turns what holds an invoice after each fact into intervals."""

    def __init__(self, calendar: BusinessCalendar) -> None:
        self._calendar = calendar
        self._open: Holds = {}
        self.closed: list[Silence] = []

    def note(self, holds: Holds, at: datetime) -> None:
        """Take in what holds the invoice from this moment on."""
        for code, (since, end) in list(self._open.items()):
            if code not in holds or holds[code][1] != end:
                self._close(code, since, earlier(end, at))
                del self._open[code]
        for code, interval in holds.items():
            self._open.setdefault(code, interval)

    def all(self) -> list[Silence]:
        """Every interval, those still going on included, in the order in which they began."""
        for code, (since, end) in self._open.items():
            self._close(code, since, end)
        self._open = {}
        return sorted(self.closed, key=lambda one: (one.since, one.code))

    def _close(self, code: str, since: datetime, end: datetime | None) -> None:
        found = silence(code, since, end, self._calendar)
        if found:
            self.closed.append(found)


def promise_ends(day: date, calendar: BusinessCalendar, policy: Policy) -> datetime:
    """When a promise for the day, with its business days of grace, is over."""
    grace = policy.promise.grace_business_days
    return end_of(calendar.business_days_after(day, grace), calendar)


def _holds(
    standing: Standing, at: datetime, calendar: BusinessCalendar, policy: Policy
) -> Iterator[tuple[str, datetime | None]]:
    if standing.closed:
        yield standing.closed, None
    if standing.pause:
        yield "PAUSE", end_of(standing.pause.until, calendar)
    if standing.escalated:
        yield "ESCALATED", None
    if standing.undelivered and policy.delivery_required:
        yield "INVOICE_NOT_DELIVERED", None
    pledge = standing.pledge()
    if pledge and standing.paid - pledge.paid_before < pledge.fact.amount.minor:
        yield "PROMISE", promise_ends(pledge.fact.promised_on, calendar, policy)
    elif standing.promise_asked_at:
        asked = calendar.local_date(standing.promise_asked_at)
        days = policy.escalation.wait_business_days
        yield "PROMISE", end_of(calendar.business_days_after(asked, days), calendar)
    if standing.quarrels and standing.balance > 0:
        yield from _disputes(standing, at, calendar, policy)


def _disputes(
    standing: Standing, at: datetime, calendar: BusinessCalendar, policy: Policy
) -> Iterator[tuple[str, datetime | None]]:
    """Disputes hold an invoice as long as they hold all that is open of it."""
    balance = standing.balance
    live = [one for one in standing.quarrels.values() if not one.outcome]
    graces = [
        (grace_ends(one, calendar, policy), one)
        for one in standing.quarrels.values()
        if one.outcome in GRACIOUS and not one.released
    ]
    lasting = sorted((pair for pair in graces if pair[0] > at), key=lambda pair: pair[0])

    def held(minors: list[int | None]) -> bool:
        return any(one is None for one in minors) or sum(one or 0 for one in minors) >= balance

    if live and held([one.minor for one in live]):
        yield "DISPUTE", None
        return
    end = None
    for until, _ in lasting:
        still = [one.minor for one in live] + [q.minor for e, q in lasting if e >= until]
        if not held(still):
            break
        end = until
    if end is not None:
        yield "DISPUTE_GRACE", end
