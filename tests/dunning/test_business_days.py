from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.situation import contact_slot
from tests.dunning.random_worlds import WINDOWS, ZONES, calendars
from tests.dunning.worlds import LONDON, OFFICE_HOURS, WEEKEND

EVERY_DAY = frozenset[int]()
NIGHT = SendingWindow(time(1), time(4))
FRIDAY, SATURDAY, MONDAY = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)


def _calendar(zone: str = "Europe/London", weekend: frozenset[int] = WEEKEND) -> BusinessCalendar:
    return BusinessCalendar(zone, weekend, frozenset())


def _local(calendar: BusinessCalendar, at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(calendar.zone)):%d %b %H:%M %Z}"


def test_weekends_holidays_and_closures_are_no_business_days() -> None:
    calendar = replace(
        LONDON,
        holidays=frozenset({date(2026, 5, 25)}),
        closures=((date(2026, 8, 3), date(2026, 8, 14)),),
    )
    off = [SATURDAY, date(2026, 5, 25), date(2026, 8, 3), date(2026, 8, 14)]

    assert [calendar.is_business_day(day) for day in off] == [False] * 4
    assert calendar.is_business_day(date(2026, 8, 17))


def test_a_day_off_moves_on_and_never_back() -> None:
    assert LONDON.on_or_after(FRIDAY) == FRIDAY
    assert LONDON.on_or_after(SATURDAY) == MONDAY


@pytest.mark.parametrize(
    ("start", "count", "day"),
    [
        (FRIDAY, 0, FRIDAY),
        (SATURDAY, 0, SATURDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 1, MONDAY),
        (FRIDAY, 5, date(2026, 6, 12)),
        (MONDAY, -1, FRIDAY),
        (SATURDAY, -1, FRIDAY),
    ],
)
def test_business_days_are_counted_both_ways(start: date, count: int, day: date) -> None:
    assert LONDON.business_days_after(start, count) == day


def test_some_countries_rest_on_other_days() -> None:
    gulf = _calendar("Asia/Riyadh", frozenset({4, 5}))

    assert gulf.on_or_after(FRIDAY) == date(2026, 6, 7)


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("Pacific/Kiritimati", "2026-06-04T10:00", date(2026, 6, 5)),
        ("Pacific/Kiritimati", "2026-06-04T09:59", date(2026, 6, 4)),
        ("Pacific/Pago_Pago", "2026-06-05T10:59", date(2026, 6, 4)),
        ("Pacific/Pago_Pago", "2026-06-05T11:00", date(2026, 6, 5)),
        ("Asia/Kolkata", "2026-06-04T18:30", date(2026, 6, 5)),
    ],
)
def test_the_date_is_the_recipients(zone: str, utc: str, day: date) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)

    assert _calendar(zone).local_date(moment) == day


def test_a_window_opens_on_the_minute_and_closes_before_the_minute() -> None:
    def is_open(day: date, at: time) -> bool:
        return LONDON.is_open(OFFICE_HOURS, LONDON.moment(day, at))

    assert [is_open(FRIDAY, at) for at in (time(8, 59), time(9), time(16, 59), time(17))] == [
        False,
        True,
        True,
        False,
    ]
    assert not is_open(SATURDAY, time(10))


@pytest.mark.parametrize(
    ("now", "slot", "opening"),
    [
        ((FRIDAY, time(7)), 0.0, "05 Jun 09:00 BST"),
        ((FRIDAY, time(7)), 0.5, "05 Jun 12:00 BST"),
        ((FRIDAY, time(7)), 0.9999, "05 Jun 14:59 BST"),
        ((FRIDAY, time(15)), 0.5, "05 Jun 15:00 BST"),
        ((FRIDAY, time(16, 59)), 0.5, "05 Jun 16:59 BST"),
        ((FRIDAY, time(17)), 0.5, "08 Jun 12:00 BST"),
        ((SATURDAY, time(12)), 0.0, "08 Jun 09:00 BST"),
    ],
)
def test_the_contact_moment_lies_in_the_next_open_hours(
    now: tuple[date, time], slot: float, opening: str
) -> None:
    found = LONDON.next_opening(OFFICE_HOURS, FRIDAY, LONDON.moment(*now), slot)

    assert _local(LONDON, found) == opening


