"""What stops everybody's messages: books that are not fresh, and a sudden flood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from activities.conditions import Watch
from activities.policies import SendingRules
from dunning.channel_facts import ChannelReleased, ChannelStopped
from dunning.conditions import Conditions
from dunning.steps import SendTouch, Wait
from ledger.books import Books
from ledger.channels import books_are_fresh, release_channel, stop_channel, stops
from ledger.doorbells import waiting
from ledger.tables import ImportRow, table
from tests.activities.workshop import MESSAGE, Workshop, afternoon, workshop
from tests.cast import customer, day, invoice

IMPORT = table(ImportRow)
# A Thursday, on which the first reminder is due.
NOW = afternoon(day(3))
FRESH = SendingRules(fresh_business_days={"invoices": 1, "payments": 1})
BRAKE = SendingRules(brake_factor=3, brake_least=5, brake_days=3)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def watching(shop: Workshop, rules: SendingRules) -> Workshop:
    """The same rooms under these rules, with a fresh memory."""
    planner = shop.wiring.planner
    team = planner.calendars.calendar_of(planner.policies.entity(""), 2026)
    wiring = replace(shop.wiring, planner=replace(planner, watch=Watch(rules, team)))
    return Workshop(wiring, shop.post)


def conditions(shop: Workshop, now: datetime) -> Conditions:
    return shop.wiring.ledger.transact(lambda books: shop.wiring.planner.conditions(books, now))


def imported(shop: Workshop, kind: str, at: datetime, *, rows: int = 3, rejected: int = 0) -> None:
    row = {"kind": kind, "file": "f", "sha256": "x", "imported_at": at, "by": "ada"}
    counts = {"rows": rows, "accepted": rows - rejected, "updated": 0, "unchanged": 0}
    values = row | counts | {"rejected": rejected}

    def work(books: Books) -> None:
        books.connection.execute(insert(IMPORT), [values])
        books_are_fresh(books)

    shop.wiring.ledger.transact(work)


def sent(shop: Workshop, on: date, count: int, at: datetime, channel: str = "email") -> None:
    """So many messages on a day, to other customers."""
    rows = [
        {
            "attempt": f"{on}-{number}",
            "customer": f"X-{number}",
            "channel": channel,
            "local_date": on,
            "letter": "reminder",
            "level": 1,
            "contact": "c",
            "address": "a@x.example",
            "claimant": "X",
            "state": "sent",
            "claimed_at": at,
            "subject": "",
            "content_hash": "",
        }
        for number in range(count)
    ]
    shop.wiring.ledger.transact(lambda books: books.connection.execute(insert(MESSAGE), rows))


@pytest.mark.parametrize(
    ("imported_at", "now", "is_fresh"),
    [
        (day(2), day(3), True),
        # Friday's file is one business day old on Monday, and two on Tuesday.
        (day(4), day(7), True),
        (day(4), day(8), False),
        (day(5), day(7), True),
        (day(1), day(3), False),
    ],
)
def test_files_are_fresh_for_the_business_days_the_rules_give(
    shop: Workshop, imported_at: date, now: date, *, is_fresh: bool
) -> None:
    shop = watching(shop, FRESH)
    imported(shop, "payments", afternoon(imported_at) + timedelta(minutes=1))
    stop = conditions(shop, afternoon(now)).against("email")

    assert (stop is None) is is_fresh
    assert is_fresh or stop.code == "DATA_STALE"  # type: ignore[union-attr]  # It is one.


def test_a_kind_of_file_that_never_came_stops_nothing(shop: Workshop) -> None:
    shop = watching(shop, FRESH)
    imported(shop, "customers", afternoon(day(-300)))

    assert conditions(shop, NOW) == Conditions(None, {})


def test_the_oldest_kind_of_file_decides_and_is_named(shop: Workshop) -> None:
    shop = watching(shop, FRESH)
    imported(shop, "invoices", NOW)
    imported(shop, "payments", afternoon(day(0)))
    stop = conditions(shop, NOW).against("sms")

    assert stop is not None
    assert stop.why == "no payments were imported since 2026-03-02"


def test_a_file_of_which_no_row_was_taken_is_no_news(shop: Workshop) -> None:
    shop = watching(shop, FRESH)
    imported(shop, "payments", afternoon(day(0)))
    imported(shop, "payments", NOW, rejected=3)
    stale = conditions(shop, NOW).against("email")
    imported(shop, "payments", NOW, rows=0)

    assert stale is not None
    assert conditions(shop, NOW).against("email") is None, "an empty file says: nothing came in"


def test_what_waits_for_fresh_books_is_woken_by_the_import_and_goes_out_once(
    shop: Workshop,
) -> None:
    shop = watching(shop, FRESH)
    shop.opens()
    imported(shop, "payments", afternoon(day(0)))
    held = shop.plan("I-1", NOW)
    held_again = shop.plan("I-1", NOW)
    reasons = [one.code for one in shop.case().withheld]
    imported(shop, "payments", NOW)
    with shop.wiring.ledger.reading() as books:
        rung = [one.invoice for one in waiting(books.connection, 10)]
    step = shop.plan("I-1", NOW)
    assert isinstance(step, SendTouch)
    shop.send("I-1", step, NOW)

    assert isinstance(held, Wait)
    assert held == held_again
    assert reasons == ["EXPIRED", "DATA_STALE"], "said once"
    assert rung == ["I-1"]
    assert len(shop.post.handed_over) == 1


def flood(shop: Workshop, today: int) -> Workshop:
    """Three days with two messages each, and some more today."""
    shop = watching(shop, BRAKE)
    for number in (-3, -2, -1):
        sent(shop, day(number), 2, afternoon(day(number)))
    sent(shop, day(3), today, NOW - timedelta(hours=1))
    return shop


@pytest.mark.parametrize(("today", "is_stopped"), [(5, False), (6, True), (50, True)])
def test_far_more_messages_than_usual_stop_their_channel(
    shop: Workshop, today: int, *, is_stopped: bool
) -> None:
    shop = flood(shop, today)
    found = conditions(shop, NOW)
    with shop.wiring.ledger.reading() as books:
        recorded = stops(books)

    assert (found.against("email") is not None) is is_stopped
    assert found.against("sms") is None
    assert [stop.code for stop in recorded.values()] == (["VOLUME_BRAKE"] if is_stopped else [])


def test_a_flood_is_let_through_for_the_day_a_person_says_so(shop: Workshop) -> None:
    shop = flood(shop, 6)
    conditions(shop, NOW)
    released = ChannelReleased(at=NOW, by="ada", channel="email", reason="month end", on=day(3))
    shop.wiring.ledger.transact(lambda books: release_channel(books, released))
    today = conditions(shop, NOW).against("email")
    sent(shop, day(4), 9, NOW + timedelta(hours=23))

    assert today is None
    assert conditions(shop, NOW + timedelta(days=1)).against("email") is not None


def test_the_release_of_another_stop_lets_no_flood_through(shop: Workshop) -> None:
    shop = flood(shop, 6)
    stopped = ChannelStopped(
        at=NOW, by="duncan", channel="email", code="PROVIDER_FAIL", why="bad key"
    )
    released = ChannelReleased(at=NOW, by="ada", channel="email", reason="new key", on=day(3))
    shop.wiring.ledger.transact(lambda books: stop_channel(books, stopped))
    shop.wiring.ledger.transact(lambda books: release_channel(books, released))
    stop = conditions(shop, NOW).against("email")

    assert stop is not None
    assert stop.code == "VOLUME_BRAKE"


def test_few_known_days_are_no_measure(shop: Workshop) -> None:
    shop = watching(shop, replace(BRAKE, brake_days=4))
    for number in (-3, -2, -1):
        sent(shop, day(number), 2, afternoon(day(number)))
    sent(shop, day(3), 50, NOW - timedelta(hours=1))

    assert conditions(shop, NOW).against("email") is None


def test_a_channel_stops_and_is_released_once(shop: Workshop) -> None:
    shop.opens(invoice("I-1"), customers=[customer()])
    stopped = ChannelStopped(at=NOW, by="ada", channel="email", code="DO_NOT_AUTOMATE", why="move")
    released = ChannelReleased(at=NOW, by="ada", channel="email", reason="moved")
    ledger = shop.wiring.ledger
    stopping = [ledger.transact(lambda books: stop_channel(books, stopped)) for _ in range(2)]
    held = shop.plan("I-1", NOW)
    releasing = [ledger.transact(lambda books: release_channel(books, released)) for _ in range(2)]

    assert stopping == releasing == [True, False]
    assert isinstance(held, Wait)
    assert isinstance(shop.plan("I-1", NOW), SendTouch)
