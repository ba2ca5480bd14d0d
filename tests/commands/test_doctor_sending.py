"""What holds messages back is said, with since when, why and the command that helps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from commands.doctor.finding import DoctorContext, Finding
from commands.doctor.sending import arrivals, channels, freshness, unknown
from dunning.channel_facts import ChannelReleased, ChannelStopped
from ledger.arrivals import Incoming, mark_unreadable, store
from ledger.channels import release_channel, stop_channel
from ledger.tables import FactRow, MessageRow, table
from tests.commands.installed import NOW, imported, installed, with_settings
from tests.commands.simulating import met, opened

FACT, MESSAGE = table(FactRow), table(MessageRow)
MONDAY = NOW - timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[DoctorContext]:
    with installed(tmp_path) as found:
        yield found


async def test_fresh_books_hold_nothing_back(ctx: DoctorContext) -> None:
    found = [await check(ctx) for check in (channels, freshness, arrivals, unknown)]

    assert all(one.ok for one in found)


async def test_a_stopped_channel_is_named_with_why_and_how_to_release_it(
    ctx: DoctorContext,
) -> None:
    stop(ctx, "sms")
    found = await channels(ctx)

    assert not found.ok
    assert found.detail == (
        "Nothing goes out by sms (AUTH): Twilio answered 401."
        " When that is mended: duncan channel release sms --reason WHY --by YOU."
    )


async def test_a_released_channel_is_no_finding(ctx: DoctorContext) -> None:
    stop(ctx, "sms")
    fact = ChannelReleased(at=NOW, by="anna", channel="sms", reason="new token")
    ctx.ledger.transact(lambda books: release_channel(books, fact))

    assert (await channels(ctx)).ok


async def test_looking_at_old_files_stops_and_records_nothing(ctx: DoctorContext) -> None:
    imported(ctx, "invoices", NOW - timedelta(days=30))
    await freshness(ctx)
    with ctx.ledger.reading() as books:
        assert books.connection.execute(select(FACT.c.id)).all() == []


async def test_files_that_are_too_old_hold_sending_since_a_moment(ctx: DoctorContext) -> None:
    imported(ctx, "invoices", NOW - AN_HOUR)
    imported(ctx, "payments", NOW - timedelta(days=5))
    found = await freshness(ctx)

    assert not found.ok
    assert found.detail == (
        "Sending has been held since 2026-03-06 12:00 UTC (DATA_STALE): the last payments of"
        " 2026-03-05 are too old. It goes on after duncan import payments FILE."
    )


async def test_files_are_too_old_from_the_very_moment_on(ctx: DoctorContext) -> None:
    imported(ctx, "payments", MONDAY)
    just_before = replace(ctx, now=NOW - timedelta(seconds=1))

    assert (await freshness(just_before)).ok
    assert not (await freshness(ctx)).ok


async def test_it_says_until_when_sending_goes_on(ctx: DoctorContext) -> None:
    imported(ctx, "invoices", NOW - AN_HOUR)
    imported(ctx, "payments", NOW - 2 * AN_HOUR)
    found = await freshness(ctx)

    assert found.ok
    assert found.detail == (
        "Sending goes on until 2026-03-11 10:00 UTC; import payments again before that."
    )


@pytest.mark.parametrize(("provider", "ok"), [("outbox", True), ("smtp", False)])
async def test_payments_that_were_never_imported_are_said_loudly(
    ctx: DoctorContext, provider: str, *, ok: bool
) -> None:
    owed(ctx)
    imported(ctx, "invoices", NOW - AN_HOUR)
    found = await freshness(with_settings(ctx, email_provider=provider))

    assert found.ok is ok
    assert "PAYMENTS WERE NEVER IMPORTED" in found.detail
    assert "duncan import payments FILE" in found.detail


async def test_what_came_in_just_now_may_wait(ctx: DoctorContext) -> None:
    came_in(ctx, minutes=9)

    assert (await arrivals(ctx)).ok


async def test_what_waits_too_long_is_said_with_since_when(ctx: DoctorContext) -> None:
    came_in(ctx, minutes=11)
    found = await arrivals(ctx)

    assert not found.ok
    assert found.detail == (
        "1 thing that came in waits, the oldest since 2026-03-10 11:49 UTC: is duncan up running?"
    )


async def test_what_could_not_be_read_is_named_for_a_week(ctx: DoctorContext) -> None:
    came_in(ctx, minutes=11)
    ctx.ledger.transact(lambda books: mark_unreadable(books.connection, 1, NOW, "no sender"))
    found = await arrivals(ctx)
    after = await arrivals(replace(ctx, now=NOW + timedelta(days=7)))

    assert not found.ok
    assert "1 arrival of the last week could not be read: 1 (mail)." in found.detail
    assert after.ok


async def test_a_message_nobody_knows_of_is_named_with_the_command(ctx: DoctorContext) -> None:
    row = {"customer": "C-1", "channel": "email", "local_date": date(2026, 3, 9), "level": 1}
    row |= {"letter": "reminder", "contact": "C-1/1", "address": "x@customer.example"}
    row |= {"claimant": "I-1", "claimed_at": MONDAY, "attempt": "a1b2", "state": "unknown"}
    statement = insert(MESSAGE).values(**row)
    ctx.ledger.transact(lambda books: books.connection.execute(statement))
    found = await unknown(ctx)

    assert not found.ok
    assert "1 message went out: a1b2." in found.detail
    assert "duncan settle ATTEMPT --sent (or --not-sent) --reason WHY --by YOU" in found.detail
    assert "x@customer.example" not in found.detail


async def test_none_of_these_has_anything_to_mend(ctx: DoctorContext) -> None:
    stop(ctx, "email")
    came_in(ctx, minutes=60)
    found: list[Finding] = [await check(ctx) for check in (channels, arrivals)]

    assert [one.mend for one in found] == [None, None]


def stop(ctx: DoctorContext, channel: str) -> None:
    fact = ChannelStopped(
        at=NOW, by="duncan", channel=channel, code="AUTH", why="Twilio answered 401."
    )
    ctx.ledger.transact(lambda books: stop_channel(books, fact))


def owed(ctx: DoctorContext) -> None:
    met(ctx.ledger)
    ctx.ledger.transact(lambda books: books.open_case(opened("I-1", date(2026, 2, 26))))


def came_in(ctx: DoctorContext, *, minutes: int) -> None:
    at = NOW - timedelta(minutes=minutes)
    mail = Incoming("mail", f"mail:{minutes}", b"From: x@customer.example\r\n\r\nHello", {}, at)
    ctx.ledger.transact(lambda books: store(books.connection, mail))
