"""Why, where everybody is stopped or somebody is away: the stop of that day, by its own facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dunning.channel_facts import ChannelReleased, ChannelStopped
from dunning.contact_facts import ContactAway
from ledger.channels import release_channel, stop_channel
from ledger.tables import ImportRow, table
from tests.activities.workshop import Workshop, afternoon, workshop
from tests.cast import day
from tests.commands.test_why import answered


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        # Nobody imports files regularly here.
        object.__setattr__(found.wiring.planner, "watch", None)
        yield found


def test_a_stopped_channel_is_the_reason_until_it_is_released(shop: Workshop) -> None:
    shop.opens()
    stop = ChannelStopped(
        at=afternoon(day(1)), by="ada", channel="email", code="STOPPED", why="moving house"
    )
    shop.wiring.ledger.transact(lambda books: stop_channel(books, stop))
    release = ChannelReleased(at=afternoon(day(8)), by="ada", channel="email", reason="moved")
    shop.wiring.ledger.transact(lambda books: release_channel(books, release))
    before, during, on_the_day = (answered(shop, day(n)) for n in (2, 4, 8))

    assert before.code == "NOT_DUE"
    assert (during.code, during.facts[0].kind) == ("STOPPED", "channel_stopped")
    assert "moving house" in during.sentence
    assert on_the_day.code == "NOT_CARRIED_OUT"


def test_books_that_were_stale_are_the_reason(tmp_path: Path) -> None:
    with workshop(tmp_path) as shop:
        shop.opens()
        row = {"file": "p.csv", "sha256": "", "by": "import", "rows": 0, "accepted": 0}
        row |= {"updated": 0, "unchanged": 0, "rejected": 0, "kind": "payments"}
        at = afternoon(day(-14))
        came = table(ImportRow).insert().values(imported_at=at, **row)
        shop.wiring.ledger.transact(lambda books: books.connection.execute(came))
        answer = answered(shop, day(3))

    assert answer.code == "DATA_STALE"
    assert "no payments were imported since 2026-02-16" in answer.sentence


def test_an_absence_moves_a_letter_and_is_named(shop: Workshop) -> None:
    shop.opens()
    with shop.wiring.ledger.reading() as books:
        who = books.customer("C-1").contacts[0].contact
    away = ContactAway(at=afternoon(day(2)), by="ada", contact=who, until=day(4))
    shop.wiring.ledger.transact(lambda books: books.record_customer("C-1", away))
    answer = answered(shop, day(3))

    assert answer.code == "AWAY"
    assert "out of office until 2026-03-06" in answer.sentence
