from __future__ import annotations

import asyncio
import hmac
import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import RowMapping, select

from activities.gateways.event_post import EventPoster, PostFailed
from commands.webhooks.actions import Subscribed, WebhookActions
from commands.webhooks.delivering import LEASE, WAITS, Delivering
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.event_deliveries import claim_delivery, due_deliveries
from ledger.event_subscriptions import DELIVERY, wants
from ledger.ledger import Ledger
from tests.commands.staffed import NOW, staffed_books
from tests.ledger.entries import open_case, paid, paused

URL = "https://erp.example/hook"


@dataclass(frozen=True)
class Receiving(EventPoster):
    """Takes what is posted, or refuses it, and looks at the books meanwhile."""

    refuses: bool = False
    got: list[tuple[str, bytes, Mapping[str, str]]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        self.got.append((url, body, headers))
        self.meanwhile()
        if self.refuses:
            raise PostFailed("It answered 503.")
        return 204


def test_both_secrets_sign_while_a_receiver_changes_to_the_new_one(ledger: Ledger) -> None:
    before = _subscribed(ledger)
    after = _actions(ledger).rotate(before.subscription)
    open_case(ledger)
    got = _delivered(ledger, NOW)

    (_, body, headers) = got[0]
    for secret in (before.secret, after.secret):
        content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = b64decode(secret.removeprefix("whsec_"))
        signature = b64encode(hmac.new(key, content, sha256).digest()).decode()
        assert f"v1,{signature}" in headers["webhook-signature"].split()


def test_what_happens_to_a_case_is_told_without_anything_personal(ledger: Ledger) -> None:
    _subscribed(ledger)
    open_case(ledger)
    ledger.transact(lambda books: books.record("I-1", paused(note="Ms Holm is ill")))
    got = _delivered(ledger, NOW)

    said = [json.loads(body) for _, body, _ in got]
    assert [(one["type"], one["invoice"], one["number"]) for one in said] == [
        ("invoice_opened", "I-1", 1),
        ("paused", "I-1", 2),
    ]
    assert len({one["id"] for one in said}) == 2
    assert set(said[0]) == {"id", "type", "at", "invoice", "number"}
    assert _delivered(ledger, NOW) == []


def test_who_asked_for_one_kind_is_told_of_that_one_only(ledger: Ledger) -> None:
    _actions(ledger).add(URL, ["paused"])
    open_case(ledger)
    ledger.transact(lambda books: books.record("I-1", paused()))
    got = _delivered(ledger, NOW)

    assert [json.loads(body)["type"] for _, body, _ in got] == ["paused"]
    assert wants("*", "paused")
    assert not wants("paused_long", "paused")


def test_what_is_not_recorded_is_not_told(ledger: Ledger) -> None:
    _subscribed(ledger)
    open_case(ledger)
    _delivered(ledger, NOW)

    def lost(books: Books) -> None:
        books.record("I-1", paid(100))
        raise NotAllowed("Taken back.")

    with pytest.raises(NotAllowed):
        ledger.transact(lost)

    assert _delivered(ledger, NOW) == []


def test_a_refused_event_is_tried_again_and_again_later_until_people_are_needed(
    ledger: Ledger,
) -> None:
    subscription = _subscribed(ledger).subscription
    open_case(ledger)
    now, ids = NOW, set()
    for wait in (*WAITS, None):
        ids |= {headers["webhook-id"] for *_, headers in _delivered(ledger, now, refuses=True)}
        (row,) = _queued(ledger)
        assert row["state"] == ("waiting" if wait else "dead")
        assert row["why"] == "It answered 503."
        if wait:
            assert _delivered(ledger, now + wait - timedelta(seconds=1)) == []
            now += wait
    assert _delivered(ledger, now + timedelta(days=9)) == []

    assert _actions(ledger).replay(subscription) == 1
    again = _delivered(ledger, now)
    assert {headers["webhook-id"] for *_, headers in again} == ids
    assert len(ids) == 1
    assert _queued(ledger)[0]["state"] == "delivered"


def test_nobody_posts_what_another_process_is_posting(ledger: Ledger) -> None:
    _subscribed(ledger)
    open_case(ledger)
    with ledger.reading() as books:
        (due,) = due_deliveries(books.connection, NOW, 5)
    claims = [
        ledger.transact(lambda books: claim_delivery(books.connection, due, NOW + LEASE))
        for _ in range(2)
    ]

    assert claims == [True, False]
    assert _delivered(ledger, NOW) == []
    # Who claimed it died: another one posts it under the same number.
    assert len(_delivered(ledger, NOW + LEASE)) == 1


def test_no_transaction_is_open_while_an_event_is_posted(tmp_path: Path) -> None:
    with staffed_books(tmp_path / "books.db") as ledger:
        _actions(ledger).add(URL)
        open_case(ledger, "I-2")
        written = []

        def write() -> None:
            other = sqlite3.connect(tmp_path / "books.db", timeout=0.2)
            other.execute("BEGIN IMMEDIATE")
            written.append(True)
            other.rollback()
            other.close()

        poster = Receiving(meanwhile=write)
        asyncio.run(Delivering(ledger, poster).work(lambda: NOW))

    assert len(written) == len(poster.got) == 1


def test_a_webhook_that_ended_is_told_nothing_any_more(ledger: Ledger) -> None:
    actions = _actions(ledger)
    subscription = _subscribed(ledger).subscription
    open_case(ledger)
    actions.end(subscription)
    ledger.transact(lambda books: books.record("I-1", paid(100)))

    assert _delivered(ledger, NOW) == []
    for act in (actions.test, actions.end, actions.replay, actions.rotate):
        with pytest.raises(NotAllowed, match="has ended"):
            act(subscription)


def _actions(ledger: Ledger) -> WebhookActions:
    return WebhookActions(ledger, "administrator", NOW)


def _subscribed(ledger: Ledger) -> Subscribed:
    return _actions(ledger).add(URL)


def _delivered(
    ledger: Ledger, now: datetime, *, refuses: bool = False
) -> list[tuple[str, bytes, Mapping[str, str]]]:
    poster = Receiving(refuses=refuses)
    asyncio.run(Delivering(ledger, poster).work(lambda: now))
    return sorted(poster.got, key=lambda one: json.loads(one[1])["number"])


def _queued(ledger: Ledger) -> list[RowMapping]:
    with ledger.reading() as books:
        return list(books.connection.execute(select(DELIVERY)).mappings())
