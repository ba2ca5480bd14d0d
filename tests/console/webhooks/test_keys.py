from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from httpx import AsyncClient

from console.webhooks.keys import UnusableKey, WebhookKeys
from tests.console.visiting import visiting
from tests.console.webhooks.conftest import House
from tests.console.webhooks.posting import KEY, SigningKey, form_of_mail, new_key

SECRET = "s3cret-" * 5


async def post_unsigned_mail(door: AsyncClient, address: str) -> int:
    """Post a mail as an account without signatures does."""
    body, content_type = form_of_mail()
    headers = {"Content-Type": content_type}
    path = f"/webhooks/sendgrid/mail{address}"
    return (await door.post(path, content=body, headers=headers)).status_code


async def test_a_secret_address_takes_mail_that_cannot_be_signed(house: House) -> None:
    async with visiting(house.app(WebhookKeys(inbound_secret=SECRET))) as door:
        status = await post_unsigned_mail(door, f"/{SECRET}")
    [stored] = house.arrivals

    assert status == 200
    assert stored.details["verified_by"] == "secret address"
    assert SECRET not in str(stored)


@pytest.mark.parametrize("address", ["", "/", "/guess", f"/{SECRET}x", f"/{SECRET[:-1]}", "/%FF"])
async def test_another_address_takes_none(house: House, address: str) -> None:
    async with visiting(house.app(WebhookKeys(inbound_secret=SECRET))) as door:
        status = await post_unsigned_mail(door, address)

    assert status in {403, 404}
    assert house.arrivals == []


async def test_once_there_is_a_key_the_address_alone_is_not_enough(house: House) -> None:
    keys = WebhookKeys(sendgrid_inbound=(KEY.public,), inbound_secret=SECRET)
    body, content_type = form_of_mail()
    headers = {"Content-Type": content_type} | KEY.headers(body)
    async with visiting(house.app(keys)) as door:
        unsigned = await post_unsigned_mail(door, f"/{SECRET}")
        paths = [f"/webhooks/sendgrid/mail{address}" for address in (f"/{SECRET}", "", "/guess")]
        signed = [await door.post(path, content=body, headers=headers) for path in paths]

    assert unsigned == 403
    assert [answer.status_code for answer in signed] == [200, 200, 200]
    assert len(house.arrivals) == 1


@pytest.mark.parametrize("key", ["", "x", "AAAA", KEY.public[:-8]])
def test_a_key_that_cannot_confirm_anything_is_found_at_once(key: str) -> None:
    with pytest.raises(UnusableKey, match="key number 2 is no public key"):
        WebhookKeys(sendgrid_events=(KEY.public,), sendgrid_inbound=(key,))


def test_a_key_of_another_curve_is_no_key_of_sendgrid() -> None:
    other = SigningKey(ec.generate_private_key(ec.SECP384R1()))
    with pytest.raises(UnusableKey):
        WebhookKeys(sendgrid_events=(other.public,))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"twilio_tokens": ("",), "public_url": "https://a.example"}, "is empty"),
        ({"twilio_tokens": ("t",)}, "none is set"),
        ({"public_url": "ar.example"}, "look like"),
        ({"public_url": "ftp://ar.example"}, "look like"),
        ({"public_url": "https://ar.example:port"}, "look like"),
        ({"public_url": "https://ar.example/?a=1"}, "look like"),
        ({"public_url": "https://ar.example/#rc=2"}, "look like"),
        ({"inbound_secret": "short"}, "24 to 128"),
        ({"inbound_secret": "with/slash" * 5}, "24 to 128"),
    ],
)
def test_what_could_not_work_is_said_in_one_sentence(
    wrong: dict[str, str | tuple[str, ...]], sentence: str
) -> None:
    with pytest.raises(UnusableKey, match=sentence):
        WebhookKeys(**wrong)  # type: ignore[arg-type]  # Each is one of its own.


def test_no_sentence_shows_a_key() -> None:
    with pytest.raises(UnusableKey) as raised:
        WebhookKeys(sendgrid_events=("hidden-" * 5,), twilio_tokens=("hidden",))

    assert "hidden" not in str(raised.value)
    assert SECRET not in repr(WebhookKeys(inbound_secret=SECRET))


def test_keys_of_two_kinds_do_not_mix() -> None:
    keys = WebhookKeys(
        sendgrid_events=(new_key().public,), twilio_tokens=("t",), public_url="https://a.example/x/"
    )

    assert (keys.origin, keys.prefix) == ("https://a.example", "/x")
    assert WebhookKeys().prefix == ""
