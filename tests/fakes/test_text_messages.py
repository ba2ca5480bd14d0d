from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from fakes.fake_providers import FakeProviders
from fakes.posting import Manner
from fakes.text_messages import SIGNATURE
from tests.fakes.callers import OUR_PHONE, PHONE, Callers
from tests.fakes.listening import Listener, Post


def _proved(fake: FakeProviders, url: str, post: Post) -> bool:
    validator = RequestValidator(fake.twilio_token)
    return bool(validator.validate(url, post.form, post.headers[SIGNATURE]))


def test_a_message_reports_back_to_its_own_address(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    url = f"{desk.url}/status?a=T-7"
    sid = callers.post_text(status_callback=url).sid
    answers = fake.status_callback(fake.sent[0], "sent", "delivered")

    assert [answer.status for answer in answers] == [200, 200]
    assert [post.form["MessageStatus"] for post in desk.posts] == ["sent", "delivered"]
    assert [post.path for post in desk.posts] == ["/status?a=T-7"] * 2
    assert desk.posts[0].form["MessageSid"] == sid
    assert desk.posts[0].form["AccountSid"] == fake.twilio_account_sid
    assert "ErrorCode" not in desk.posts[0].form
    assert all(_proved(fake, url, post) for post in desk.posts)
    assert callers.twilio().messages(sid).fetch().status == "delivered"


def test_a_failure_says_why(fake: FakeProviders, callers: Callers, desk: Listener) -> None:
    callers.post_text()
    fake.status_callback(fake.sent[0], "sent", "undelivered", url=desk.url, error_code=30003)

    assert [post.form.get("ErrorCode") for post in desk.posts] == [None, "30003"]


def test_the_failure_stands_in_the_message_too(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    sid = callers.post_text().sid
    fake.status_callback(fake.sent[0], "failed", url=desk.url, error_code=30006)
    read = callers.twilio().messages(sid).fetch()

    assert (read.status, read.error_code) == ("failed", 30006)


def test_statuses_come_late_twice_and_backwards(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    sid = callers.post_text().sid
    manner = Manner(duplicated=True, reordered=True)
    fake.status_callback(fake.sent[0], "sent", "delivered", url=desk.url, manner=manner)

    statuses = [post.form["MessageStatus"] for post in desk.posts]
    assert statuses == ["delivered", "delivered", "sent", "sent"]
    assert (
        desk.posts[0].headers["I-Twilio-Idempotency-Token"]
        == (desk.posts[1].headers["I-Twilio-Idempotency-Token"])
    )
    assert callers.twilio().messages(sid).fetch().status == "delivered"


def test_a_text_message_to_us_is_signed(fake: FakeProviders, desk: Listener) -> None:
    url = f"{desk.url}/inbound?x=%C3%BC&b=2"
    answers = fake.inbound_sms(
        url, sender=PHONE, to=OUR_PHONE, body="Zahlen wir am 5. – ok?", FromCountry="DE"
    )

    (post,) = desk.posts
    assert (answers[0].status, answers[0].body) == (200, b"<Response/>")
    assert (post.form["From"], post.form["To"]) == (PHONE, OUR_PHONE)
    assert post.form["Body"] == "Zahlen wir am 5. – ok?"
    assert post.form["MessageSid"].startswith("SM")
    assert post.form["FromCity"] == ""
    assert _proved(fake, url, post)
    assert not _proved(fake, url + "&c=3", post)


def test_a_proxys_address_can_be_signed_for(fake: FakeProviders, desk: Listener) -> None:
    public = "https://desk.example/inbound"
    fake.inbound_sms(
        desk.url, sender=PHONE, to=OUR_PHONE, body="Hi", manner=Manner(signed_url=public)
    )

    assert _proved(fake, public, desk.posts[0])
    assert not _proved(fake, desk.url, desk.posts[0])


def test_forged_and_unsigned_messages_convince_nobody(fake: FakeProviders, desk: Listener) -> None:
    for manner in (Manner(wrongly_signed=True), Manner(unsigned=True)):
        fake.inbound_sms(desk.url, sender=PHONE, to=OUR_PHONE, body="Hi", manner=manner)

    assert not _proved(fake, desk.url, desk.posts[0])
    assert SIGNATURE not in desk.posts[1].headers


@pytest.mark.parametrize("word", ["STOP", " stop ", "Unsubscribe", "REVOKE", "optout"])
def test_who_says_stop_gets_nothing_until_start(
    fake: FakeProviders, callers: Callers, desk: Listener, word: str
) -> None:
    fake.inbound_sms(desk.url, sender=PHONE, to=OUR_PHONE, body=word)
    with pytest.raises(TwilioRestException) as refused:
        callers.post_text()
    fake.inbound_sms(desk.url, sender=PHONE, to=OUR_PHONE, body="Start")

    assert refused.value.code == 21610
    assert callers.post_text().sid is not None


def test_a_stop_among_other_words_is_not_one_for_twilio(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    fake.inbound_sms(desk.url, sender=PHONE, to=OUR_PHONE, body="Stop please")

    assert callers.post_text().sid is not None


def test_posts_are_repeated_after_a_server_error_only(fake: FakeProviders, desk: Listener) -> None:
    desk.answers = [500, 403, 200]
    answers = fake.inbound_sms(
        desk.url, sender=PHONE, to=OUR_PHONE, body="Hi", manner=Manner(tries=5)
    )

    assert [answer.status for answer in answers] == [500, 403]
    assert desk.posts[0].form["MessageSid"] == desk.posts[1].form["MessageSid"]
