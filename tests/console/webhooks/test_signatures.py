from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sendgrid.helpers.eventwebhook import EventWebhook
from starlette.datastructures import ImmutableMultiDict
from twilio.request_validator import HMAC_SHA256, RequestValidator

from console.webhooks.signatures import Doubt, Verdict, sendgrid_signed, twilio_signed
from tests.console.webhooks.posting import EVENTS, KEY, NOW, TOKEN, new_key, twilio_signature

DAY = timedelta(days=1)
STAMP = str(int(NOW.timestamp()))
SIGNATURE = KEY.sign(STAMP, EVENTS)
URL = "https://ar.example/webhooks/twilio/status?a=1%2F2&b=&a=1"
FIELDS = {"MessageSid": "SM1", "Body": " Grüße ✅ ", "Blank": "", "SomethingNew": "1"}
TEXTS = st.text(max_size=20)


class MultiDict(ImmutableMultiDict[str, str]):
    """What Twilio's own validator expects of a framework."""

    getall = ImmutableMultiDict.getlist


def judged(
    body: bytes = EVENTS, stamp: str = STAMP, signature: str = SIGNATURE, key: str = KEY.public
) -> Verdict:
    """The verdict on a post of the test's key."""
    return sendgrid_signed(body, stamp, signature, [key], NOW, DAY)


def test_sendgrid_s_own_verifier_agrees() -> None:
    theirs = EventWebhook(KEY.public)

    assert theirs.verify_signature(EVENTS.decode(), SIGNATURE, STAMP)
    assert judged() == Verdict(by="key 1")


def test_a_key_counts_with_and_without_its_frame() -> None:
    lines = [KEY.public[i : i + 64] for i in range(0, len(KEY.public), 64)]
    framed = "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    assert judged(key=framed).is_genuine
    assert judged(key=framed.replace("\n", "\r\n")).is_genuine


@pytest.mark.parametrize("body", [EVENTS.strip(), EVENTS + b" ", b"", b"\xff" + EVENTS])
def test_another_byte_is_another_body(body: bytes) -> None:
    assert judged(body).doubt is Doubt.FORGED


def test_any_bytes_can_be_signed() -> None:
    body = bytes(range(256))

    assert judged(body, signature=KEY.sign(STAMP, body)).is_genuine


def test_the_time_is_signed_too() -> None:
    assert judged(stamp=str(int(STAMP) - 1)).doubt is Doubt.FORGED


@pytest.mark.parametrize(
    ("age", "doubt"),
    [
        (DAY, None),
        (DAY + timedelta(seconds=1), Doubt.STALE),
        (-timedelta(minutes=9), None),
        (-timedelta(minutes=11), Doubt.AHEAD),
    ],
)
def test_a_signature_is_good_for_its_time(age: timedelta, doubt: Doubt | None) -> None:
    stamp = str(int((NOW - age).timestamp()))

    assert judged(stamp=stamp, signature=KEY.sign(stamp, EVENTS)).doubt is doubt


@pytest.mark.parametrize(
    "stamp", ["-1", "1e9", " 1", "1.5", "٣", "²", "9" * 12 + "0", "9" * 5000, "\ud800"]
)
def test_a_malformed_time_is_no_time(stamp: str) -> None:
    assert judged(stamp=stamp).doubt is Doubt.MALFORMED


def test_the_largest_time_is_no_error() -> None:
    stamp = "9" * 12

    assert judged(stamp=stamp).doubt is Doubt.FORGED
    assert judged(stamp=stamp, signature=KEY.sign(stamp, EVENTS)).doubt is Doubt.AHEAD


@pytest.mark.parametrize("key", ["", "x", "AAAA", "-----BEGIN PUBLIC KEY-----", "\ud800", "é"])
def test_a_key_that_cannot_be_read_confirms_nothing(key: str) -> None:
    assert judged(key=key).doubt is Doubt.FORGED


@given(signature=st.text() | st.binary().map(lambda raw: raw.hex()), stamp=st.text())
def test_sendgrid_signatures_of_any_form_are_only_refused(signature: str, stamp: str) -> None:
    assert judged(signature=signature).doubt is not None
    assert judged(stamp=stamp).doubt is not None or stamp == STAMP


