from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Refused,
    RetryLater,
    Unknown,
)
from activities.gateways.twilio import TwilioAccount, TwilioGateway
from activities.sms_segments import is_gsm7
from fakes.fake_providers import FakeProviders
from fakes.faults import answers, redirects
from fakes.serving import running_fake
from tests.activities.gateways_at_fakes import twilio_at
from tests.activities.outgoing_messages import AT, sent_before, text_message

TOKEN = "not-a-real-token"  # noqa: S105 - of no account


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with running_fake() as found:
        yield found


def test_a_text_message_is_accepted_under_the_providers_own_id(fake: FakeProviders) -> None:
    outcome = twilio_at(fake).send(text_message())

    assert outcome == Accepted(fake.sent[0].provider_id)
    assert (fake.sent[0].attempt, fake.sent[0].to) == ("a1b2c3", "+447700900123")


def test_a_text_message_says_all_that_it_has_to(fake: FakeProviders) -> None:
    twilio_at(fake).send(text_message())

    assert fake.sent[0].payload == {
        "To": "+447700900123",
        "From": "+15005550006",
        "Body": 'Larkspur & Finch: invoice "4711" is open, 12,00 €. Reply STOP to opt out',
        "SmartEncoded": "true",
        "ValidityPeriod": "36000",
        "RiskCheck": "disable",
        "StatusCallback": "https://desk.example/webhooks/twilio/status?a=a1b2c3",
    }
    assert is_gsm7(fake.sent[0].text)


def test_a_messaging_service_is_used_where_there_is_one(fake: FakeProviders) -> None:
    service = "MG" + "0" * 32
    twilio_at(fake, service=service).send(text_message())

    assert fake.sent[0].payload["MessagingServiceSid"] == service
    assert "From" not in fake.sent[0].payload


def test_without_a_public_address_nobody_calls_back(fake: FakeProviders) -> None:
    twilio_at(fake, public_url="").send(text_message())

    assert "StatusCallback" not in fake.sent[0].payload


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        (timedelta(minutes=90), "5400"),
        (timedelta(seconds=10), "10"),
        (timedelta(hours=10, seconds=1), "36000"),
        (timedelta(days=30), "36000"),
    ],
)
def test_a_message_is_not_queued_beyond_its_window(
    fake: FakeProviders, until: timedelta, seconds: str
) -> None:
    twilio_at(fake).send(text_message(valid_until=AT + until))

    assert fake.sent[0].payload["ValidityPeriod"] == seconds


@pytest.mark.parametrize("until", [timedelta(seconds=9), timedelta(0), timedelta(hours=-1)])
def test_a_message_whose_window_is_over_is_not_handed_over(
    fake: FakeProviders, until: timedelta
) -> None:
    outcome = twilio_at(fake).send(text_message(valid_until=AT + until))

    assert isinstance(outcome, RetryLater)
    assert outcome.code == "WINDOW_CLOSED"
    assert fake.calls == []


def test_an_api_key_logs_in_to_the_account(fake: FakeProviders) -> None:
    account = fake.sms
    by_key = TwilioAccount(account.sid, account.api_key, account.api_secret, "+15005550006")
    gateway = TwilioGateway(
        TwilioAccount(**vars(by_key) | {"base_url": fake.url}),
    )

    assert isinstance(gateway.send(text_message()), Accepted)
    assert account.sid in fake.calls[0].path


def test_what_the_environment_says_of_the_library_does_not_count(
    fake: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "ACsomebodyelse")

    assert isinstance(twilio_at(fake).send(text_message()), Accepted)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("+15005550001", "INVALID_NUMBER"),
        ("+15005550003", "COUNTRY_CLOSED"),
        ("+15005550004", "OPT_OUT"),
        ("+15005550009", "NOT_A_MOBILE"),
    ],
)
def test_the_providers_own_test_numbers_are_refused(
    fake: FakeProviders, to: str, code: str
) -> None:
    outcome = twilio_at(fake).send(text_message(to_address=to))

    assert isinstance(outcome, Refused)
    assert outcome.code == code


def test_a_refusal_of_an_unknown_kind_says_what_the_provider_said(fake: FakeProviders) -> None:
    fake.fault(answers(400, b'{"code": 21999, "message": "Not today", "status": 400}'))

    assert twilio_at(fake).send(text_message()) == Refused(
        "TWILIO_21999", "Twilio answered 400: Not today"
    )


def test_a_refusal_in_the_newer_form_is_read_too(fake: FakeProviders) -> None:
    body = b'{"type": "u", "title": "t", "status": 400, "code": 21610, "detail": "opted out"}'
    fake.fault(answers(400, body))
    outcome = twilio_at(fake).send(text_message())

    assert isinstance(outcome, Refused)
    assert outcome.code == "OPT_OUT"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"17",
        b'"SM1"',
        b"{}",
        b'{"sid": null}',
        b'{"sid": 1}',
        b'{"sid": "SM1", "error_code": "x"}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_success_that_names_no_message_is_unknown(fake: FakeProviders, body: bytes) -> None:
    fake.fault(answers(201, body))
    outcome = twilio_at(fake).send(text_message())

    assert isinstance(outcome, Unknown | Accepted)
    assert isinstance(outcome, Unknown) or outcome == Accepted("SM1")


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"\xff\xfe", b'{"code": []}', b'{"message": 1}']
)
def test_a_refusal_in_no_words_is_still_one(fake: FakeProviders, body: bytes) -> None:
    fake.fault(answers(400, body))

    assert isinstance(twilio_at(fake).send(text_message()), Refused)


def test_a_redirect_is_not_followed_with_the_token(fake: FakeProviders) -> None:
    fake.fault(redirects())
    outcome = twilio_at(fake).send(text_message())

    assert isinstance(outcome, ChannelDown)
    assert [call.method for call in fake.calls] == ["POST"]


def test_nothing_is_logged_even_where_everything_is(
    fake: FakeProviders, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = twilio_at(fake)
    gateway.send(text_message())
    fake.fault(answers(500))
    gateway.send(text_message())
    gateway.look_up(sent_before(text_message()))

    assert [record for record in caplog.records if not record.name.startswith("uvicorn")] == []


def test_a_token_does_not_show_where_the_account_is_printed() -> None:
    assert TOKEN not in repr(TwilioAccount("AC1", "AC1", TOKEN))
