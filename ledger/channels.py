"""Channels: which are stopped for everybody, since when and why."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Connection, select

from dunning.channel_facts import ChannelFact, ChannelReleased, ChannelStopped
from dunning.conditions import STALE, Stop
from ledger.books import Books
from ledger.doorbells import ring
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
CHANNELS = ("email", "sms")


def channel_histories(books: Books) -> dict[str, list[ChannelFact]]:
    """The facts of every channel that was ever stopped or released, oldest first."""
    found = books.histories(f"channel:{channel}" for channel in CHANNELS)
    return {
        stream.partition(":")[2]: cast("list[ChannelFact]", facts)
        for stream, facts in found.items()
    }


def stops(books: Books) -> dict[str, Stop]:
    """The channels that are stopped now."""
    last = books.latest(f"channel:{channel}" for channel in CHANNELS)
    return {
        fact.channel: Stop(fact.code, fact.why)
        for fact in last.values()
        if isinstance(fact, ChannelStopped)
    }


def stop_channel(books: Books, fact: ChannelStopped) -> bool:
    """Stop the channel for everybody; whether it was running until now."""
    books.lock_customers([f"channel:{fact.channel}"])
    if fact.channel in stops(books):
        return False
    books.append(f"channel:{fact.channel}", fact)
    return True


def last_stop(books: Books, channel: str) -> ChannelStopped | None:
    """The fact that stops the channel now, if one does."""
    last = books.latest([f"channel:{channel}"]).get(f"channel:{channel}")
    return last if isinstance(last, ChannelStopped) else None


def renew_stop(books: Books, fact: ChannelStopped) -> None:
    """Stop the channel, or say more of the stop there is."""
    books.lock_customers([f"channel:{fact.channel}"])
    books.append(f"channel:{fact.channel}", fact)


def release_channel(books: Books, fact: ChannelReleased) -> bool:
    """Let the channel speak again and wake what waits for it; whether it was stopped."""
    books.lock_customers([f"channel:{fact.channel}"])
    stop = stops(books).get(fact.channel)
    if stop is None:
        return False
    books.append(f"channel:{fact.channel}", fact)
    _wake_waiting_for(books.connection, stop.code)
    return True


def books_are_fresh(books: Books) -> None:
    """Wake every case that waited for fresh books."""
    _wake_waiting_for(books.connection, STALE)


def _wake_waiting_for(connection: Connection, code: str) -> None:
    waiting = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None), CASE.c.next_code == code)
    ring(connection, list(connection.execute(waiting).scalars()), opening=False)
