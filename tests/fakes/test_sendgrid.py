from __future__ import annotations

import json

import pytest
from python_http_client.exceptions import ForbiddenError, UnauthorizedError
from sendgrid import SendGridAPIClient

from fakes.fake_providers import FakeProviders
from tests.fakes.callers import Callers, mail

_BOUNCED = "bounced@customer.example"


def test_a_good_mail_is_taken_over(fake: FakeProviders, callers: Callers) -> None:
    answer = callers.post_mail(mail())

    (sent,) = fake.sent
    assert (answer.status_code, answer.body) == (202, b"")
    assert answer.headers["X-Message-Id"] == sent.provider_id
    assert (sent.channel, sent.attempt) == ("email", "A-1")
    assert (sent.to, sent.sender) == ("pay@customer.example", "billing@creditor.example")
    assert (sent.subject, sent.text) == ("Invoice 7", "Please pay.")
    assert sent.html == "<p>Please pay.</p>"
    assert sent.headers == {"Message-ID": "<m1@creditor.example>"}
    assert sent.payload == mail()
    assert sent.at.tzinfo is not None


def test_every_recipient_gets_a_message(fake: FakeProviders, callers: Callers) -> None:
    envelopes = [
        {"to": [{"email": "a@x.example"}, {"email": "b@x.example"}]},
        {"to": [{"email": "c@x.example"}], "subject": "Your own", "headers": {"X-Own": "1"}},
    ]
    callers.post_mail(mail(personalizations=envelopes))

    assert [sent.to for sent in fake.sent] == ["a@x.example", "b@x.example", "c@x.example"]
    assert len({sent.provider_id for sent in fake.sent}) == 1
    assert fake.sent[2].subject == "Your own"
    assert fake.sent[2].headers["X-Own"] == "1"
    assert fake.sent[0].subject == "Invoice 7"
    assert fake.sent[0].attempt == ""


def test_the_sandbox_sends_nothing(fake: FakeProviders, callers: Callers) -> None:
    answer = callers.post_mail(mail(mail_settings={"sandbox_mode": {"enable": True}}))

    assert answer.status_code == 200
    assert fake.sent == []


def test_a_wrong_key_is_refused(fake: FakeProviders, callers: Callers) -> None:
    with pytest.raises(UnauthorizedError) as refused:
        callers.post_mail(mail(), key="SG.wrong")

    assert json.loads(refused.value.body)["errors"][0]["message"] == "authorization required"
    assert fake.sent == []
    assert [call.status for call in fake.calls] == [401]


def test_a_key_without_the_scope_is_refused(fake: FakeProviders, callers: Callers) -> None:
    fake.email.scopes = ("messages.read",)

    with pytest.raises(ForbiddenError):
        callers.post_mail(mail())


def test_an_unverified_sender_is_refused(fake: FakeProviders, callers: Callers) -> None:
    fake.email.sender_domains = {"another.example"}

    with pytest.raises(ForbiddenError):
        callers.post_mail(mail())
    fake.email.sender_domains.add("creditor.example")
    callers.post_mail(mail())


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"[]", "application/json; charset=utf-8", 400),
        (b"\xff", "application/json", 400),
        (b"x" * 2001, "application/json", 413),
    ],
)
def test_a_body_that_is_no_mail_is_refused(
    fake: FakeProviders, callers: Callers, body: bytes, media_type: str, status: int
) -> None:
    fake.email.largest_mail_bytes = 2000 if status == 413 else 200_000
    headers = {"Authorization": f"Bearer {fake.sendgrid_key}", "Content-Type": media_type}

    assert callers.plainly("POST", "/v3/mail/send", body, headers)[0] == status


def test_thirty_megabytes_are_the_limit(fake: FakeProviders) -> None:
    assert fake.email.largest_mail_bytes == 30 * 1024 * 1024


