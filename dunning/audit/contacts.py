"""What a customer was sent, by channel and day, and how far an invoice's touches had come."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from dunning.audit.account import Message
from dunning.audit.life import Made
from dunning.policy import Policy

NOTE_LETTER = "promise_reminder"


@dataclass(slots=True)
class Contacts:
    """The customer's messages by channel, in order of their moments; answers do not count."""

    moments: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    # Those that keep their distance: a note about a promise keeps no other letter away.
    spaced: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    days: dict[str, list[date]] = field(default_factory=lambda: defaultdict(list))
    # Why there is no room for one more, by policy, channel and day: it is asked for every step.
    full: dict[tuple[int, str, date], tuple[Policy, list[str]]] = field(default_factory=dict)

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


class Levels(NamedTuple):
    """The days of touches in their order, and the highest level up to each."""

    days: list[date]
    highest: list[int]

    @classmethod
    def of(cls, touches: Iterable[Made]) -> Levels:
        """Those of some touches."""
        made = sorted((one.day, one.fact.level) for one in touches)
        return cls([day for day, _ in made], list(accumulate((lv for _, lv in made), max)))

    def until(self, day: date) -> tuple[date | None, int]:
        """The last day up to this one, and the highest level by then."""
        place = bisect_right(self.days, day)
        return (self.days[place - 1], self.highest[place - 1]) if place else (None, 0)
