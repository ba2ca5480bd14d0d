from __future__ import annotations

import time
from dataclasses import replace
from http.client import RemoteDisconnected

import pytest
from python_http_client.exceptions import HTTPError, TooManyRequestsError
from requests.exceptions import ConnectionError as Disconnected
from requests.exceptions import ReadTimeout
from twilio.base.exceptions import TwilioRestException

from fakes import faults
from fakes.fake_providers import FakeProviders
from fakes.faults import Fault, When
from tests.fakes.callers import TIMEOUT_SECONDS, Callers, mail

_BOTH = pytest.mark.parametrize("when", ["before", "after"])
_STATUSES = pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503])


def _accepted(when: When) -> int:
    return 1 if when == "after" else 0


@_BOTH
@_STATUSES
def test_a_mail_is_answered_with_any_status(
    fake: FakeProviders, callers: Callers, when: When, status: int
) -> None:
    fake.fault(faults.answers(status), when=when)
    with pytest.raises(HTTPError) as failed:
        callers.post_mail(mail())

    assert failed.value.status_code == status
    assert b'"errors"' in failed.value.body
    assert len(fake.sent) == _accepted(when)
    assert [call.status for call in fake.calls] == [status]


@_BOTH
@_STATUSES
def test_a_text_message_is_answered_with_any_status(
    fake: FakeProviders, callers: Callers, when: When, status: int
) -> None:
    fake.fault(faults.answers(status), when=when)
    with pytest.raises(TwilioRestException) as failed:
        callers.post_text()

    assert failed.value.status == status
    assert failed.value.code == (20003 if status in {401, 403} else 20000 + status)
    assert len(fake.sent) == _accepted(when)


def test_too_many_calls_may_say_until_when(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.too_many(reset_at=1_800_000_000, retry_after=30))
    fake.fault(faults.too_many())
    with pytest.raises(TooManyRequestsError) as told:
        callers.post_mail(mail())
    with pytest.raises(TooManyRequestsError) as untold:
        callers.post_mail(mail())

    assert told.value.headers["X-RateLimit-Reset"] == "1800000000"
    assert told.value.headers["X-RateLimit-Remaining"] == "0"
    assert told.value.headers["Retry-After"] == "30"
    assert "X-RateLimit-Reset" not in untold.value.headers
    assert fake.sent == []


@_BOTH
def test_a_redirect_lures_a_mail_and_its_key_away(
    fake: FakeProviders, callers: Callers, when: When
) -> None:
    fake.fault(faults.redirects(), when=when)
    answer = callers.post_mail(mail())

    # SendGrid's library follows, and takes what it finds there for a success.
    assert answer.headers["X-Message-Id"] == "lured"
    assert [(call.path, call.status) for call in fake.calls] == [
        ("/v3/mail/send", 302),
        ("/elsewhere", 202),
    ]
    assert fake.calls[1].headers["authorization"] == f"Bearer {fake.sendgrid_key}"
    assert len(fake.sent) == _accepted(when)


def test_a_redirect_fails_a_text_message(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.redirects("https://another.example/x"))
    with pytest.raises(TwilioRestException) as failed:
        callers.post_text()

    assert failed.value.status == 302


@_BOTH
def test_a_stall_outlasts_a_mail(fake: FakeProviders, callers: Callers, when: When) -> None:
    fake.fault(faults.stalls(30), when=when)
    with pytest.raises(TimeoutError):
        callers.post_mail(mail())

    assert len(fake.sent) == _accepted(when)
    assert [call.status for call in fake.calls] == [None]


def test_whoever_waits_long_enough_is_served(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.stalls(0.1))
    started = time.monotonic()
    answer = callers.post_mail(mail())

    assert answer.status_code == 202
    assert time.monotonic() - started >= 0.1
    assert len(fake.sent) == 1


def test_who_hung_up_before_is_never_served(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.stalls(0.4))
    with pytest.raises(TimeoutError):
        callers.post_mail(mail())
    # Long enough for the stall to end.
    time.sleep(0.3)

    assert fake.sent == []


