"""What every gateway promises, whoever is behind it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Outcome,
    Refused,
    RetryLater,
    Unknown,
)
from tests.activities.gateway_stands import STANDS, Stand, gateways_to_nobody
from tests.activities.outgoing_messages import message, sent_before, text_message

MEANS: dict[str, type[Outcome]] = {
    "accept": Accepted,
    "refuse": Refused,
    "be busy": RetryLater,
    "lose the answer": Unknown,
    "be closed to us": ChannelDown,
}
# The outbox is our own: it refuses nobody, is closed to nobody, and loses nothing.
CASES = [
    (name, does)
    for name in STANDS
    for does in MEANS
    if name != "outbox" or does in {"accept", "be busy"}
]
FORGED = "x\r\nBcc: all@customer.example"


@pytest.fixture
def stand(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stand]:
    with STANDS[request.param](tmp_path) as found:
        yield found


def told(outcome: Outcome) -> str:
    return outcome.provider_id if isinstance(outcome, Accepted) else outcome.why


@pytest.mark.parametrize(("stand", "does"), CASES, indirect=["stand"])
def test_what_the_provider_does_is_what_is_known(stand: Stand, does: str) -> None:
    stand.can[does]()
    outcome = stand.gateway.send(stand.message)

    assert type(outcome) is MEANS[does]
    assert told(outcome)
    sent = [stand.message.attempt] if does in {"accept", "lose the answer"} else []
    assert stand.taken() == sent
    assert stand.offers() == 1


@pytest.mark.parametrize(("stand", "does"), CASES, indirect=["stand"])
def test_no_secret_is_told_or_logged(
    stand: Stand, does: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stand.can[does]()
    outcome = stand.gateway.send(stand.message)
    ours = "".join(str(vars(one)) for one in caplog.records if not one.name.startswith("uvicorn"))

    assert stand.secret not in repr(outcome)
    assert stand.secret not in ours
    assert stand.message.to_address not in ours


@pytest.mark.parametrize(("stand", "does"), CASES, indirect=["stand"])
def test_no_answer_is_waited_for_long(stand: Stand, does: str) -> None:
    stand.can[does]()
    began = time.monotonic()
    stand.gateway.send(stand.message)

    assert time.monotonic() - began < 3


@pytest.mark.parametrize("stand", STANDS, indirect=True)
def test_a_look_up_finds_what_was_taken_over_or_says_nothing(stand: Stand) -> None:
    before = stand.gateway.look_up(sent_before(stand.message))
    outcome = stand.gateway.send(stand.message)
    after = stand.gateway.look_up(sent_before(stand.message))

    assert before is None
    assert after in {outcome, None}
    assert stand.offers() == 1


@pytest.mark.parametrize("field", ["to_name", "from_name", "reply_to", "subject", "to_address"])
@pytest.mark.parametrize(
    "stand", [name for name in STANDS if name not in {"twilio", "test mode"}], indirect=True
)
def test_no_field_forges_another_one(stand: Stand, field: str) -> None:
    forged = replace(stand.message, **{field: FORGED})  # type: ignore[arg-type]  # By name.
    outcome = stand.gateway.send(forged)

    assert isinstance(outcome, Refused)
    assert stand.taken() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "\U0001f4b6 \u202e\u0000 {{ x }} <script>"},
        {"text": "x" * 100_000},
        {"text": ""},
        {"subject": "\u20ac" * 5000},
        {"to_name": 'The "Best", Ltd; <x@y.example> \u202e'},
        {"to_address": ""},
        {"to_address": "nobody"},
        {"to_address": "@"},
        {"to_address": "a@b@c"},
        {"to_address": "+"},
        {"attempt": "a&b=c#d/../e?f"},
        {"references": ("not an id",)},
    ],
)
@pytest.mark.parametrize("stand", [name for name in STANDS if name != "outbox"], indirect=True)
def test_whatever_is_handed_over_there_is_one_outcome(
    stand: Stand, changes: dict[str, object]
) -> None:
    odd = replace(stand.message, **changes)  # type: ignore[arg-type]  # Its own fields, by name.
    outcome = stand.gateway.send(odd)

    assert isinstance(outcome, Outcome)
    assert stand.offers() <= 1
    assert stand.taken() in ([], [odd.attempt])


@pytest.mark.parametrize("name", gateways_to_nobody())
def test_a_provider_that_is_away_is_tried_again(name: str) -> None:
    gateway = gateways_to_nobody()[name]
    sent = text_message() if name == "twilio" else message()
    outcome = gateway.send(sent)

    assert isinstance(outcome, RetryLater)
    assert outcome.code == "UNREACHABLE"
    assert gateway.look_up(sent_before(sent)) is None
