from __future__ import annotations

from datetime import timedelta

import pytest
from httpx import AsyncClient

from console.webhooks.keys import WebhookKeys
from tests.console.visiting import visiting
from tests.console.webhooks.conftest import House
from tests.console.webhooks.posting import (
    EVENTS,
    KEY,
    NOW,
    PUBLIC,
    SMS,
    form_of_mail,
    new_key,
    post_events,
    post_form,
    post_mail,
    post_sms,
    post_status,
    twilio_signature,
)

POSTS = [post_events, post_mail, post_sms]
ADDRESSES = ["sendgrid/events", "sendgrid/mail", "twilio/status", "twilio/sms"]


async def test_what_is_signed_is_stored_as_it_came(house: House, door: AsyncClient) -> None:
    answer = await post_events(door)
    [stored] = house.arrivals

    assert answer.status_code == 204
    assert stored.body == EVENTS
    assert (stored.kind, stored.state, stored.received_at) == ("sendgrid_events", "waiting", NOW)
    assert stored.details["verified_by"] == "key 1"


async def test_a_text_message_is_answered_with_silence(house: House, door: AsyncClient) -> None:
    answer = await post_sms(door, Body="Wir zahlen am Freitag. ✅")
    [stored] = house.arrivals

    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text.endswith("<Response/>")
    assert stored.kind == "twilio_sms"
    assert b"Wir+zahlen" in stored.body


async def test_the_attempt_in_the_address_is_kept(house: House, door: AsyncClient) -> None:
    answer = await post_status(door, "delivered")
    [stored] = house.arrivals

    assert answer.status_code == 204
    assert stored.details["query"] == "a=a%2F1&b=%20"


async def test_a_mail_keeps_the_content_type_that_tells_its_parts(
    house: House, door: AsyncClient
) -> None:
    body, content_type = form_of_mail(b"\xff\x00 binary \xfe")
    headers = {"Content-Type": content_type} | KEY.headers(body)
    answer = await door.post("/webhooks/sendgrid/mail", content=body, headers=headers)
    [stored] = house.arrivals

    assert answer.status_code == 200
    assert stored.body == body
    assert stored.details["content_type"] == content_type


@pytest.mark.parametrize("post", POSTS)
async def test_the_same_thing_again_is_acknowledged_and_stored_once(
    house: House, door: AsyncClient, post: object
) -> None:
    assert callable(post)
    answers = [(await post(door)).status_code for _ in range(3)]

    assert len(set(answers)) == 1
    assert answers[0] < 300
    assert len(house.arrivals) == 1


async def test_each_status_of_a_message_is_stored_in_whatever_order(
    house: House, door: AsyncClient
) -> None:
    for status in ("delivered", "sent", "delivered", "queued", "sent"):
        await post_status(door, status)

    assert len(house.arrivals) == 3


@pytest.mark.parametrize("body", [b"", b"{}", b"not JSON", b"\xff\xfe", b"[[[[", b"null"])
async def test_what_is_signed_but_makes_no_sense_is_not_lost(
    house: House, door: AsyncClient, body: bytes
) -> None:
    answer = await post_events(door, body)

    assert answer.status_code == 204
    assert [stored.body for stored in house.arrivals] == [body]


