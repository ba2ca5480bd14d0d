"""What stops everybody's messages now, as the books show it: stale books, stops, a sudden flood."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

import structlog

from activities.policies import SendingRules
from dunning.business_days import BusinessCalendar
from dunning.channel_facts import ChannelFact, ChannelReleased, ChannelStopped
from dunning.conditions import STALE, VOLUME, Conditions, Stop
from ledger.books import Books
from ledger.channels import CHANNELS, channel_histories, stop_channel, stops
from ledger.imports import last_imports
from ledger.messages import messages_a_day, messages_since

DUNCAN = "duncan"
# So long an answer about the day's volume may be old; it only has to catch a flood.
A_MINUTE = timedelta(minutes=1)
_log = structlog.get_logger()


@dataclass
class _Seen:
    """What was asked of the books lately, so that not every message asks again."""

    fresh_until: datetime | None = None
    counted: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    usual: dict[tuple[str, date], float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Watch:
    """Watches the books for what must stop everybody; shared by all who plan in a process."""

    rules: SendingRules
    # The team's own working days: on theirs, files arrive.
    calendar: BusinessCalendar
    _seen: _Seen = field(default_factory=_Seen)

    def conditions(self, books: Books, now: datetime) -> Conditions:
        """The conditions at a moment of the books' time; a flood stops its channel at once."""
        stopped = stops(books)
        for channel in CHANNELS:
            if channel not in stopped and (why := self._flood(books, channel, now)):
                stopped[channel] = Stop(VOLUME, why)
                stop = ChannelStopped(at=now, by=DUNCAN, channel=channel, code=VOLUME, why=why)
                stop_channel(books, stop)
                _log.error("channel_stopped", channel=channel, code=VOLUME)
        return Conditions(self._staleness(books, now), stopped)

    def fresh_until(self, books: Books) -> dict[str, datetime]:
        """Until when the last file of each kind that has to come regularly counts as fresh."""
        return {
            kind: self._fresh_until(at, days)
            for kind, at in last_imports(books.connection).items()
            if (days := self.rules.fresh_business_days.get(kind))
        }

    def _staleness(self, books: Books, now: datetime) -> Stop | None:
        """Whether a kind of file that comes regularly has not come in the days the rules give."""
        seen = self._seen
        if not self.rules.fresh_business_days:
            return None
        if seen.fresh_until and now < seen.fresh_until:
            return None
        ends = [(until, kind) for kind, until in self.fresh_until(books).items()]
        until, kind = min(ends, default=(None, ""))
        seen.fresh_until = until
        if until is None or now < until:
            return None
        return Stop(STALE, f"no {kind} were imported since {self._last(books, kind):%Y-%m-%d}")

    def _fresh_until(self, imported_at: datetime, days: int) -> datetime:
        zone_day = self.calendar.local_date(imported_at)
        return imported_at + (self.calendar.business_days_after(zone_day, days) - zone_day)

    def _last(self, books: Books, kind: str) -> datetime:
        return last_imports(books.connection)[kind]

    def _flood(self, books: Books, channel: str, now: datetime) -> str:
        """Far more messages today than on the usual day of the last month."""
        if not self.rules.brake_factor:
            return ""
        today = self.calendar.local_date(now)
        usual = self._usual(books, channel, today)
        if usual is None:
            return ""
        most = max(int(self.rules.brake_factor * usual), self.rules.brake_least)
        count = self._count(books, channel, now)
        if count < most or self._is_let_through(books, channel, today):
            return ""
        return f"{count} messages today, {usual:.0f} on a usual day: a person has to look first"

    def _usual(self, books: Books, channel: str, today: date) -> float | None:
        """The median of the last month's days with messages, once there are enough of them."""
        key = (channel, today)
        if key not in self._seen.usual:
            since = today - timedelta(days=30)
            counts = messages_a_day(books.connection, channel, since, today)
            enough = len(counts) >= self.rules.brake_days
            self._seen.usual[key] = median(counts) if enough else None
        return self._seen.usual[key]

    def _count(self, books: Books, channel: str, now: datetime) -> int:
        at, count = self._seen.counted.get(channel, (None, 0))
        if at is None or not at <= now < at + A_MINUTE:
            count = messages_since(books.connection, channel, now - timedelta(days=1))
            self._seen.counted[channel] = (now, count)
        return count

    def _is_let_through(self, books: Books, channel: str, today: date) -> bool:
        """Whether a person already said today that so many messages are right."""
        facts = channel_histories(books).get(channel, [])
        return any(
            isinstance(one, ChannelReleased) and one.on == today and _brakes(before)
            for before, one in pairwise(facts)
        )


def _brakes(fact: ChannelFact) -> bool:
    return isinstance(fact, ChannelStopped) and fact.code == VOLUME