@_BOTH
@pytest.mark.parametrize(
    ("fault", "error"),
    [(faults.hangs_up(), RemoteDisconnected), (faults.resets(), ConnectionResetError)],
)
def test_a_mail_is_left_without_an_answer(
    fake: FakeProviders, callers: Callers, when: When, fault: Fault, error: type[Exception]
) -> None:
    fake.fault(fault, when=when)
    with pytest.raises(error) as left:
        callers.post_mail(mail())

    assert type(left.value) is error
    assert len(fake.sent) == _accepted(when)
    assert [call.status for call in fake.calls] == [None]


@_BOTH
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (faults.hangs_up(), Disconnected),
        (faults.resets(), Disconnected),
        (faults.stalls(30), ReadTimeout),
    ],
)
def test_a_text_message_is_left_without_an_answer(
    fake: FakeProviders, callers: Callers, when: When, fault: Fault, error: type[Exception]
) -> None:
    fake.fault(fault, when=when)
    with pytest.raises(error):
        callers.post_text()

    assert len(fake.sent) == _accepted(when)


def test_drops_outlast_a_time_limit_and_are_an_answer(
    fake: FakeProviders, callers: Callers
) -> None:
    fake.fault(faults.drips(0.006))
    started = time.monotonic()
    answer = callers.post_mail(mail())

    assert answer.status_code == 202
    assert answer.headers["X-Message-Id"] == fake.sent[0].provider_id
    assert time.monotonic() - started > TIMEOUT_SECONDS


def test_drops_make_up_the_whole_answer(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(replace(faults.answers(400, b'{"code": 21617}'), drip_seconds=0.001))
    with pytest.raises(TwilioRestException) as refused:
        callers.post_text()

    assert refused.value.code == 21617


def test_who_tires_of_drops_is_let_go(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.drips(30))
    with pytest.raises(TimeoutError):
        callers.post_mail(mail())

    assert len(fake.sent) == 1


@_BOTH
def test_nonsense_with_a_good_status(fake: FakeProviders, callers: Callers, when: When) -> None:
    fake.fault(faults.talks_nonsense(), when=when, channel="email")
    fake.fault(faults.talks_nonsense(201, b'{"hello": 1}'), when=when, channel="sms")
    answer, text = callers.post_mail(mail()), callers.post_text()

    assert answer.status_code == 200
    assert answer.headers["X-Message-Id"] is None
    assert text.sid is None
    assert len(fake.sent) == 2 * _accepted(when)


def test_faults_strike_in_the_order_planned(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.answers(503), times=2)
    fake.fault(faults.answers(500))
    statuses = []
    for _ in range(3):
        with pytest.raises(HTTPError) as failed:
            callers.post_mail(mail())
        statuses.append(failed.value.status_code)

    assert statuses == [503, 503, 500]
    assert callers.post_mail(mail()).status_code == 202


def test_a_fault_strikes_its_own_channel_only(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.answers(503), channel="sms")
    callers.post_mail(mail())

    with pytest.raises(TwilioRestException):
        callers.post_text()


def test_a_fault_strikes_sends_only_unless_told(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.answers(503))
    assert callers.activity('to_email="x@y.example"') == []
    fake.forget()
    fake.fault(faults.answers(503), matching=faults.any_call)

    with pytest.raises(HTTPError):
        callers.activity('to_email="x@y.example"')


def test_a_fault_can_choose_its_calls(fake: FakeProviders, callers: Callers) -> None:
    fake.fault(faults.answers(500), matching=lambda call: b"Invoice 8" in call.body, times=None)
    callers.post_mail(mail())

    for _ in range(3):
        with pytest.raises(HTTPError):
            callers.post_mail(mail(subject="Invoice 8"))


def test_what_is_forgotten_is_gone_and_the_accounts_stay(
    fake: FakeProviders, callers: Callers
) -> None:
    key = fake.sendgrid_key
    callers.post_mail(mail())
    fake.fault(faults.answers(500), times=None)
    fake.forget()

    assert (fake.sent, fake.calls, fake.sendgrid_key) == ([], [], key)
    assert callers.post_mail(mail()).status_code == 202
