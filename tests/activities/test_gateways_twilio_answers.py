from __future__ import annotations

import pytest

from activities.gateways.interface import ChannelDown, Refused, RetryLater, Unknown
from activities.gateways.twilio_answers import ANSWERS, outcome_of


@pytest.mark.parametrize(
    ("code", "kind", "word"),
    [
        (21211, Refused, "INVALID_NUMBER"),
        (21217, Refused, "INVALID_NUMBER"),
        (21614, Refused, "NOT_A_MOBILE"),
        (21635, Refused, "NOT_A_MOBILE"),
        (21610, Refused, "OPT_OUT"),
        (21408, Refused, "COUNTRY_CLOSED"),
        (21612, Refused, "NO_ROUTE"),
        (21602, Refused, "INVALID_MESSAGE"),
        (21617, Refused, "INVALID_MESSAGE"),
        (20003, ChannelDown, "AUTH"),
        (20008, ChannelDown, "AUTH"),
        (21212, ChannelDown, "CONFIG"),
        (21603, ChannelDown, "CONFIG"),
        (21606, ChannelDown, "CONFIG"),
        (21608, ChannelDown, "CONFIG"),
        (21609, ChannelDown, "CONFIG"),
        (21659, ChannelDown, "CONFIG"),
        (20429, RetryLater, "BUSY"),
        (21611, RetryLater, "BUSY"),
    ],
)
def test_every_code_has_one_meaning(code: int, kind: type, word: str) -> None:
    outcome = outcome_of(400, code, "what Twilio says")

    assert isinstance(outcome, kind)
    assert isinstance(outcome, Refused | ChannelDown | RetryLater)
    assert outcome.code == word
    assert str(code) in outcome.why


def test_a_dead_number_is_one_that_no_message_of_ours_will_ever_reach() -> None:
    dead = {code for code, one in ANSWERS.items() if getattr(one, "address_is_dead", False)}

    assert dead == {21211, 21217, 21614, 21635, 21610}


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, ChannelDown),
        (307, ChannelDown),
        (400, Refused),
        (401, ChannelDown),
        (403, ChannelDown),
        (404, ChannelDown),
        (405, ChannelDown),
        (408, Unknown),
        (422, Refused),
        (429, RetryLater),
        (500, Unknown),
        (502, Unknown),
        (503, Unknown),
    ],
)
def test_a_status_without_a_known_code_has_one_meaning(status: int, expected: type) -> None:
    assert isinstance(outcome_of(status, None, ""), expected)
    assert isinstance(outcome_of(status, 20000 + status if status != 429 else None, ""), expected)


def test_a_server_error_is_unknown_whatever_its_code_says() -> None:
    assert isinstance(outcome_of(503, 20429, ""), Unknown)
