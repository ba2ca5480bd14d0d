"""What is known after each thing that can go wrong, and that nobody gets a message twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    Unknown,
)
from fakes.fake_providers import FakeProviders
from fakes.faults import (
    Fault,
    When,
    answers,
    drips,
    hangs_up,
    redirects,
    resets,
    stalls,
    talks_nonsense,
    too_many,
)
from fakes.serving import running_fake
from tests.activities.gateways_at_fakes import sendgrid_at, twilio_at
from tests.activities.outgoing_messages import message, sent_before, text_message

AT = datetime.now(UTC)
SOON = int((AT + timedelta(seconds=90)).timestamp())
Ways = dict[str, tuple[Callable[[FakeProviders], Gateway], OutgoingMessage]]
WAYS: Ways = {
    "sendgrid": (sendgrid_at, message(at=AT)),
    "twilio": (twilio_at, text_message(at=AT)),
}
# What goes wrong, and what each gateway may conclude from it.
FAULTS: dict[str, tuple[Fault, type[Outcome], type[Outcome]]] = {
    "time-out": (stalls(5), Unknown, Unknown),
    "closed": (hangs_up(), Unknown, Unknown),
    "reset": (resets(), Unknown, Unknown),
    "302": (redirects(), ChannelDown, ChannelDown),
    "400": (answers(400), Refused, Refused),
    "401": (answers(401), ChannelDown, ChannelDown),
    "403": (answers(403), ChannelDown, ChannelDown),
    "404": (answers(404), ChannelDown, ChannelDown),
    "413": (answers(413), Refused, Refused),
    "429": (too_many(), RetryLater, RetryLater),
    "429 with reset": (too_many(reset_at=SOON), RetryLater, RetryLater),
    "429 with seconds": (too_many(retry_after=30), RetryLater, RetryLater),
    "500": (answers(500), Unknown, Unknown),
    "502": (answers(502), Unknown, Unknown),
    "503": (answers(503), Unknown, Unknown),
    "504": (answers(504), Unknown, Unknown),
    "nonsense": (talks_nonsense(), Unknown, Unknown),
    "nonsense 202": (talks_nonsense(202), Unknown, Unknown),
}
CASES = [
    (name, fault, when, expected[list(WAYS).index(name)])
    for name in WAYS
    for fault, *expected in FAULTS.values()
    for when in ("before", "after")
]
IDS = [
    f"{name}-{fault}-{when}" for name in WAYS for fault in FAULTS for when in ("before", "after")
]


@pytest.fixture(scope="module")
def served() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.fixture
def fake(served: FakeProviders) -> FakeProviders:
    served.forget()
    return served


@pytest.mark.parametrize(("name", "fault", "when", "expected"), CASES, ids=IDS)
def test_every_fault_has_one_outcome_and_no_second_message(
    fake: FakeProviders, name: str, fault: Fault, when: When, expected: type[Outcome]
) -> None:
    make, sent = WAYS[name]
    fake.fault(fault, when=when)
    began = time.monotonic()
    outcome = make(fake).send(sent)

    assert type(outcome) is expected
    assert time.monotonic() - began < 3
    assert sum(call.is_send for call in fake.calls) == 1
    assert len(fake.calls) == 1
    assert Counter(one.attempt for one in fake.sent) == ({"a1b2c3": 1} if when == "after" else {})


@pytest.mark.parametrize("name", WAYS)
def test_an_answer_in_drops_is_no_second_message(fake: FakeProviders, name: str) -> None:
    make, sent = WAYS[name]
    fake.fault(drips(0.1))
    outcome = make(fake).send(sent)

    # SendGrid says all in its headers, Twilio names the message in the body.
    assert isinstance(outcome, Accepted if name == "sendgrid" else Unknown)
    assert len(fake.sent) == len(fake.calls) == 1


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("fault", [stalls(5), hangs_up(), resets(), answers(503)])
def test_an_unknown_outcome_is_cleared_up_by_asking(
    fake: FakeProviders, name: str, fault: Fault
) -> None:
    make, sent = WAYS[name]
    gateway, asked = make(fake), sent_before(sent)
    fake.fault(fault, when="before")
    gateway.send(sent)
    nothing = gateway.look_up(asked)
    fake.fault(fault, when="after")
    gateway.send(sent)

    assert nothing is None
    assert gateway.look_up(asked) == Accepted(fake.sent[0].provider_id)
    assert len(fake.sent) == 1


@pytest.mark.parametrize("name", WAYS)
def test_a_wrong_login_stops_the_channel_and_sends_nothing(fake: FakeProviders, name: str) -> None:
    gateway = sendgrid_at(fake, "wrong") if name == "sendgrid" else twilio_at(fake, "wrong")
    outcome = gateway.send(WAYS[name][1])

    assert isinstance(outcome, ChannelDown)
    assert outcome.code == "AUTH"
    assert fake.sent == []


@pytest.mark.parametrize("name", WAYS)
def test_the_next_message_goes_out_as_if_nothing_had_been(fake: FakeProviders, name: str) -> None:
    make, sent = WAYS[name]
    gateway = make(fake)
    for fault, *_ in FAULTS.values():
        fake.fault(fault)
        gateway.send(sent)

    assert isinstance(gateway.send(sent), Accepted)
    assert len(fake.sent) == 1


def test_many_threads_share_a_gateway(fake: FakeProviders) -> None:
    gateway = sendgrid_at(fake)
    many = [message(attempt=f"a{number}") for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(gateway.send, many))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(one.attempt for one in fake.sent) == sorted(one.attempt for one in many)
    known = {one.attempt: one.provider_id for one in fake.sent}
    assert [known[one.attempt] for one in many] == [
        outcome.provider_id for outcome in outcomes if isinstance(outcome, Accepted)
    ]
