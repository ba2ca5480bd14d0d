"""What Twilio posts in our words, whatever is posted."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.twilio_posts import account_trouble, read_status, read_text

AT = datetime(2026, 3, 5, 15, tzinfo=UTC)


def status(status: str, code: str = "") -> bytes:
    return urlencode(
        {"MessageSid": "SM1", "MessageStatus": status, "To": "+4930123", "ErrorCode": code}
    ).encode()


@pytest.mark.parametrize(
    ("said", "code", "kind", "again", "lost"),
    [
        ("queued", "", "processed", False, False),
        ("sent", "", "sent", False, False),
        ("delivered", "", "delivered", False, False),
        ("undelivered", "30003", "failed", True, True),
        ("undelivered", "30004", "failed", False, True),
        ("undelivered", "30005", "bounced", False, True),
        ("undelivered", "30006", "bounced", False, True),
        ("undelivered", "30007", "failed", False, True),
        ("undelivered", "30008", "failed", True, True),
        ("failed", "30036", "failed", True, True),
        ("failed", "30034", "failed", True, True),
        ("failed", "21610", "opted_out", False, True),
        ("failed", "", "failed", False, True),
    ],
)
def test_each_status_has_its_meaning(
    said: str, code: str, kind: str, *, again: bool, lost: bool
) -> None:
    event = read_status(status(said, code), "a=att%2F1&b=2", AT)

    assert event is not None
    assert (event.kind, event.again, event.is_lost) == (kind, again, lost)
    assert (event.attempt, event.event, event.at) == ("att/1", f"SM1:{said}", AT)


@pytest.mark.parametrize("said", ["scheduled", "receiving", "", "partially_delivered"])
def test_a_status_that_says_nothing_of_delivery_is_none(said: str) -> None:
    assert read_status(status(said), "a=1", AT) is None


@pytest.mark.parametrize(
    ("code", "is_trouble"), [("30034", True), ("30002", True), ("30003", False), ("", False)]
)
def test_an_account_that_may_not_send_is_known_by_its_code(code: str, *, is_trouble: bool) -> None:
    assert bool(account_trouble(status("failed", code))) is is_trouble


@given(st.binary(max_size=300), st.text(max_size=30))
def test_whatever_is_posted_nothing_raises(posted: bytes, query: str) -> None:
    read_text(posted)
    account_trouble(posted)
    event = read_status(posted + b"&MessageStatus=failed", query, AT)

    assert event is not None
    event.why.encode()
    assert "\0" not in event.address


def test_a_form_of_very_many_fields_is_read_all_the_same() -> None:
    assert read_text(b"a=1&" * 20_000 + b"Body=hello").text == "hello"


def test_a_code_that_is_none_does_not_get_into_the_books() -> None:
    event = read_status(status("failed", "30003; DROP TABLE" * 50), "", AT)

    assert event is not None
    assert (event.code, event.why) == ("failed", "the text message was failed")
