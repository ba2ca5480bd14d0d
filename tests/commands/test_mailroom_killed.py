"""The mailroom is killed at the worst moments; another one takes over."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.answers import CLAIM_LASTS
from ledger.arrivals import ARRIVAL, Incoming, store
from ledger.books import FACT
from ledger.chain import Link, breaks
from ledger.rebuild import differences
from settings import ROOT
from tests.activities.workshop import MESSAGE
from tests.cast import invoice
from tests.commands import doomed_mailroom
from tests.commands.corresponding import (
    GRACE_WITH_PHONE,
    NOW,
    REPLY,
    Correspondence,
    corresponding,
    mail,
)
from tests.commands.doomed_mailroom import Order, Point, mailroom_for

PATIENCE_SECONDS = 40
ASKS = mail("Please send me a copy of invoice I-1.")
# What reaches the customer before and after, and what becomes of the answer.
POINTS: dict[Point, tuple[int, str]] = {
    "before_handling": (1, "sent"),
    "in_the_middle": (1, "sent"),
    "before_commit": (1, "sent"),
    "between_record_and_answer": (1, "sent"),
    "before_hand_over": (0, "unknown"),
    "after_hand_over": (1, "unknown"),
}


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_mailroom_killed_anywhere_loses_no_reply_and_answers_at_most_once(
    point: Point, database_url: str, tmp_path: Path
) -> None:
    order = Order(str(tmp_path), point, database_url)
    with corresponding(tmp_path, database_url) as one:
        one.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        incoming = Incoming("mail", "one", ASKS, {"door": "command"}, NOW)
        one.ledger.transact(lambda books: store(books.connection, incoming))
        with killed(order):
            pass
        sound = mailroom_for(replace(order, stops="never"))
        for minutes in (1, CLAIM_LASTS.seconds // 60 + 2, CLAIM_LASTS.seconds // 60 + 3):
            sound.work(NOW + timedelta(minutes=minutes))
        sound.ledger.engine.dispose()
        delivered = order.delivered.read_text().splitlines() if order.delivered.exists() else []
        count, state = POINTS[point]

        assert len(delivered) == count
        assert [row.state for row in one.shop.rows(MESSAGE)] == [state]
        assert [row.state for row in one.shop.rows(ARRIVAL)] == ["handled"]
        assert [row.state for row in one.shop.rows(REPLY)] == [
            "handled" if state == "sent" else "open"
        ]
        assert_recorded_once(one)


def assert_recorded_once(one: Correspondence) -> None:
    rows = sorted(one.shop.rows(FACT), key=lambda row: (row.stream, row.number))
    kinds = [row.kind for row in rows]

    assert kinds.count("paused") == kinds.count("reply_received") == 1
    assert one.customer().replies == ()
    assert list(breaks(Link(*(getattr(row, name) for name in Link._fields)) for row in rows)) == []
    with one.ledger.reading() as books:
        assert list(differences(books)) == []


@contextmanager
def killed(order: Order) -> Iterator[None]:
    """A mailroom in a process of its own, killed without warning once it stopped."""
    command = [sys.executable, "-m", doomed_mailroom.__name__, json.dumps(asdict(order))]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not order.reached.exists():
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.05)
        yield
    finally:
        process.kill()
        process.wait()
