"""Books of an earlier hour are marked: nothing goes out until two people release each channel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from dunning.channel_facts import ChannelStopped
from dunning.conditions import RESTORED
from ledger.books import Books
from ledger.channels import CHANNELS, channel_histories, last_stop, renew_stop
from ledger.doorbells import ring
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
WHY = "the books were restored to an earlier hour"
UNTIL_RELEASED = (
    "Nothing goes out by any channel. Start Duncan, run duncan doctor --repair, then let two"
    " people say: duncan channel release CHANNEL --reason WHY --by YOU."
)


def mark_restored(books: Books, by: str, now: datetime, why: str = WHY) -> None:
    """Stop every channel with the code RESTORED; what stopped it before stands in the reason.

    Every open case is woken: its workflow may sleep until a moment of the books that were lost.
    """
    for channel in CHANNELS:
        before = last_stop(books, channel)
        told = why
        if before is not None and before.code != RESTORED:
            told = f"{why}; it was stopped before: {before.why} ({before.code})"
        stop = ChannelStopped(at=now, by=by, channel=channel, code=RESTORED, why=told)
        renew_stop(books, stop)
    query = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None)).order_by(CASE.c.invoice)
    ring(books.connection, books.connection.execute(query).scalars().all(), opening=False)


def restored_stops(books: Books) -> list[ChannelStopped]:
    """The stops of channels whose books were restored and are not released yet."""
    found = (last_stop(books, channel) for channel in CHANNELS)
    return [stop for stop in found if stop is not None and stop.code == RESTORED]


def was_marked_since(books: Books, moment: datetime) -> bool:
    """Whether the books were marked at the moment or later, be they released again by now."""
    facts = (one for history in channel_histories(books).values() for one in history)
    stops = (one for one in facts if isinstance(one, ChannelStopped) and one.code == RESTORED)
    return any(one.at >= moment for one in stops)
