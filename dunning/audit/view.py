"""What one invoice is judged by: its life, its customer, and what concerned everybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import zip_longest

from dunning.audit.account import Account, ImportRun, Surroundings
from dunning.audit.contacts import Contacts, Levels
from dunning.audit.known import Known
from dunning.audit.life import Life
from dunning.audit.silence import Silence, earlier, silence
from dunning.audit.timeline import EVER, Following, Timeline
from dunning.business_days import BusinessCalendar
from dunning.channel_facts import ChannelFact, ChannelStopped
from dunning.policy import Policy

EVERYTHING = ""


@dataclass(slots=True)
class View:
    """Everything an invoice's steps and touches are compared with."""

    invoice: str
    life: Life
    silences: list[Silence]
    account: Account
    known: Known
    # What the customer may have got by what is known now, and by what was known then.
    reached: Contacts
    contacts: Contacts
    # What stopped a channel, or (EVERYTHING) all of them.
    stops: Mapping[str, Sequence[Silence]]
    today: date
    following: Following
    # Days that are asked for again for every step and day, by what they are days of.
    days: dict[tuple[str, str], list[date]] = field(default_factory=dict)
    # The channels of a step under a policy, by the level reached where that adds some.
    ways: dict[tuple[int, str, int], list[str]] = field(default_factory=dict)
    _reminders: Levels | None = None
    _counted: Levels | None = None

    def reminded_by(self, day: date) -> tuple[date | None, int]:
        """The day of the last reminder up to the day, sent or not, and the highest level."""
        if self._reminders is None:
            self._reminders = Levels.of(one for one in self.life.touches if one.fact.level > 0)
        return self._reminders.until(day)

    def reached_by(self, day: date) -> int:
        """The highest level of the touches up to the day that count, 0 before the first."""
        if self._counted is None:
            self._counted = Levels.of(one for one in self.life.touches if one.counts)
        return self._counted.until(day)[1]

    @property
    def timeline(self) -> Timeline:
        """Which version of the policies was in force when."""
        return self.following.timeline

    def resumed_on(self, before: datetime) -> set[date]:
        """The days on which a person lifted a pause or an escalation before the moment."""
        lifted = (*self.life.others, *self.known.lifted)
        return {
            self.calendar.local_date(one.at)
            for one in lifted
            if one.kind in ("resumed", "customer_resumed") and one.at < before
        }

    def policy_before(self, at: datetime) -> Policy:
        """What the invoice would have followed without the version in force then."""
        named = self.life.standing.policy if self.life.standing else self.life.opened.policy
        return self.following.before(named, at)

    @property
    def calendar(self) -> BusinessCalendar:
        """The customer's calendar."""
        return self.account.calendar

    @property
    def customer(self) -> str:
        """The customer's number."""
        return self.account.customer


def stops_of(around: Surroundings) -> dict[str, list[Silence]]:
    """The intervals in which nothing was to go out on a channel, or at all."""
    found: dict[str, list[Silence]] = {EVERYTHING: list(_stale(around))}
    for channel, history in around.channels.items():
        found[channel] = list(_stopped(history, around.calendar))
    return found


def _stopped(history: Sequence[ChannelFact], calendar: BusinessCalendar) -> Iterator[Silence]:
    since, code = None, ""
    for fact in history:
        if isinstance(fact, ChannelStopped):
            since, code = since or fact.at, code or fact.code
        elif since is not None:
            ended = silence(code, since, fact.at, calendar)
            since, code = None, ""
            if ended:
                yield ended
    if since is not None:
        lasting = silence(code, since, None, calendar)
        if lasting:
            yield lasting


def _stale(around: Surroundings) -> Iterator[Silence]:
    """From the moment an import of a kind is too old until the next one of it."""
    changes = [(EVER, around.fresh_business_days), *around.fresh_later]
    for (since, fresh), later in zip_longest(changes, changes[1:]):
        until = later[0] if later else None
        for one in _stale_under(around, fresh):
            end = earlier(one.end, until)
            found = silence(one.code, max(one.since, since), end, around.calendar)
            if found:
                yield found


def _stale_under(around: Surroundings, fresh: Mapping[str, int]) -> Iterator[Silence]:
    for kind, days in sorted(fresh.items()):
        taken = sorted(o.at for o in around.imports if o.kind == kind and _brought(o))
        for at, end in zip_longest(taken, taken[1:]):
            day = around.calendar.local_date(at)
            fresh_until = at + (around.calendar.business_days_after(day, days) - day)
            found = silence("DATA_STALE", fresh_until, end, around.calendar) if days else None
            if found:
                yield found


def _brought(one: ImportRun) -> bool:
    """An empty file says that nothing is new; one whose rows were all refused says nothing."""
    return one.rejected < one.rows or one.rows == 0
