from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from activities.gateways.interface import Accepted, Unknown
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, answers, any_call, hangs_up, redirects, stalls, talks_nonsense
from fakes.serving import running_fake
from tests.activities.gateways_at_fakes import twilio_at
from tests.activities.outgoing_messages import sent_before, text_message


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


@pytest.mark.parametrize("fault", [stalls(5), hangs_up(), answers(500), talks_nonsense(201)])
def test_what_was_taken_over_can_be_looked_up(fake: FakeProviders, fault: Fault) -> None:
    sent = text_message(at=datetime.now(UTC))
    gateway = twilio_at(fake)
    fake.fault(fault, when="after")

    assert isinstance(gateway.send(sent), Unknown)
    assert gateway.look_up(sent_before(sent)) == Accepted(fake.sent[0].provider_id)


def test_another_text_to_the_same_number_is_another_message(fake: FakeProviders) -> None:
    gateway = twilio_at(fake)
    now = datetime.now(UTC)
    gateway.send(text_message(at=now, text="invoice 4710 is open"))

    assert gateway.look_up(sent_before(text_message(at=now))) is None


def test_the_same_text_of_another_day_is_another_message(fake: FakeProviders) -> None:
    gateway = twilio_at(fake)
    gateway.send(text_message())
    later = text_message(at=datetime.now(UTC) + timedelta(minutes=3))

    assert gateway.look_up(sent_before(later)) is None


def test_the_same_text_to_another_number_is_another_message(fake: FakeProviders) -> None:
    gateway = twilio_at(fake)
    now = datetime.now(UTC)
    gateway.send(text_message(at=now))
    other = text_message(at=now, to_address="+447700900124")

    assert gateway.look_up(sent_before(other)) is None


@pytest.mark.parametrize(
    "fault",
    [
        answers(500),
        answers(401),
        redirects(),
        stalls(5),
        hangs_up(),
        answers(200, b"[]"),
        answers(200, b'{"messages": 1}'),
        answers(200, b'{"messages": [1]}'),
        answers(200, b'{"messages": [{}]}'),
        answers(200, b'{"messages": [{"body": 1, "sid": "SM1", "date_created": "x"}]}'),
    ],
)
def test_a_look_up_that_is_not_understood_knows_nothing(fake: FakeProviders, fault: Fault) -> None:
    fake.fault(fault, matching=any_call)

    assert twilio_at(fake).look_up(sent_before(text_message())) is None


def test_a_text_that_is_not_known_is_like_no_other(fake: FakeProviders) -> None:
    gateway = twilio_at(fake)
    now = datetime.now(UTC)
    gateway.send(text_message(at=now))

    assert gateway.look_up(sent_before(text_message(at=now, text=" "))) is None


def test_a_message_from_long_before_is_another_one_whatever_the_list_holds(
    fake: FakeProviders,
) -> None:
    sent = text_message()
    listed = {"sid": "SM1", "body": sent.text, "date_created": "Wed, 04 Mar 2026 09:10:00 +0000"}
    page = json.dumps({"messages": [listed]}).encode()
    fake.fault(answers(200, page), matching=any_call, times=2)
    gateway = twilio_at(fake)

    assert gateway.look_up(sent_before(sent)) is None
    assert gateway.look_up(sent_before(text_message(at=sent.at - timedelta(days=1)))) is not None


def test_a_trial_accounts_own_sentence_does_not_hide_a_message(fake: FakeProviders) -> None:
    sent = text_message()
    body = f"Sent from your Twilio trial account - {sent.text}"
    listed = {"sid": "SM1", "body": body, "date_created": "Thu, 05 Mar 2026 09:10:30 +0000"}
    fake.fault(answers(200, json.dumps({"messages": [listed]}).encode()), matching=any_call)

    assert twilio_at(fake).look_up(sent_before(sent)) == Accepted("SM1")