@pytest.mark.parametrize(
    "signature",
    [f" {SIGNATURE}", f"{SIGNATURE}\n", f"!{SIGNATURE}", "===="],
    ids=["space", "line end", "sign", "padding"],
)
def test_a_signature_is_nothing_but_base64(signature: str) -> None:
    assert judged(signature=signature).doubt is Doubt.MALFORMED


def test_several_keys_count_and_none_counts_for_nothing() -> None:
    keys = [new_key().public, KEY.public]

    assert sendgrid_signed(EVENTS, STAMP, SIGNATURE, keys, NOW, DAY) == Verdict(by="key 2")
    assert sendgrid_signed(EVENTS, STAMP, SIGNATURE, [], NOW, DAY).doubt is Doubt.FORGED
    assert sendgrid_signed(EVENTS, "", SIGNATURE, keys, NOW, DAY).doubt is Doubt.UNSIGNED


@given(
    pairs=st.lists(st.tuples(st.sampled_from("aAbß") | TEXTS, TEXTS), max_size=8),
    url=st.sampled_from([URL, "https://ar.example:8443/x", "http://[::1]:8080/?q", "https://a.b"]),
)
def test_twilio_s_own_validator_agrees(pairs: list[tuple[str, str]], url: str) -> None:
    theirs = RequestValidator(TOKEN)
    ours = RequestValidator("shared")
    fields = MultiDict(pairs)

    by_token = theirs.compute_signature(url, fields)
    by_shared_key = ours.compute_signature(url, fields, HMAC_SHA256)

    assert twilio_signed(url, pairs, by_token, [TOKEN]) == Verdict(by="secret 1")
    assert twilio_signed(url, pairs, by_shared_key, [TOKEN], ["shared"]) == Verdict(by="secret 2")
    # Neither secret counts with the algorithm of the other.
    assert not twilio_signed(url, pairs, by_token, [], [TOKEN]).is_genuine
    assert not twilio_signed(url, pairs, by_shared_key, ["shared"]).is_genuine


@pytest.mark.parametrize(("port", "doubt"), [("", None), (":443", None), (":80", Doubt.FORGED)])
def test_the_port_may_be_signed_or_not(port: str, doubt: Doubt | None) -> None:
    signature = twilio_signature(URL.replace(".example", f".example{port}"), FIELDS)

    verdict = twilio_signed(URL, list(FIELDS.items()), signature, [TOKEN])

    assert verdict.doubt is doubt


@pytest.mark.parametrize(
    "signed_as",
    [
        URL.replace("https", "http"),
        URL.replace("ar.example", "127.0.0.1:8080"),
        URL.replace("%2F", "/"),
        URL.replace("a=1%2F2&b=&a=1", "a=1&a=1%2F2&b="),
        URL.partition("?")[0],
    ],
)
def test_another_address_is_not_the_signed_one(signed_as: str) -> None:
    signature = twilio_signature(signed_as, FIELDS)

    assert twilio_signed(URL, list(FIELDS.items()), signature, [TOKEN]).doubt is Doubt.FORGED


@pytest.mark.parametrize("dropped", ["Blank", "SomethingNew"])
def test_every_field_counts(dropped: str) -> None:
    pairs = [pair for pair in FIELDS.items() if pair[0] != dropped]
    fewer = twilio_signed(URL, pairs, twilio_signature(URL, FIELDS), [TOKEN])

    # A name without a value is signed by its name.
    assert fewer.doubt is Doubt.FORGED


@given(signature=st.text(min_size=1), url=st.text(), name=st.text(alphabet="a\ud800\udcff"))
def test_twilio_signatures_of_any_form_are_only_refused(
    signature: str, url: str, name: str
) -> None:
    assert twilio_signed(URL, [(name, name)], signature, [TOKEN]).doubt is not None
    assert twilio_signed(url, [], signature, [TOKEN], [TOKEN]).doubt is not None
