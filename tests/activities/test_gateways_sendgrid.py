from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Refused,
    RetryLater,
    Unknown,
)
from activities.gateways.provider_call import Answer
from activities.gateways.sendgrid import SendGridAccount, SendGridGateway, outcome_of
from activities.letter_request import Attachment
from fakes.fake_providers import FakeProviders
from fakes.faults import answers, any_call, redirects, stalls, too_many
from fakes.serving import running_fake
from tests.activities.gateways_at_fakes import sendgrid_at
from tests.activities.outgoing_messages import AT, message, sent_before

RESET = int(AT.timestamp()) + 90


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


def errors(*found: dict[str, Any]) -> bytes:
    return json.dumps({"errors": found}).encode()


def test_a_mail_is_accepted_under_the_providers_own_id(fake: FakeProviders) -> None:
    outcome = sendgrid_at(fake).send(message())

    assert outcome == Accepted(fake.sent[0].provider_id)
    assert (fake.sent[0].attempt, fake.sent[0].to) == ("a1b2c3", "grace@customer.example")


def test_an_attachment_arrives_as_it_was(fake: FakeProviders) -> None:
    pdf = Attachment("invoice.pdf", "application/pdf; name=x", b"%PDF-1.7\x00\xff")
    sendgrid_at(fake).send(message(attachments=(pdf,)))
    [attached] = fake.sent[0].payload["attachments"]

    assert base64.b64decode(attached["content"]) == pdf.content
    assert (attached["type"], attached["filename"]) == ("application/pdf", "invoice.pdf")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Accepted),
        (202, Accepted),
        (301, ChannelDown),
        (302, ChannelDown),
        (307, ChannelDown),
        (400, Refused),
        (401, ChannelDown),
        (403, ChannelDown),
        (404, ChannelDown),
        (405, ChannelDown),
        (406, ChannelDown),
        (408, Unknown),
        (413, Refused),
        (415, ChannelDown),
        (429, RetryLater),
        (500, Unknown),
        (502, Unknown),
        (503, Unknown),
        (504, Unknown),
    ],
)
def test_every_status_has_one_meaning(status: int, expected: type) -> None:
    assert isinstance(outcome_of(Answer(status, {}, b""), message()), expected)


def test_a_success_without_an_id_is_a_success() -> None:
    outcome = outcome_of(Answer(202, {}, b""), message())

    assert outcome == Accepted("<a1b2c3@larkspur-finch.example>")


def test_a_page_that_says_success_proves_nothing() -> None:
    outcome = outcome_of(Answer(200, {}, b"<html>It works!</html>"), message())

    assert isinstance(outcome, Unknown)


def test_a_refusal_says_what_the_provider_said() -> None:
    body = errors({"message": "The content is empty.", "field": "content"}, {"message": "Why?"})

    assert outcome_of(Answer(400, {}, body), message()) == Refused(
        "SENDGRID_400", "SendGrid answered 400: The content is empty. (content); Why?"
    )


@pytest.mark.parametrize(
    ("field", "dead"),
    [("personalizations.0.to.0.email", True), ("from.email", False), ("content", False)],
)
def test_only_a_wrong_address_of_the_recipients_is_dead(field: str, dead: bool) -> None:  # noqa: FBT001 - a parameter of the test
    body = errors({"message": "Does not contain a valid address.", "field": field})
    outcome = outcome_of(Answer(400, {}, body), message())

    assert isinstance(outcome, Refused)
    assert outcome.address_is_dead == dead


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"errors": 1}', b'{"errors": [1, null]}', b"[" * 100_000]
)
def test_a_refusal_in_no_words_is_still_one(body: bytes) -> None:
    outcome = outcome_of(Answer(400, {}, body), message())

    assert isinstance(outcome, Refused)


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"X-RateLimit-Reset": str(RESET)}, timedelta(seconds=90)),
        ({"Retry-After": "7"}, timedelta(seconds=7)),
        ({}, timedelta(minutes=1)),
        ({"X-RateLimit-Reset": "soon", "Retry-After": "later"}, timedelta(minutes=1)),
        ({"X-RateLimit-Reset": str(RESET - 500)}, timedelta(seconds=1)),
        ({"Retry-After": "99999999999"}, timedelta(hours=1)),
        ({"Retry-After": "-1"}, timedelta(minutes=1)),
    ],
)
def test_a_busy_provider_is_asked_again_when_it_says(
    headers: dict[str, str], after: timedelta
) -> None:
    outcome = outcome_of(Answer(429, headers, b""), message())

    assert isinstance(outcome, RetryLater)
    assert outcome.after == after


