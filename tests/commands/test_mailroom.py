"""The mailroom handles whatever arrives, in whatever state it is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from activities.gateways.interface import ChannelDown, Outcome, Refused, RetryLater, Unknown
from activities.letters import Letters
from commands.mailroom import taking_replies
from commands.mailroom.arrivals import LATER, Mailroom
from ledger.arrivals import ARRIVAL, Incoming, store
from tests.activities.workshop import MESSAGE
from tests.cast import invoice
from tests.commands.corresponding import (
    GRACE_WITH_PHONE,
    NOW,
    Correspondence,
    corresponding,
    form,
    mail,
)

COPY = "Please send me a copy of invoice I-1."


@pytest.fixture
def one(database_url: str, tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with one open invoice, who can be texted."""
    with corresponding(tmp_path, database_url) as found:
        found.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        yield found


def put(one: Correspondence, kind: str, body: bytes, **details: str) -> None:
    incoming = Incoming(kind, f"{kind}:{hash(body)}", body, details, NOW)
    one.ledger.transact(lambda books: store(books.connection, incoming))


def states(one: Correspondence) -> list[tuple[str, int]]:
    rows = sorted(one.shop.rows(ARRIVAL), key=lambda row: row.id)
    return [(row.state, row.tries) for row in rows]


@pytest.mark.parametrize(
    ("kind", "body", "details"),
    [
        ("sendgrid_mail", b"", {}),
        ("sendgrid_mail", b"\x00\xff" * 100, {"content_type": "multipart/form-data; boundary=x"}),
        ("sendgrid_mail", b"--x--", {"content_type": "multipart/form-data"}),
        ("twilio_sms", b"Body=STOP", {}),
        ("sendgrid_events", b"{}", {}),
    ],
)
def test_what_cannot_be_read_is_kept_and_said(
    one: Correspondence, kind: str, body: bytes, details: dict[str, str]
) -> None:
    put(one, kind, body, **details)
    one.mailroom.work(NOW)
    (row,) = one.shop.rows(ARRIVAL)

    assert row.state == "unreadable"
    assert row.why
    assert bytes(row.body) == body


@pytest.mark.parametrize(
    "text",
    [
        "zero \x00 byte",
        "half a pair \ud83d",
        "I-1 " * 5_000,
        "R\u202eL \u200b\u2028 %s {} '; DROP TABLE fact; --",
        "I-1\n> " + "> " * 3_000,
    ],
)
def test_hostile_words_are_only_words(one: Correspondence, text: str) -> None:
    raw = b"From: grace@customer.example\r\nSubject: \x00 I-1\r\n\r\n" + text.encode(
        "utf-8", "surrogatepass"
    )
    put(one, "mail", raw, door="command")
    body, kind = form({"email": raw, "dkim": b"\x00", "SPF": b"\xff", "envelope": b'{"to":[1]}'})
    put(one, "sendgrid_mail", body, content_type=kind)
    put(
        one,
        "twilio_sms",
        b"From=%2B447700900123&Body=%00%ED%A0%BD" + text.encode("utf-8", "replace"),
    )
    one.mailroom.work(NOW)

    assert {state for state, _ in states(one)} == {"handled"}
    assert len(one.replies) >= 2


def test_one_broken_arrival_holds_up_no_other_and_is_tried_again(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    put(one, "mail", mail("First."), door="command")
    with monkeypatch.context() as patch:
        patch.setattr(taking_replies, "keep", broken)
        with capture_logs() as logs:
            one.mailroom.work(NOW)
    put(one, "mail", mail("Second."), door="command")
    one.mailroom.work(NOW)

    assert states(one) == [("waiting", 1), ("handled", 0)]
    # A log says where it broke, not what the customer wrote.
    assert logs[0]["fault"].startswith("ZeroDivisionError at ")
    assert "First." not in str(logs)
    one.mailroom.work(NOW + LATER)

    assert states(one) == [("handled", 1), ("handled", 0)]


def test_an_arrival_that_breaks_the_books_twice_lets_the_others_pass(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("", {}, Exception("too much"))

    put(one, "mail", mail("First."), door="command")
    with monkeypatch.context() as patch:
        patch.setattr(taking_replies, "keep", away)
        with pytest.raises(OperationalError):
            one.mailroom.work(NOW)

        assert states(one) == [("waiting", 0)]
        one.mailroom.work(NOW)
    put(one, "mail", mail("Second."), door="command")
    one.mailroom.work(NOW)

    assert states(one) == [("waiting", 1), ("handled", 0)]


def test_the_mailroom_goes_on_whatever_is_broken(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [ZeroDivisionError(), OperationalError("", {}, Exception())]
    worked: list[object] = []

    def work(_: Mailroom, now: object) -> int:
        if failures:
            raise failures.pop()
        worked.append(now)
        return 0

    async def at_once(_: float) -> None:
        if worked:
            raise asyncio.CancelledError

    monkeypatch.setattr(Mailroom, "work", work)
    monkeypatch.setattr(asyncio, "sleep", at_once)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(one.mailroom.run(lambda: NOW))

    assert worked == [NOW]


def test_an_answer_the_provider_is_too_busy_for_goes_later(one: Correspondence) -> None:
    one.shop.post.answers.append(RetryLater("busy", "busy", timedelta(0)))
    one.mailed(COPY)

    assert [row.state for row in one.shop.rows(MESSAGE)] == ["queued"]
    one.mailroom.work(NOW + timedelta(minutes=2))

    assert [row.state for row in one.shop.rows(MESSAGE)] == ["sent"]


@pytest.mark.parametrize(
    ("outcome", "state", "says"),
    [
        (Refused("550", "no such mailbox"), "refused", "could not be sent: no such mailbox"),
        (Unknown("time-out"), "unknown", "nobody knows whether the answer went out: time-out"),
    ],
)
def test_an_answer_that_does_not_arrive_makes_its_reply_a_persons(
    one: Correspondence,
    outcome: Outcome,
    state: str,
    says: str,
) -> None:
    one.shop.post.answers.append(outcome)
    one.mailed(COPY)
    one.mailroom.work(NOW + timedelta(days=1))
    (row,) = one.replies

    assert len(one.shop.post.handed_over) == 1
    assert [row.state for row in one.shop.rows(MESSAGE)] == [state]
    assert row["state"] == "open"
    assert says in row["outcome"]


def test_an_answer_waits_while_its_channel_is_stopped(one: Correspondence) -> None:
    one.shop.post.answers.append(ChannelDown("401", "the key is wrong"))
    one.mailed(COPY)
    one.mailroom.work(NOW + timedelta(days=1))

    assert len(one.shop.post.handed_over) == 1
    assert [row.state for row in one.shop.rows(MESSAGE)] == ["queued"]


def test_an_answer_that_cannot_be_written_holds_up_no_other(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = Letters.render

    def broken(self: Letters, request: Any) -> Any:  # noqa: ANN401 - as the original
        if request.letter == "invoice_copy":
            raise ZeroDivisionError
        return render(self, request)

    monkeypatch.setattr(Letters, "render", broken)
    one.mailed(COPY)
    one.mailed("Please stop emailing me.")

    assert [letter for letter, _, _ in one.answers] == ["opt_out_confirmation"]
