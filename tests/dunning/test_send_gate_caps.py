from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from dunning.at_the_door import RecentTouch
from dunning.policy import Cap, Policy
from dunning.send_gate import first_objection
from tests.dunning.door import NOON, code_of, reminder_at_the_door
from tests.dunning.worlds import LONDON, STANDARD, moment


def _capped(*caps: Cap, channel: str = "email") -> Policy:
    return replace(STANDARD, caps={channel: caps}, days_between_touches={})


def _got(*moments: datetime, channel: str = "email") -> tuple[RecentTouch, ...]:
    return tuple(RecentTouch(channel, at) for at in moments)


def test_the_slot_of_the_day_is_taken_once() -> None:
    objection = first_objection(reminder_at_the_door(slot_taken=True))

    assert objection is not None
    assert (objection.code, objection.until) == ("CAP", moment("5 Jun 00:00"))


@pytest.mark.parametrize(
    ("ago", "code"),
    [
        (timedelta(days=7), ""),
        (timedelta(days=7) - timedelta(seconds=1), "CAP"),
        (timedelta(0), "CAP"),
    ],
)
def test_a_cap_rolls_to_the_second(ago: timedelta, code: str) -> None:
    policy = _capped(Cap(1, 7))

    assert code_of(reminder_at_the_door(policy=policy, recent=_got(NOON - ago))) == code


def test_a_cap_is_free_when_enough_of_its_touches_are_old() -> None:
    first, second, third = (NOON - timedelta(days=days) for days in (6, 4, 2))
    door = reminder_at_the_door(policy=_capped(Cap(2, 7)), recent=_got(third, first, second))
    objection = first_objection(door)

    assert objection is not None
    # Two are allowed: the second has to leave the window, not only the first.
    assert objection.until == second + timedelta(days=7)
    assert (
        code_of(reminder_at_the_door(policy=_capped(Cap(4, 7)), recent=_got(first, second, third)))
        == ""
    )


def test_channels_are_capped_apart_and_together() -> None:
    texts = _got(NOON - timedelta(hours=1), channel="sms")

    assert code_of(reminder_at_the_door(policy=_capped(Cap(1, 7)), recent=texts)) == ""
    assert (
        code_of(reminder_at_the_door(policy=_capped(Cap(1, 7), channel="all"), recent=texts))
        == "CAP"
    )


def test_every_cap_of_a_channel_counts() -> None:
    policy = _capped(Cap(2, 7), Cap(3, 30))
    monthly = _got(*(NOON - timedelta(days=days) for days in (10, 20, 25)))

    assert code_of(reminder_at_the_door(policy=policy, recent=monthly)) == "CAP"


def test_after_the_moment_a_cap_names_it_is_free() -> None:
    policy, recent = _capped(Cap(1, 7)), _got(NOON - timedelta(days=6, hours=23))
    objection = first_objection(reminder_at_the_door(policy=policy, recent=recent))
    assert objection is not None
    assert objection.until is not None

    assert code_of(reminder_at_the_door(policy=policy, recent=recent, now=objection.until)) == ""


@pytest.mark.parametrize(
    ("last", "code"),
    [("30 May 23:59", ""), ("31 May 00:00", "MIN_INTERVAL"), ("3 Jun 09:00", "MIN_INTERVAL")],
)
def test_two_emails_keep_their_days_counted_in_dates(last: str, code: str) -> None:
    assert code_of(reminder_at_the_door(recent=_got(moment(last)))) == code


def test_the_distance_names_the_day_it_is_over() -> None:
    objection = first_objection(reminder_at_the_door(recent=_got(moment("1 Jun 15:00"))))

    assert objection is not None
    assert objection.until == LONDON.moment(date(2026, 6, 6), time(0))


def test_a_text_message_does_not_count_for_the_distance_of_emails() -> None:
    assert code_of(reminder_at_the_door(recent=_got(moment("3 Jun 09:00"), channel="sms"))) == ""