async def test_a_forged_post_is_refused(house: House, door: AsyncClient) -> None:
    stranger = new_key()
    answers = [
        await post_events(door, key=stranger),
        await post_mail(door, key=stranger),
        await post_form(door, "/webhooks/twilio/sms", SMS, "guessed"),
        await post_form(door, "/webhooks/twilio/status", SMS, ""),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert house.arrivals == []


@pytest.mark.parametrize("address", ADDRESSES)
async def test_without_a_signature_nothing_is_taken(
    house: House, door: AsyncClient, address: str
) -> None:
    kind = {
        "sendgrid/events": "application/json",
        "sendgrid/mail": "multipart/form-data; boundary=x",
    }.get(address, "application/x-www-form-urlencoded")
    headers = {"Content-Type": kind}
    answer = await door.post(f"/webhooks/{address}", content=b"[]", headers=headers)

    assert answer.status_code == 403
    assert house.arrivals == []


async def test_a_replay_of_something_old_is_refused(house: House, door: AsyncClient) -> None:
    late = await post_events(door, at=NOW - timedelta(hours=26))
    late_mail = await post_mail(door, at=NOW - timedelta(days=4))

    assert (late.status_code, late_mail.status_code) == (403, 403)
    assert house.arrivals == []


async def test_a_late_retry_is_taken(house: House, door: AsyncClient) -> None:
    late = await post_events(door, at=NOW - timedelta(hours=24))
    late_mail = await post_mail(door, at=NOW - timedelta(days=3))

    assert (late.status_code, late_mail.status_code) == (204, 200)
    assert len(house.arrivals) == 2


async def test_a_clock_of_ours_that_is_behind_loses_nothing(
    house: House, door: AsyncClient
) -> None:
    genuine = await post_events(door, at=NOW + timedelta(hours=1))
    forged = await post_events(door, at=NOW + timedelta(hours=1), key=new_key())

    assert (genuine.status_code, forged.status_code) == (503, 403)
    assert house.arrivals == []


@pytest.mark.parametrize("address", ADDRESSES)
async def test_without_keys_the_provider_is_asked_to_come_again(house: House, address: str) -> None:
    async with visiting(house.app(WebhookKeys())) as door:
        answer = await door.post(f"/webhooks/{address}", content=b"[]")

    assert answer.status_code == 503
    assert house.arrivals == []


async def test_while_keys_change_nothing_is_refused_for_good(house: House) -> None:
    changing = WebhookKeys(sendgrid_inbound=(new_key().public,), changing=True)
    async with visiting(house.app(changing)) as door:
        answer = await post_mail(door)

    assert answer.status_code == 503
    assert house.arrivals == []


async def test_an_old_and_a_new_key_both_count(house: House) -> None:
    both = WebhookKeys(sendgrid_inbound=(new_key().public, KEY.public))
    async with visiting(house.app(both)) as door:
        await post_mail(door)
    [stored] = house.arrivals

    assert stored.details["verified_by"] == "key 2"


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
async def test_a_webhook_is_only_posted_to(door: AsyncClient, address: str, method: str) -> None:
    answer = await door.request(method, f"/webhooks/{address}")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.headers["content-type"].startswith("text/plain")


async def test_there_are_no_other_webhooks(door: AsyncClient) -> None:
    answers = [await door.post(f"/webhooks/{path}") for path in ("", "twilio", "sendgrid/events/")]

    assert [answer.status_code for answer in answers] == [404] * 3


async def test_another_content_type_is_refused(house: House, door: AsyncClient) -> None:
    headers = {"Content-Type": "text/plain"} | KEY.headers(EVENTS)
    answer = await door.post("/webhooks/sendgrid/events", content=EVENTS, headers=headers)

    assert answer.status_code == 415
    assert house.arrivals == []


async def test_the_public_name_opens_no_page(door: AsyncClient) -> None:
    answers = [await door.get(path) for path in ("/", "/invoices/webhooks/1", "/webhooks")]

    assert [answer.status_code for answer in answers] == [400, 400, 400]


async def test_a_proxy_may_leave_the_public_path_on(house: House, door: AsyncClient) -> None:
    path = "/webhooks/twilio/sms"
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": twilio_signature(f"{PUBLIC}{path}", {"MessageSid": "SM9"}),
    }
    answer = await door.post(f"/duncan{path}", content="MessageSid=SM9", headers=headers)

    assert answer.status_code == 200
    assert len(house.arrivals) == 1


async def test_a_signature_counts_for_its_own_address_only(house: House, door: AsyncClient) -> None:
    signature = twilio_signature(f"{PUBLIC}/webhooks/twilio/status", SMS)
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signature,
    }
    answer = await door.post("/webhooks/twilio/sms", data=SMS, headers=headers)

    assert answer.status_code == 403
    assert house.arrivals == []