def test_a_later_day_is_waited_for() -> None:
    now = LONDON.moment(FRIDAY, time(10))
    found = LONDON.next_opening(OFFICE_HOURS, date(2026, 6, 13), now, 0.0)

    assert _local(LONDON, found) == "15 Jun 09:00 BST"


# Clocks went from 01:00 to 02:00 in London on 29 March, and back from 02:00 on 25 October.
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)


def test_a_night_window_is_an_hour_shorter_when_clocks_go_forward() -> None:
    calendar = _calendar(weekend=EVERY_DAY)
    now = calendar.moment(SPRING, time(0))

    assert _local(calendar, calendar.next_opening(NIGHT, SPRING, now, 0.0)) == "29 Mar 02:00 BST"
    assert _local(calendar, calendar.next_opening(NIGHT, SPRING, now, 0.99)) == "29 Mar 03:29 BST"


def test_a_night_window_is_an_hour_longer_when_clocks_go_back() -> None:
    calendar = _calendar(weekend=EVERY_DAY)
    now = calendar.moment(AUTUMN, time(0))

    assert _local(calendar, calendar.next_opening(NIGHT, AUTUMN, now, 0.0)) == "25 Oct 01:00 BST"
    assert _local(calendar, calendar.next_opening(NIGHT, AUTUMN, now, 0.99)) == "25 Oct 02:58 GMT"


def test_hours_a_clock_change_skips_are_waited_for_until_the_next_day() -> None:
    calendar = _calendar("Europe/Berlin", EVERY_DAY)
    skipped = SendingWindow(time(2), time(2, 45))
    now = calendar.moment(SPRING, time(0))
    found = calendar.next_opening(skipped, SPRING, now, 0.5)

    assert _local(calendar, found) == "30 Mar 02:16 CEST"


def test_in_the_hour_that_comes_twice_the_moment_still_lies_ahead() -> None:
    calendar = _calendar(weekend=EVERY_DAY)
    half_past = SendingWindow(time(1, 30), time(4))
    second_time = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    found = calendar.next_opening(half_past, AUTUMN, second_time, 0.0)

    assert found > second_time
    assert calendar.is_open(half_past, found)


def test_a_midnight_that_does_not_exist_is_the_first_moment_of_its_day() -> None:
    calendar = _calendar("America/Havana", EVERY_DAY)
    start = calendar.moment(date(2026, 3, 8), time(0))

    assert _local(calendar, start) == "08 Mar 01:00 CDT"
    assert calendar.local_date(start - timedelta(seconds=1)) == date(2026, 3, 7)


@given(
    calendars(),
    st.sampled_from(WINDOWS),
    st.dates(date(2026, 2, 1), date(2026, 11, 30)),
    st.integers(0, 300 * 24 * 60),
    st.floats(0, 0.9999),
)
def test_a_contact_moment_is_always_open_and_never_past(
    calendar: BusinessCalendar, window: SendingWindow, earliest: date, minutes: int, slot: float
) -> None:
    now = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = calendar.next_opening(window, earliest, now, slot)

    assert found >= now
    assert calendar.is_open(window, found)
    assert calendar.local_date(found) >= calendar.on_or_after(earliest)


@given(st.sampled_from(ZONES), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_every_day_begins_on_that_day(zone: str, day: date) -> None:
    calendar = _calendar(zone)
    start = calendar.moment(day, time(0))

    assert calendar.local_date(start) == day
    assert calendar.local_date(start - timedelta(seconds=1)) == day - timedelta(days=1)


def test_customers_spread_evenly_over_the_day_and_keep_their_place() -> None:
    slots = [contact_slot(f"C{number}") for number in range(2000)]
    tenths = [sum(tenth / 10 <= slot < (tenth + 1) / 10 for slot in slots) for tenth in range(10)]

    assert sum(tenths) == 2000
    assert min(tenths) > 140
    assert contact_slot("C1") == pytest.approx(0.6700152)
