from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dunning.money import Money
from dunning.policy_problems import InvalidPolicy
from dunning.policy_text import parse_policy
from tests.dunning.following import following
from tests.dunning.worlds import (
    DUE,
    LONDON,
    POLICIES,
    STANDARD,
    after,
    case,
    done_until,
    moment,
    opened,
    step_of,
    touched,
)

SHIPPED = "policies/standard_b2b.toml"


@pytest.mark.parametrize(
    ("step", "reached", "letter"),
    [
        ("reminder", 0, "reminder"),
        ("firm", 0, "reminder"),
        ("firm", 1, "request"),
        ("firm", 2, "firm"),
        ("final_notice", 3, "formal_notice"),
        ("request", 5, "request"),
        ("request_sms", 0, "reminder"),
    ],
)
def test_the_tone_rises_by_one_level_at_most(step: str, reached: int, letter: str) -> None:
    assert STANDARD.spoken(step_of(step), reached).letter == letter


def test_the_climb_keeps_to_the_channel_of_the_step_where_it_can() -> None:
    sms = replace(step_of("request_sms"), id="firm_sms", level=3)

    assert STANDARD.spoken(sms, 1).channel == "sms"
    assert STANDARD.spoken(sms, 0).channel == "email"


def test_the_minimum_is_the_larger_of_policy_and_step_in_the_invoices_currency() -> None:
    call = step_of("call")

    assert STANDARD.minimum("EUR") == Money(2500, "EUR")
    assert STANDARD.minimum("JPY") == Money(3000, "JPY")
    assert STANDARD.minimum("EUR", call) == Money(100_000, "EUR")
    assert replace(STANDARD, minimum_balance={"default": Decimal("0.005")}).minimum("KWD") == Money(
        5, "KWD"
    )


def test_business_days_count_from_the_due_date() -> None:
    step = replace(step_of("reminder"), day=5, business_days=True)
    before = replace(step, day=-1)

    assert f"{step.scheduled_on(DUE, LONDON):%a %d %b}" == "Mon 08 Jun"
    assert f"{before.scheduled_on(DUE, LONDON):%a %d %b}" == "Fri 29 May"


@pytest.mark.parametrize(
    "line", ["email = [{ count = 2, days = 31 }]", "email = [{ count = 2, days = 90 }]"]
)
def test_a_cap_over_more_days_than_anybody_looks_back_is_refused(line: str) -> None:
    with pytest.raises(InvalidPolicy, match="days"):
        parse_policy(
            _standard_with("email = [{ count = 2, days = 7 }, { count = 6, days = 30 }]", line),
            SHIPPED,
        )


def test_a_distance_longer_than_anybody_looks_back_is_refused() -> None:
    with pytest.raises(InvalidPolicy, match="email"):
        parse_policy(_standard_with("email = 5", "email = 45"), SHIPPED)


def _standard_with(old: str, new: str) -> str:
    text = (Path(__file__).parents[2] / SHIPPED).read_text("utf-8")
    assert old in text
    return text.replace(old, new)


def test_under_a_new_policy_the_tone_never_falls() -> None:
    world = following()
    world.until(moment("26 Jun"))
    world.policy = POLICIES["consumer"]
    world.until(moment("31 Jul"))

    # Firm was level 3, as the consumer's second notice is; what follows is the last notice.
    assert world.tell()[6:] == [
        "13 Jul last_notice approve",
        "27 Jul last_notice NO_APPROVAL",
        "31 Jul decide decide",
    ]


def test_a_note_passed_over_under_the_old_policy_does_not_set_the_case_back() -> None:
    known = after(case(at=moment("1 Jun 08:00")), *touched(step_of("firm"), moment("25 Jun 10:00")))
    world = following(opened(at=moment("1 Jun 08:00")), policy=POLICIES["consumer"])
    world.case, world.now = known, moment("26 Jun")
    world.until(moment("20 Jul"))

    assert {message.touch.level for message in world.messages} == set()


def test_the_same_step_under_a_new_policy_is_not_done_twice() -> None:
    world = following()
    world.until(moment("5 Jun"))
    world.policy = POLICIES["eu_formal"]
    world.until(moment("23 Jun"))

    assert world.tell() == ["27 May courtesy 0", "04 Jun reminder 1", "22 Jun request 2"]


def test_a_call_made_under_another_policy_does_not_stand_for_the_reminders_before_it() -> None:
    world = following(policy=POLICIES["key_account"])
    world.until(moment("9 Jun"))
    world.policy = STANDARD
    world.until(moment("15 Jun 18:00"))

    assert world.tell()[-2:] == ["09 Jun courtesy EXPIRED", "15 Jun reminder 1"]


def test_a_policy_that_reached_its_end_elsewhere_goes_on_with_people() -> None:
    world = following(policy=POLICIES["small_balance"])
    world.case = after(world.case, *done_until("firm"))
    world.now = moment("26 Jun")
    world.until(moment("31 Dec"))

    assert world.messages == []
    assert world.case.tasks[-1].what == "write_off_proposal"
