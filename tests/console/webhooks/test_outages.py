from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient
from structlog.testing import capture_logs

from console.webhooks import taking
from console.webhooks.app import create_webhooks
from ledger.engine import open_engine
from ledger.ledger import Ledger
from tests.console.visiting import visiting
from tests.console.webhooks.conftest import House
from tests.console.webhooks.posting import EVENTS, KEYS, NOW, post_events, post_mail, post_sms


@contextmanager
def writing(house: House) -> Iterator[sqlite3.Connection]:
    """Another process that writes to the books and does not end."""
    database = house.wiring.ledger.engine.url.database
    assert database
    with closing(sqlite3.connect(Path(database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


async def test_locked_books_ask_the_provider_to_come_again(
    house: House, door: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "STORING", timedelta(milliseconds=200))
    with writing(house) as other:
        locked = await post_events(door)
        other.execute("ROLLBACK")
    monkeypatch.undo()
    again = await post_events(door)

    assert (locked.status_code, again.status_code) == (503, 204)
    # The first try may have been stored after all; there is one of it.
    assert len(house.arrivals) == 1


async def test_many_posts_to_locked_books_do_not_pile_up(
    house: House, door: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "STORING", timedelta(milliseconds=300))
    with writing(house) as other:
        posts = [post_sms(door, MessageSid=f"SM{n}") for n in range(50)]
        locked = await asyncio.gather(*posts)
        other.execute("ROLLBACK")
    monkeypatch.undo()
    again = [await post_sms(door, MessageSid=f"SM{n}") for n in range(50)]

    assert {answer.status_code for answer in locked} == {503}
    assert {answer.status_code for answer in again} == {200}
    assert len(house.arrivals) == 50


async def test_damaged_books_ask_the_provider_to_come_again(
    house: House, door: AsyncClient
) -> None:
    engine = house.wiring.ledger.engine
    with engine.begin() as books:
        books.exec_driver_sql("ALTER TABLE arrival RENAME TO gone")
    with capture_logs() as log:
        refused = await post_mail(door)
    with engine.begin() as books:
        books.exec_driver_sql("ALTER TABLE gone RENAME TO arrival")
    taken = await post_mail(door)

    assert (refused.status_code, taken.status_code) == (503, 200)
    assert refused.text == "Not taken: Service Unavailable.\n"
    [line] = log
    assert line["why"] == "the books cannot be written (OperationalError)"
    assert len(house.arrivals) == 1


async def test_a_database_that_is_down_asks_the_provider_to_come_again() -> None:
    pytest.importorskip("psycopg")
    nowhere = Ledger(open_engine("postgresql://127.0.0.1:1/nowhere"))
    webhooks = create_webhooks(nowhere, KEYS, lambda: NOW, {})
    async with visiting(webhooks) as door:
        answer = await post_events(door)

    assert answer.status_code == 503


async def test_the_log_says_neither_who_nor_what(door: AsyncClient) -> None:
    with capture_logs() as log:
        for _ in range(3):
            await post_events(
                door, EVENTS.replace(b"a-1", b"jana@customer.example") + b"x" * 3, at=NOW
            )
            await door.post(
                "/webhooks/twilio/sms?who=jana@customer.example",
                content="Body=jana@customer.example&From=%2B4930123",
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "X-Twilio-Signature": "jana@customer.example",
                },
            )

    assert [line["event"] for line in log] == ["webhook_refused"]
    assert "jana" not in str(log)
    assert "4930123" not in str(log)
