"""A month of one entity: open, prepared, closed; who may do what to it, and what was known then."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dunning.may import NotAllowed
from dunning.period_facts import PeriodClosed, PeriodFact, PeriodPrepared, PeriodReopened
from dunning.proposal import same_person

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
State = Literal["open", "prepared", "closed"]


@dataclass(frozen=True)
class Month:
    """A calendar month, written `2026-03`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month:
        """The month of this name. Raises NotAllowed."""
        found = _MONTH.fullmatch(text.strip())
        if not found or int(found[1]) == 0:
            raise NotAllowed(f"{text!r} is no month; write it as 2026-03.")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return (self.first + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> Month:
        """The month before it."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> Month:
        """The month after it."""
        return Month.of(self.last + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True)
class Day:
    """One day as a period, written `2026-03-31`."""

    last: date

    def __str__(self) -> str:
        return self.last.isoformat()


@dataclass(frozen=True)
class Period:
    """A month of an entity as its facts give it; `reopened` is the latest reopening."""

    entity: str
    month: str
    prepared: PeriodPrepared | None = None
    closed: PeriodClosed | None = None
    reopened: PeriodReopened | None = None

    @property
    def state(self) -> State:
        """How far it came."""
        if self.closed:
            return "closed"
        return "prepared" if self.prepared else "open"

    @property
    def known_at(self) -> datetime | None:
        """The moment whose knowledge the closed figures have; None while it is not closed."""
        return self.prepared.at if self.prepared and self.closed else None


def fold_period(entity: str, month: str, history: Iterable[PeriodFact]) -> Period:
    """The month after all its facts."""
    period = Period(entity, month)
    for fact in history:
        match fact:
            case PeriodPrepared():
                period = Period(entity, month, fact, None, period.reopened)
            case PeriodClosed():
                period = Period(entity, month, period.prepared, fact, period.reopened)
            case PeriodReopened():
                period = Period(entity, month, None, None, fact)
    return period


def may_prepare(period: Period, at: datetime) -> None:
    """Raise NotAllowed when the month is closed or not over yet."""
    _refuse(period, closed=True)
    last = Month.parse(period.month).last
    if at.date() <= last:
        begins = last + timedelta(days=1)
        raise NotAllowed(f"{period.month} is not over yet: it can be prepared from {begins} on.")


def may_close(period: Period, by: str, digest: str) -> PeriodPrepared:
    """The preparation that may be closed; raises NotAllowed when it may not be, or not by them."""
    _refuse(period, closed=True)
    prepared = period.prepared
    if prepared is None:
        raise NotAllowed(f"{_named(period)} was not prepared: there is nothing to review.")
    if same_person(prepared.by, by):
        raise NotAllowed(
            f"{prepared.by} prepared {_named(period)}: another person has to review it."
        )
    if prepared.digest != digest:
        raise NotAllowed(
            f"{_named(period)} is not what {prepared.by} prepared: the books that the pack was"
            " made from have changed. Prepare it again, and find out why."
        )
    return prepared


def may_reopen(period: Period, by: str, approved_by: str, reason: str) -> None:
    """Raise NotAllowed when the month is not closed, or nobody else approves, or without reason."""
    _refuse(period, closed=False)
    if not reason.strip():
        raise NotAllowed("Say why the month is to be reopened.")
    if not approved_by.strip() or same_person(by, approved_by):
        raise NotAllowed("Another person, a controller, has to approve that a month is reopened.")


def _refuse(period: Period, *, closed: bool) -> None:
    if closed and period.closed:
        raise NotAllowed(
            f"{_named(period)} was closed by {period.closed.by} on {period.closed.at:%Y-%m-%d}."
        )
    if not closed and not period.closed:
        raise NotAllowed(f"{_named(period)} is not closed: there is nothing to reopen.")


def _named(period: Period) -> str:
    return f"{period.month} of {period.entity}"
