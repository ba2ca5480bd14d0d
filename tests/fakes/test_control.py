from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from python_http_client.exceptions import HTTPError
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from fakes.fake_providers import FakeProviders
from fakes.serving import running_fake
from fakes.signed_posts import SIGNATURE
from tests.fakes.callers import OUR_PHONE, PHONE, Callers, mail
from tests.fakes.listening import Listener

_REPLY = {
    "url": "http://127.0.0.1:1",
    "to": "reply+abc@in.creditor.example",
    "sender": "pay@customer.example",
    "subject": "Re: Invoice 7",
    "text": "We pay on Friday.",
    "in_reply_to": "<m1@creditor.example>",
}
_JSON = {"Content-Type": "application/json"}


class Panel:
    """Whoever turns the switches."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers

    def turn(self, switch: str, **order: object) -> tuple[int, Any]:
        """Order something; the status and what came back."""
        body = json.dumps(order).encode()
        status, _, told = self._callers.plainly("POST", f"/_ctl/{switch}", body, _JSON)
        return status, json.loads(told) if told else None

    def read(self, what: str) -> list[dict[str, Any]]:
        """What the doubles remember."""
        told: list[dict[str, Any]] = json.loads(self._callers.plainly("GET", f"/_ctl/{what}")[2])
        return told


@pytest.fixture
def panel(callers: Callers) -> Panel:
    """The switches of the test's own doubles."""
    return Panel(callers)


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"fault": "answers", "status": 503}, HTTPError),
        ({"fault": "stalls", "seconds": 30}, TimeoutError),
        ({"fault": "drips", "seconds": 30}, TimeoutError),
        ({"fault": "hangs_up"}, ConnectionError),
        ({"fault": "resets"}, ConnectionError),
    ],
)
def test_the_next_send_goes_wrong_as_ordered(
    panel: Panel, callers: Callers, order: dict[str, Any], error: type[Exception]
) -> None:
    ordered = panel.turn("faults", **order)

    assert ordered == (204, None)
    with pytest.raises(error):
        callers.post_mail(mail())
    assert callers.post_mail(mail()).status_code == 202


def test_a_redirect_can_be_ordered(panel: Panel, callers: Callers) -> None:
    panel.turn("faults", fault="redirects", channel="sms", when="after", times=None)
    for _ in range(2):
        with pytest.raises(TwilioRestException) as failed:
            callers.post_text()
        assert failed.value.status == 302

    assert callers.post_mail(mail()).status_code == 202
    assert len(callers.fake.sent) == 3


def test_faults_can_be_called_off(panel: Panel, callers: Callers) -> None:
    panel.turn("faults", fault="resets", times=None)
    status, _, _ = callers.plainly("DELETE", "/_ctl/faults")

    assert status == 204
    assert callers.post_mail(mail()).status_code == 202


@pytest.mark.parametrize(
    ("switch", "order"),
    [
        ("faults", {}),
        ("faults", {"fault": "explodes"}),
        ("faults", {"fault": "stalls", "seconds": 601}),
        ("faults", {"fault": "answers", "status": 99}),
        ("faults", {"fault": "resets", "typo": 1}),
        ("faults", {"fault": "resets", "times": 0}),
        ("events", {}),
        ("status", {"attempt": "T-1", "statuses": []}),
        ("inbound-sms", {"url": "http://127.0.0.1:1"}),
        ("events", {"url": "file:///etc/hosts"}),
        ("inbound-mail", _REPLY | {"subject": "Re\r\nBcc: x@y.example"}),
    ],
)
def test_an_order_that_is_not_understood_is_refused(
    panel: Panel, switch: str, order: dict[str, Any]
) -> None:
    assert panel.turn(switch, **order)[0] == 422


def test_a_page_of_somebody_elses_turns_no_switch(callers: Callers) -> None:
    plain = {"Content-Type": "text/plain"}
    status, _, _ = callers.plainly("POST", "/_ctl/faults", b'{"fault": "resets"}', plain)

    assert status == 422
    assert callers.post_mail(mail()).status_code == 202


def test_what_was_sent_and_asked_can_be_read(panel: Panel, callers: Callers) -> None:
    callers.post_mail(mail())
    callers.post_text()
    sent, calls = panel.read("sent"), panel.read("calls")

    assert [message["attempt"] for message in sent] == ["A-1", "T-1"]
    assert [message["text"] for message in sent] == ["Please pay."] * 2
    assert [(call["channel"], call["status"]) for call in calls] == [("email", 202), ("sms", 201)]
    assert callers.fake.sendgrid_key not in json.dumps([sent, calls])


def test_events_can_be_ordered(panel: Panel, callers: Callers, desk: Listener) -> None:
    callers.post_mail(mail())
    bounced = panel.turn("events", url=desk.url, attempt="A-1", kinds=["processed", "bounce"])
    callers.post_mail(mail())
    usual = panel.turn("events", url=desk.url, manner={"duplicated": True})

    kinds = [[event["event"] for event in json.loads(post.body)] for post in desk.posts]
    assert (bounced, usual) == ((200, [200]), (200, [200, 200]))
    assert kinds == [["processed", "bounce"], ["dropped"], ["dropped"]]
    assert SIGNATURE in desk.posts[0].headers


def test_a_status_can_be_ordered(panel: Panel, callers: Callers, desk: Listener) -> None:
    callers.post_text(status_callback=f"{desk.url}/status?a=T-1")
    callers.post_text(status_callback=None)
    told = panel.turn("status", attempt="T-1", statuses=["undelivered"], error_code=30006)

    assert told == (200, [200])
    assert desk.posts[0].form["ErrorCode"] == "30006"
    assert panel.turn("status", attempt="T-2")[0] == 404
    assert panel.turn("status", attempt="")[0] == 409


def test_a_reply_can_be_ordered(fake: FakeProviders, panel: Panel, desk: Listener) -> None:
    mailed = panel.turn("inbound-mail", **(_REPLY | {"url": desk.url}))
    texted = panel.turn("inbound-sms", url=desk.url, to=OUR_PHONE, sender=PHONE, body="Paid!")

    mail_post, text_post = desk.posts
    validator = RequestValidator(fake.twilio_token)
    assert (mailed, texted) == ((200, [200]), (200, [200]))
    assert b"We pay on Friday." in mail_post.body
    assert b"In-Reply-To: <m1@creditor.example>" in mail_post.body
    assert text_post.form["Body"] == "Paid!"
    assert validator.validate(desk.url, text_post.form, text_post.headers["X-Twilio-Signature"])


def test_the_doubles_go_on_answering_while_they_post(fake: FakeProviders, panel: Panel) -> None:
    assert panel.turn("events", url=f"{fake.url}/elsewhere") == (200, [202])


def test_the_switches_leave_no_thread_behind(desk: Listener) -> None:
    threads = set(threading.enumerate())
    with running_fake() as fake:
        Panel(Callers(fake)).turn("events", url=desk.url)

    assert set(threading.enumerate()) == threads
