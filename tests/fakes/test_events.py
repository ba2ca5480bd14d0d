from __future__ import annotations

import json
import time
from typing import Any

import pytest
from sendgrid.helpers.eventwebhook import EventWebhook

from fakes.fake_providers import FakeProviders
from fakes.posting import Manner
from fakes.signed_posts import SIGNATURE, TIMESTAMP
from tests.fakes.callers import Callers, mail
from tests.fakes.listening import Listener, Post


def _events(post: Post) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads(post.body)
    return events


def _proved(fake: FakeProviders, post: Post) -> bool:
    verifier = EventWebhook(fake.event_public_key)
    signature, timestamp = post.headers[SIGNATURE], post.headers[TIMESTAMP]
    return bool(verifier.verify_signature(post.body.decode(), signature, timestamp))


def test_a_mail_is_processed_and_delivered(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    callers.post_mail(mail(categories=["dunning"]))
    answers = fake.deliver_events(f"{desk.url}/events")

    (post,) = desk.posts
    processed, delivered = _events(post)
    assert [answer.status for answer in answers] == [200]
    assert (post.path, post.headers["Content-Type"]) == ("/events", "application/json")
    assert (processed["event"], delivered["event"]) == ("processed", "delivered")
    assert processed["dn_attempt"] == delivered["dn_attempt"] == "A-1"
    assert processed["email"] == "pay@customer.example"
    assert processed["sg_message_id"].startswith(f"{fake.sent[0].provider_id}.")
    assert processed["smtp-id"] == "<m1@creditor.example>"
    assert processed["category"] == ["dunning"]
    assert abs(processed["timestamp"] - time.time()) < 60
    assert processed["sg_event_id"] != delivered["sg_event_id"]
    assert delivered["response"].startswith("250")


def test_a_mail_is_told_of_once(fake: FakeProviders, callers: Callers, desk: Listener) -> None:
    callers.post_mail(mail())
    fake.deliver_events(desk.url)
    fake.deliver_events(desk.url)

    assert [len(_events(post)) for post in desk.posts] == [2, 0]


def test_sendgrids_own_verifier_is_convinced(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    callers.post_mail(mail(subject="Rechnung für Zürich"))
    fake.deliver_events(desk.url)

    (post,) = desk.posts
    assert post.body.endswith(b"]\r\n")
    assert _proved(fake, post)
    assert not _proved(fake, Post(post.path, post.headers, post.body.strip()))


def test_forged_and_unsigned_posts_convince_nobody(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    callers.post_mail(mail())
    event = fake.event(fake.sent[0], "delivered")
    fake.deliver_events(desk.url, [event], Manner(wrongly_signed=True))
    fake.deliver_events(desk.url, [event], Manner(unsigned=True))

    assert not _proved(fake, desk.posts[0])
    assert SIGNATURE not in desk.posts[1].headers


def test_an_old_post_is_signed_as_old(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    callers.post_mail(mail())
    fake.deliver_events(desk.url, manner=Manner(age_seconds=86_400))

    (post,) = desk.posts
    assert abs(time.time() - 86_400 - int(post.headers[TIMESTAMP])) < 60
    assert _proved(fake, post)


def test_a_batch_comes_twice_and_backwards(
    fake: FakeProviders, callers: Callers, desk: Listener
) -> None:
    callers.post_mail(mail())
    fake.deliver_events(desk.url, manner=Manner(duplicated=True, reordered=True))

    first, again = desk.posts
    assert first.body == again.body
    assert [event["event"] for event in _events(first)] == ["delivered", "processed"]


def test_a_post_is_late_if_it_is_to_be(fake: FakeProviders, desk: Listener) -> None:
    started = time.monotonic()
    fake.deliver_events(desk.url, [], Manner(delay_seconds=0.05))

    assert time.monotonic() - started >= 0.05


@pytest.mark.parametrize(
    ("answers", "tries", "seen"),
    [
        ([503, 500, 200], 5, [503, 500, 200]),
        ([503, 500, 200], 2, [503, 500]),
        ([404, 200], 5, [404, 200]),
        ([503], 1, [503]),
        ([302, 204], 5, [302, 204]),
    ],
)
def test_events_are_repeated_until_taken(
    fake: FakeProviders, desk: Listener, answers: list[int], tries: int, seen: list[int]
) -> None:
    desk.answers = answers

    assert [a.status for a in fake.deliver_events(desk.url, [], Manner(tries=tries))] == seen
    assert len(desk.posts) == len(seen)


def test_nobody_there_is_no_answer(fake: FakeProviders) -> None:
    answers = fake.deliver_events("http://127.0.0.1:1/events", [], Manner(tries=2))

    assert [answer.status for answer in answers] == [None, None]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("bounce", "Bounced Address"),
        ("spamreport", "Spam Reporting Address"),
        ("unsubscribe", "Unsubscribed Address"),
    ],
)
def test_after_this_an_address_gets_nothing_any_more(
    fake: FakeProviders, callers: Callers, desk: Listener, kind: str, reason: str
) -> None:
    callers.post_mail(mail(personalizations=[{"to": [{"email": "Pay@Customer.example"}]}]))
    fake.deliver_events(desk.url, [fake.event(fake.sent[0], kind)])
    callers.post_mail(mail())
    fake.deliver_events(desk.url)

    (dropped,) = _events(desk.posts[1])
    assert _events(desk.posts[0])[0]["event"] == kind
    assert (dropped["event"], dropped["reason"]) == ("dropped", reason)


def test_a_block_leaves_the_address_alone(fake: FakeProviders, callers: Callers) -> None:
    callers.post_mail(mail())
    event = fake.event(fake.sent[0], "blocked")

    assert (event["event"], event["type"]) == ("bounce", "blocked")
    assert fake.email.suppressed == {}


def test_a_bounce_is_the_addresss_own_fault(fake: FakeProviders, callers: Callers) -> None:
    callers.post_mail(mail())
    event = fake.event(fake.sent[0], "bounce", reason="550 gone", status="5.1.1")

    assert (event["event"], event["type"], event["reason"]) == ("bounce", "bounce", "550 gone")
