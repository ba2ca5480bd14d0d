"""The doctor's checks of what holds messages back: stopped channels, old files, loose ends."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import func, select

from commands.doctor.finding import DoctorContext, Finding, counted, some_of
from dunning.conditions import STALE
from ledger.arrivals import ARRIVAL, UNREADABLE, waiting_since
from ledger.books import Books
from ledger.channels import stops
from ledger.imports import last_imports
from ledger.tables import CaseRow, MessageRow, table

CASE, MESSAGE = table(CaseRow), table(MessageRow)
# What came in is handled within seconds while Duncan runs.
MAY_WAIT = timedelta(minutes=10)
# Nothing can mend what cannot be read; after a week it is history.
SHOWN_FOR = timedelta(days=7)
BY = "--reason WHY --by YOU"


async def channels(ctx: DoctorContext) -> Finding:
    """Whether no channel is stopped for everybody. To release one is a person's decision."""
    with ctx.ledger.reading() as books:
        stopped = stops(books)
    if not stopped:
        return Finding(ok=True, detail="No channel is stopped.")
    told = [
        f"Nothing goes out by {channel} ({stop.code}): {stop.why.rstrip('.')}."
        f" When that is mended: duncan channel release {channel} {BY}"
        for channel, stop in stopped.items()
    ]
    return Finding(ok=False, detail=". ".join(told) + ".")


async def freshness(ctx: DoctorContext) -> Finding:
    """Whether files come in regularly enough that nobody is written to who has paid."""
    return await asyncio.to_thread(_freshness, ctx)


def _freshness(ctx: DoctorContext) -> Finding:
    assert ctx.watch is not None, "policies were looked at before"
    with ctx.ledger.reading() as books:
        until, last = ctx.watch.fresh_until(books), last_imports(books.connection)
        is_owed = _has_open_cases(books)
    old = {kind: end for kind, end in until.items() if end <= ctx.now}
    if old:
        return Finding(ok=False, detail=_held(old, last))
    if is_owed and "payments" not in last:
        return Finding(ok=not sends_by_provider(ctx), detail=_WITHOUT_PAYMENTS)
    if not until:
        return Finding(ok=True, detail="There is no file yet that could become old.")
    first = min(until, key=lambda kind: until[kind])
    detail = f"Sending goes on until {_moment(until[first])}; import {first} again before that."
    return Finding(ok=True, detail=detail)


_WITHOUT_PAYMENTS = (
    "PAYMENTS WERE NEVER IMPORTED: customers who paid are written to all the same."
    " Import them every day: duncan import payments FILE."
)


def _held(old: dict[str, datetime], last: dict[str, datetime]) -> str:
    files = " and ".join(f"{kind} of {last[kind]:%Y-%m-%d}" for kind in sorted(old))
    since = _moment(min(old.values()))
    command = " and ".join(f"duncan import {kind} FILE" for kind in sorted(old))
    return (
        f"Sending has been held since {since} ({STALE}): the last {files} are too old."
        f" It goes on after {command}."
    )


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def sends_by_provider(ctx: DoctorContext) -> bool:
    """Whether a provider is chosen for any channel."""
    return (ctx.settings.email_provider, ctx.settings.sms_provider) != ("outbox", "outbox")


def _has_open_cases(books: Books) -> bool:
    still_open = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None)).limit(1)
    return books.connection.execute(still_open).first() is not None


async def arrivals(ctx: DoctorContext) -> Finding:
    """Whether what came in was handled, and could be read."""
    lately = (ARRIVAL.c.state == UNREADABLE) & (ARRIVAL.c.received_at > ctx.now - SHOWN_FOR)
    unreadable = select(ARRIVAL.c.id, ARRIVAL.c.kind).where(lately).order_by(ARRIVAL.c.id)
    with ctx.ledger.reading() as books:
        count, oldest = waiting_since(books.connection)
        rows = books.connection.execute(unreadable).all()
    told = []
    if oldest is not None and oldest < ctx.now - MAY_WAIT:
        waits = counted(count, "thing that came in waits", "things that came in wait")
        told.append(f"{waits}, the oldest since {_moment(oldest)}: is duncan up running?")
    if rows:
        named = some_of([f"{row.id} ({row.kind})" for row in rows])
        told.append(f"{counted(len(rows), 'arrival')} of the last week could not be read: {named}.")
    if told:
        return Finding(ok=False, detail=" ".join(told))
    return Finding(ok=True, detail="Everything that came in was handled.")


async def unknown(ctx: DoctorContext) -> Finding:
    """Whether the outcome of every message is known. People settle the others."""
    query = select(MESSAGE.c.attempt).where(MESSAGE.c.state == "unknown")
    with ctx.ledger.reading() as books:
        found = list(books.connection.execute(query.order_by(MESSAGE.c.claimed_at)).scalars())
    if not found:
        return Finding(ok=True, detail="The outcome of every message is known.")
    count = counted(len(found), "message")
    detail = (
        f"Nobody knows whether {count} went out: {some_of(found)}. Ask the provider, then say:"
        f" duncan settle ATTEMPT --sent (or --not-sent) {BY}."
    )
    return Finding(ok=False, detail=detail)


def tried_for_real(books: Books) -> bool:
    """Whether a provider took any message over."""
    by_provider = (MESSAGE.c.state == "sent") & ~MESSAGE.c.provider_id.startswith("outbox:")
    found = select(MESSAGE.c.attempt).where(by_provider, MESSAGE.c.provider_id != "").limit(1)
    return books.connection.execute(found).first() is not None


def kept_at_home(books: Books) -> int:
    """How many messages count as sent and stayed in the outbox."""
    stayed = (MESSAGE.c.state == "sent") & MESSAGE.c.provider_id.startswith("outbox:")
    found = select(func.count()).select_from(MESSAGE).where(stayed)
    return int(books.connection.execute(found).scalar_one())
