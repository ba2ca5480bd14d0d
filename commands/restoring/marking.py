"""Books of an earlier hour are marked: nothing goes out until two people release each channel."""

from __future__ import annotations

from datetime import datetime

from dunning.channel_facts import ChannelStopped
from dunning.conditions import RESTORED
from ledger.books import Books
from ledger.channels import CHANNELS, last_stop, renew_stop

WHY = "the books were restored to an earlier hour"


def mark_restored(books: Books, by: str, now: datetime, why: str = WHY) -> None:
    """Stop every channel with the code RESTORED; what stopped it before stands in the reason."""
    for channel in CHANNELS:
        before = last_stop(books, channel)
        told = why
        if before is not None and before.code != RESTORED:
            told = f"{why}; it was stopped before: {before.why} ({before.code})"
        stop = ChannelStopped(at=now, by=by, channel=channel, code=RESTORED, why=told)
        renew_stop(books, stop)


def restored_stops(books: Books) -> list[ChannelStopped]:
    """The stops of channels whose books were restored and are not released yet."""
    found = (last_stop(books, channel) for channel in CHANNELS)
    return [stop for stop in found if stop is not None and stop.code == RESTORED]