def test_the_reset_reaches_us_over_the_wire(fake: FakeProviders) -> None:
    fake.fault(too_many(reset_at=RESET))
    outcome = sendgrid_at(fake).send(message())

    assert isinstance(outcome, RetryLater)
    assert outcome.after == timedelta(seconds=90)


def test_a_redirect_is_not_followed_with_the_key(fake: FakeProviders) -> None:
    fake.fault(redirects())
    outcome = sendgrid_at(fake).send(message())

    assert isinstance(outcome, ChannelDown)
    assert [(call.method, call.path) for call in fake.calls] == [("POST", "/v3/mail/send")]


def test_nothing_is_logged_even_where_everything_is(
    fake: FakeProviders, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = sendgrid_at(fake)
    gateway.send(message())
    fake.fault(answers(500))
    gateway.send(message())
    gateway.look_up(sent_before(message()))

    assert [record for record in caplog.records if not record.name.startswith("uvicorn")] == []


def test_a_key_does_not_show_where_the_account_is_printed(fake: FakeProviders) -> None:
    assert fake.sendgrid_key not in repr(SendGridAccount(fake.sendgrid_key))


def test_what_was_taken_over_can_be_looked_up(fake: FakeProviders) -> None:
    gateway = sendgrid_at(fake)
    fake.fault(stalls(5), when="after")
    outcome = gateway.send(message())

    assert isinstance(outcome, Unknown)
    assert gateway.look_up(sent_before(message())) == Accepted(fake.sent[0].provider_id)
    assert gateway.look_up(sent_before(message(attempt="d4e5f6"))) is None


def test_without_the_add_on_nobody_is_asked(fake: FakeProviders) -> None:
    gateway = sendgrid_at(fake, activity=False)
    gateway.send(message())

    assert gateway.look_up(sent_before(message())) is None
    assert len(fake.calls) == 1


@pytest.mark.parametrize("attempt", ["", 'x" OR "1"="1', "a'b"])
def test_a_look_up_asks_for_one_attempt_only(fake: FakeProviders, attempt: str) -> None:
    assert sendgrid_at(fake).look_up(sent_before(message(attempt=attempt))) is None
    assert fake.calls == []


@pytest.mark.parametrize("body", [b"", b"[]", b'{"messages": 1}', b'{"messages": [{}]}'])
def test_a_look_up_that_is_not_understood_knows_nothing(fake: FakeProviders, body: bytes) -> None:
    fake.fault(answers(200, body), matching=any_call)

    assert sendgrid_at(fake).look_up(sent_before(message())) is None


def test_a_look_up_that_is_refused_knows_nothing(fake: FakeProviders) -> None:
    fake.fault(answers(500, b'{"messages": [{"msg_id": "x"}]}'), matching=any_call)
    away = SendGridGateway(SendGridAccount("key", "http://127.0.0.1:1", has_email_activity=True))

    assert sendgrid_at(fake).look_up(sent_before(message())) is None
    assert away.look_up(sent_before(message())) is None


def test_the_account_may_be_in_europe() -> None:
    gateway = SendGridGateway(SendGridAccount("key", "https://api.eu.sendgrid.com"))

    assert gateway._client.host == "https://api.eu.sendgrid.com"  # noqa: SLF001 - nothing may call there