def test_a_huge_body_is_not_kept(fake: FakeProviders, callers: Callers) -> None:
    fake.email.largest_mail_bytes = 1000
    callers.plainly("POST", "/v3/mail/send", b"x" * 2_000_000)

    assert len(fake.calls[0].body) == 1001


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unique_args['dn_attempt']=\"A-1\"", 1),
        ("unique_args['dn_attempt'] = \"A-1\"", 1),
        ("unique_args['dn_attempt']=\"A-2\"", 0),
        ("unique_args['other']=\"A-1\"", 0),
        ('to_email="pay@customer.example" AND subject="Invoice 7"', 1),
        ('to_email="pay@customer.example" AND subject="Invoice 8"', 0),
    ],
)
def test_a_mail_is_found_again_by_its_marks(callers: Callers, query: str, found: int) -> None:
    callers.post_mail(mail())

    assert len(callers.activity(query)) == found


def test_what_is_found_says_what_became_of_it(fake: FakeProviders, callers: Callers) -> None:
    callers.post_mail(mail())
    query = "unique_args['dn_attempt']=\"A-1\""
    before = callers.activity(query)
    fake.event(fake.sent[0], "delivered")

    assert before[0]["status"] == "processed"
    assert callers.activity(query)[0]["status"] == "delivered"
    assert before[0]["msg_id"] == fake.sent[0].provider_id


@pytest.mark.parametrize("query", ["", "nonsense", "color=%22red%22", "a OR b"])
def test_a_query_that_is_not_understood_is_refused(callers: Callers, query: str) -> None:
    status, _, _ = callers.plainly("GET", f"/v3/messages?query={query.replace(' ', '%20')}")

    assert status == 400


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1"])
def test_an_impossible_limit_is_refused(callers: Callers, limit: str) -> None:
    query = "to_email%3D%22a%22"

    assert callers.plainly("GET", f"/v3/messages?query={query}&limit={limit}")[0] == 400


def test_email_activity_is_an_add_on(fake: FakeProviders, callers: Callers) -> None:
    fake.email.has_email_activity = False

    with pytest.raises(ForbiddenError):
        callers.activity('to_email="a@x.example"')


def test_the_settings_can_be_read(fake: FakeProviders) -> None:
    fake.email.event_webhooks.append({"id": "w1", "url": "https://desk.example", "enabled": True})
    fake.email.parse_settings.append({"hostname": "in.example", "url": "https://desk.example"})
    client = SendGridAPIClient(fake.sendgrid_key, host=fake.url).client
    hooks = client.user.webhooks.event.settings
    parsing = client.user.webhooks.parse.settings

    assert json.loads(client.scopes.get().body)["scopes"] == list(fake.email.scopes)
    assert json.loads(hooks.all.get().body)["webhooks"] == fake.email.event_webhooks
    assert json.loads(hooks.w1.get().body)["url"] == "https://desk.example"
    assert json.loads(hooks.signed.w1.get().body)["public_key"] == fake.event_public_key
    assert json.loads(parsing.get().body)["result"] == fake.email.parse_settings


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v3/nothing", 404),
        ("GET", "/v3/mail/send", 405),
        ("GET", "/v3/user/webhooks/event/settings/none", 404),
    ],
)
def test_a_wrong_door_is_refused_as_sendgrid_refuses(
    callers: Callers, method: str, path: str, status: int
) -> None:
    answered, _, body = callers.plainly(method, path)

    assert answered == status
    assert json.loads(body)["errors"][0]["message"]


def test_every_call_is_remembered(fake: FakeProviders, callers: Callers) -> None:
    callers.plainly("GET", "/v3/nothing?x=1")
    callers.post_mail(mail())

    (wrong, good) = fake.calls
    assert (wrong.method, wrong.path, wrong.query, wrong.status) == (
        *("GET", "/v3/nothing", {"x": "1"}),
        404,
    )
    assert (good.channel, good.status, json.loads(good.body)) == ("email", 202, mail())
    assert good.headers["authorization"] == f"Bearer {fake.sendgrid_key}"


def test_a_suppressed_address_is_taken_and_then_dropped(
    fake: FakeProviders, callers: Callers
) -> None:
    fake.email.suppressed[_BOUNCED] = "Bounced Address"
    answer = callers.post_mail(mail(personalizations=[{"to": [{"email": _BOUNCED.upper()}]}]))

    assert answer.status_code == 202
    assert len(fake.sent) == 1
