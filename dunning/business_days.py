"""Working days, holidays, closures and sending windows where the recipient lives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dunning.keeping import kept

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class SendingWindow:
    """When a channel may be used on a business day, recipient's local time."""

    opens: time
    closes: time


@dataclass(frozen=True)
class BusinessCalendar:
    """The recipient's days: zone, weekly days off (Monday is 0), holidays and own closures.

    What was worked out once is kept: the same few days are asked for all the time.
    """

    zone: str
    weekend: frozenset[int]
    holidays: frozenset[date]
    closures: tuple[tuple[date, date], ...] = ()
    # Zones the recipient may live in as well: a window is open while it is in all of them, as far
    # as they have any of its hours in common.
    perhaps: tuple[str, ...] = ()

    def local_date(self, moment: datetime) -> date:
        """The recipient's date at an aware moment."""
        return moment.astimezone(self._zone).date()

    def is_business_day(self, day: date) -> bool:
        """Whether people work there on the day."""
        return (
            day.weekday() not in self.weekend
            and day not in self.holidays
            and not any(first <= day <= last for first, last in self.closures)
        )

    def on_or_after(self, day: date) -> date:
        """The day itself when it is a business day, else the next one: later, never earlier."""
        found = self._working.get(day)
        if found is None:
            found = day
            while not self.is_business_day(found):
                found += ONE_DAY
            self._working[day] = found
        return found

    def business_days_after(self, day: date, count: int) -> date:
        """The business day `count` business days after (or, when negative, before) the day."""
        found = self._counted.get((day, count))
        if found is None:
            found = self._counted[day, count] = self._count(day, count)
        return found

    def business_days_between(self, first: date, last: date) -> int:
        """How many business days come after the first day, up to and including the last."""
        days = (first + ONE_DAY * passed for passed in range(1, (last - first).days + 1))
        return sum(map(self.is_business_day, days))

    def moment(self, day: date, local: time) -> datetime:
        """The UTC moment of a local time; one that a clock change skips moves past the gap."""
        found = self._moments.get((day, local))
        if found is None:
            found = self._moments[day, local] = _moment(day, local, self.zone)
        return found

    def is_open(self, window: SendingWindow, now: datetime) -> bool:
        """Whether the window is open at the moment, wherever the recipient may live."""
        if not self.perhaps:
            return self._is_open_in(self.zone, window, now)
        zones = self._zones(window, self.local_date(now))
        return all(self._is_open_in(zone, window, now) for zone in zones)

    def next_opening(
        self, window: SendingWindow, earliest: date, now: datetime, slot: float
    ) -> datetime:
        """The customer's contact moment on the first business day from `earliest` that lies ahead.

        `slot` (0 to 1) is the customer's fixed place in the window, so that not everybody is
        written to in the same second. A day whose slot has passed serves while its window is open.
        """
        day = self.on_or_after(max(earliest, self.local_date(now)))
        at = max(now, self._slot(window, day, slot))
        if self.is_open(window, at):
            return at
        # Closed already, or hours that a clock change skips on this day.
        return self._slot(window, self.on_or_after(day + ONE_DAY), slot)

    def closing(self, window: SendingWindow, now: datetime) -> datetime:
        """When the window that is open at the moment closes."""
        return self._hours(window, self.local_date(now))[1]

    @kept
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @kept
    def _working(self) -> dict[date, date]:
        return {}

    @kept
    def _counted(self) -> dict[tuple[date, int], date]:
        return {}

    @kept
    def _moments(self) -> dict[tuple[date, time], datetime]:
        return {}

    @kept
    def _opening_hours(self) -> dict[tuple[time, time, date], tuple[datetime, datetime]]:
        return {}

    def _count(self, day: date, count: int) -> date:
        step = ONE_DAY if count >= 0 else -ONE_DAY
        for _ in range(abs(count)):
            day += step
            while not self.is_business_day(day):
                day += step
        return day

    def _is_open_in(self, zone: str, window: SendingWindow, now: datetime) -> bool:
        local = now.astimezone(self._zone if zone == self.zone else ZoneInfo(zone))
        in_hours, day = window.opens <= local.time() < window.closes, local.date()
        return in_hours and self.on_or_after(day) == day

    def _hours(self, window: SendingWindow, day: date) -> tuple[datetime, datetime]:
        """When the window opens and closes on the day, in all zones that count."""
        asked = (window.opens, window.closes, day)
        found = self._opening_hours.get(asked)
        if found is None:
            found = _common_hours(self._zones(window, day), window, day)
            self._opening_hours[asked] = found
        return found

    def _zones(self, window: SendingWindow, day: date) -> tuple[str, ...]:
        """The zones that count: the likeliest alone where all have no hour in common."""
        if not self.perhaps:
            return (self.zone,)
        zones = (self.zone, *self.perhaps)
        opens, closes = _common_hours(zones, window, day)
        return zones if opens < closes else (self.zone,)

    def _slot(self, window: SendingWindow, day: date, slot: float) -> datetime:
        # The last quarter stays free: what is due at the slot must be out before the window ends.
        opens, closes = self._hours(window, day)
        minutes = int((closes - opens).total_seconds() // 60 * 0.75 * slot)
        return opens + timedelta(minutes=minutes)


def _common_hours(
    zones: tuple[str, ...], window: SendingWindow, day: date
) -> tuple[datetime, datetime]:
    opens = [_moment(day, window.opens, zone) for zone in zones]
    closes = [_moment(day, window.closes, zone) for zone in zones]
    return max(opens), min(closes)


def _moment(day: date, local: time, zone: str) -> datetime:
    return datetime.combine(day, local, ZoneInfo(zone)).astimezone(UTC)
