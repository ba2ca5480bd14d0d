"""A reply in the second in which a touch is claimed: whichever commits first wins."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from activities.letters import Letters
from commands.mailroom import rows as reply_rows
from commands.mailroom import taking_replies
from dunning.contact_facts import ReplyReceived
from dunning.steps import SendTouch, Wait
from dunning.touch_facts import TouchStarted
from ledger.books import FACT
from tests.cast import invoice
from tests.commands.corresponding import GRACE_WITH_PHONE, NOW, Correspondence, corresponding


@pytest.fixture
def one(database_url: str, tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with one open invoice whose reminder is due."""
    with corresponding(tmp_path, database_url) as found:
        found.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        yield found


class Gate:
    """Holds work up in the middle of its transaction."""

    def __init__(self) -> None:
        self.reached, self.opened = threading.Event(), threading.Event()

    def wait(self) -> None:
        """Say that the middle is reached, and go on when told so."""
        self.reached.set()
        assert self.opened.wait(20)


def test_a_claim_that_commits_first_speaks_and_the_next_touch_is_held(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, render = Gate(), Letters.render

    def slowly(self: Letters, *args: Any) -> Any:  # noqa: ANN401 - as the original
        gate.wait()
        return render(self, *args)

    step = one.shop.plan("I-1", NOW)
    assert isinstance(step, SendTouch)
    with ThreadPoolExecutor() as threads:
        monkeypatch.setattr(Letters, "render", slowly)
        sending = threads.submit(one.shop.send, "I-1", step, NOW)
        assert gate.reached.wait(20)
        replying = threads.submit(one.mailed, "Who signed for the delivery?")
        gate.opened.set()
        after = sending.result()
        replying.result()

    assert len(one.shop.post.handed_over) == 1
    assert isinstance(after, Wait | SendTouch)
    assert numbers(one)[TouchStarted] < numbers(one)[ReplyReceived]
    held = one.shop.plan("I-1", NOW)
    assert isinstance(held, Wait)
    assert held.code == "REPLY"


def test_a_reply_that_commits_first_keeps_the_touch_back(
    one: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, keep = Gate(), reply_rows.keep

    def slowly(*args: Any) -> None:  # noqa: ANN401 - as the original
        gate.wait()
        keep(*args)

    step = one.shop.plan("I-1", NOW)
    with ThreadPoolExecutor() as threads:
        monkeypatch.setattr(taking_replies, "keep", slowly)
        replying = threads.submit(one.mailed, "Who signed for the delivery?")
        assert gate.reached.wait(20)
        sending = threads.submit(one.shop.send, "I-1", step, NOW)
        gate.opened.set()
        replying.result()
        after = sending.result()

    assert one.shop.post.handed_over == []
    assert TouchStarted not in numbers(one)
    assert isinstance(after, Wait)
    assert after.code == "REPLY"


def test_two_mailrooms_take_the_same_mail_once(one: Correspondence) -> None:
    """The same mail by two doors at once: one of them finds it known."""
    text, name = "We will pay invoice I-1 on 13 March.", "<m@customer.example>"
    with ThreadPoolExecutor() as threads:
        both = [threads.submit(take, text, message_id=name) for take in (one.mailed, one.posted)]
        found = [future.result() for future in both]

    assert sum(bool(row) for row in found) == 1
    assert len(one.case().promises) == 1


def numbers(one: Correspondence) -> dict[type, int]:
    """In which order the books took the first fact of each kind."""
    rows = sorted(one.shop.rows(FACT), key=lambda row: row.id, reverse=True)
    first = {row.kind: row.id for row in rows}
    kinds = {"touch_started": TouchStarted, "reply_received": ReplyReceived}
    return {kinds[kind]: number for kind, number in first.items() if kind in kinds}
