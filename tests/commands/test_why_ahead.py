"""Why, for today and for the days ahead: what is planned, and subject to what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import contact, customer, day
from tests.commands.test_why import answered


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        # Nobody imports files regularly here.
        object.__setattr__(found.wiring.planner, "watch", None)
        yield found


def test_today_says_what_is_planned_and_what_is_due(shop: Workshop) -> None:
    shop.opens()
    morning = datetime(2026, 3, 5, 6, tzinfo=UTC)
    planned, due = (answered(shop, day(3), now) for now in (morning, afternoon(day(3))))

    assert (planned.code, due.code) == ("PLANNED", "PLANNED")
    assert "is planned for" in planned.sentence
    assert "is due now" in due.sentence


def test_a_day_ahead_says_what_is_expected_and_on_which_conditions(shop: Workshop) -> None:
    shop.opens()
    now = afternoon(day(-20))
    first, quiet, second = (answered(shop, day(n), now) for n in (3, 4, 10))
    call = answered(shop, day(17), now)

    assert (first.code, quiet.code, second.code) == ("EXPECTED", "NOT_DUE", "EXPECTED")
    assert "expected to Grace (billing)" in first.sentence
    assert "if nothing is paid, promised, disputed" in first.sentence
    assert "after step reminder" in second.sentence
    assert (call.code, call.step) == ("PEOPLE", "call")
    assert not any(one.sent for one in (first, quiet, second, call))


@pytest.mark.parametrize(
    ("phone", "consent", "code", "words"),
    [
        ("", False, "NO_CONTACT", "can be reached by text message"),
        ("+447700900123", False, "NO_CONSENT", "agreed to text messages"),
        ("+447700900123", True, "EXPECTED", "is expected to Grace"),
    ],
)
def test_a_text_message_is_expected_only_where_somebody_agreed(
    shop: Workshop, phone: str, code: str, words: str, *, consent: bool
) -> None:
    who = replace(contact("Grace", phone=phone), sms_consent=consent)
    shop.opens(customers=[customer("C-1", who)])
    # The step of the text message comes on the twelfth day, a Saturday.
    answer = answered(shop, day(14), afternoon(day(-20)))

    assert (answer.code, answer.step) == (code, "request_sms")
    assert words in answer.sentence


def test_a_contact_by_telephone_alone_gets_the_step_by_text_message(shop: Workshop) -> None:
    texted = replace(contact("Grace", phone="+447700900123"), email="")
    shop.opens(customers=(customer("C-1", texted),))
    answer = answered(shop, day(3), afternoon(day(0)))

    assert "by text message" in answer.sentence
