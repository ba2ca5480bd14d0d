"""Replies: what customers wrote, for the inbox and for whoever deals with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, delete, select, update

from ledger.correspondence import ReplyRow
from ledger.tables import table

REPLY = table(ReplyRow)


def reply_of(connection: Connection, reply: str) -> RowMapping | None:
    """One reply, whatever became of it."""
    return connection.execute(select(REPLY).where(REPLY.c.reply == reply)).mappings().first()


def waiting_replies(connection: Connection) -> list[RowMapping]:
    """The replies people have to deal with or to assign, oldest first."""
    query = select(REPLY).where(REPLY.c.state.in_(("open", "unassigned")))
    return list(connection.execute(query.order_by(REPLY.c.received_at)).mappings())


def settle_reply(connection: Connection, reply: str, by: str, outcome: str, at: datetime) -> None:
    """Note that a reply was dealt with."""
    values = {"state": "handled", "handled_at": at, "handled_by": by, "outcome": outcome}
    connection.execute(update(REPLY).where(REPLY.c.reply == reply).values(**values))


def reopen_reply(
    connection: Connection, reply: str, why: str, hold_until: datetime | None = None
) -> None:
    """Note that a person has to deal with a reply after all."""
    values = {"state": "open", "handled_at": None, "handled_by": "", "outcome": why}
    held = {"hold_until": hold_until} if hold_until else {}
    connection.execute(update(REPLY).where(REPLY.c.reply == reply).values(**values, **held))


def note_reading(connection: Connection, reply: str, reading: str) -> None:
    """Keep how a person read a reply, as JSON."""
    connection.execute(update(REPLY).where(REPLY.c.reply == reply).values(reading=reading))


def replies_of_arrival(connection: Connection, arrival: int) -> list[RowMapping]:
    """The replies that were read from what arrived."""
    query = select(REPLY).where(REPLY.c.arrival == arrival).order_by(REPLY.c.reply)
    return list(connection.execute(query).mappings())


def drop_reply(connection: Connection, reply: str) -> None:
    """Forget how a reply was listed: it is read anew from what arrived."""
    connection.execute(delete(REPLY).where(REPLY.c.reply == reply))


def message_id_of(connection: Connection, reply: str) -> str:
    """The Message-ID of a customer's mail; empty when it had none or is not known."""
    query = select(REPLY.c.message_id).where(REPLY.c.reply == reply)
    return str(connection.execute(query).scalar() or "")
