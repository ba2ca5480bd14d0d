"""What one invoice is judged by: its life, its customer, and what concerned everybody."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import zip_longest

from dunning.audit.account import Account, ImportRun, Message, Surroundings
from dunning.audit.known import Known
from dunning.audit.life import Life
from dunning.audit.silence import Silence, earlier, silence
from dunning.audit.timeline import EVER, Following, Timeline
from dunning.business_days import BusinessCalendar
from dunning.channel_facts import ChannelFact, ChannelStopped
from dunning.policy import Policy

EVERYTHING = ""
NOTE_LETTER = "promise_reminder"


@dataclass(slots=True)
class Contacts:
    """The customer's messages by channel, in order of their moments; answers do not count."""

    moments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    # Those that keep their distance: a note about a promise keeps no other letter away.
    spaced: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, messages: Sequence[Message], without: tuple[str, ...]) -> Contacts:
        """The dunning messages but those in these states."""
        made = cls()
        for one in messages:
            if one.is_answer or one.state in without:
                continue
            made.days[one.channel].append(one.local_date)
            if one.letter != "invoice":
                for name in (one.channel, "all"):
                    made.moments[name].append(one.claimed_at)
                if one.letter != NOTE_LETTER:
                    made.spaced[one.channel].append(one.claimed_at)
        return made

    def within(self, channel: str, until: datetime, days: int) -> int:
        """How many came in the days up to and including the moment."""
        moments = self.moments[channel]
        return bisect_right(moments, until) - bisect_right(moments, until - timedelta(days=days))

    def over_cap(self, policy: Policy, channel: str, at: datetime, more: int = 0) -> str:
        """The cap that the messages up to the moment reach (or pass by `more`), in words."""
        for name in (channel, "all"):
            for cap in policy.caps.get(name, ()):
                if self.within(name, at, cap.days) >= cap.count + more:
                    return f"{name}: {cap.count} in {cap.days} days"
        return ""

    def last_before(self, channel: str, moment: datetime) -> datetime | None:
        """The latest before the moment that others keep their distance from."""
        place = bisect_left(self.spaced[channel], moment)
        return self.spaced[channel][place - 1] if place else None

    def has(self, channel: str, day: date) -> bool:
        """Whether one was sent on the day."""
        days = self.days[channel]
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day


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

    @property
    def timeline(self) -> Timeline:
        """Which version of the policies was in force when."""
        return self.following.timeline

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
