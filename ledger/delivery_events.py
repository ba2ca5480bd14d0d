"""What is known of messages after they were handed over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from dunning.delivery import DeliveryEvent
from ledger.correspondence import DeliveryEventRow
from ledger.tables import MessageRow, table

EVENT, MESSAGE = table(DeliveryEventRow), table(MessageRow)
# Built once: every message asks.
_SENT = select(MESSAGE).where(MESSAGE.c.attempt == bindparam("named"))


def sent_message(connection: Connection, attempt: str) -> RowMapping | None:
    """The message of this attempt, if it is ours."""
    return connection.execute(_SENT, {"named": attempt}).mappings().first() if attempt else None


def note_event(connection: Connection, said: DeliveryEvent, now: datetime) -> bool:
    """Keep what a provider said; False when the same was said before."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = {
        "event": said.event,
        "attempt": said.attempt,
        "channel": said.channel,
        "kind": said.kind,
        "at": said.at,
        "recorded_at": now,
        "code": said.code,
        "why": said.why,
    }
    statement = insert(EVENT).on_conflict_do_nothing(index_elements=["event"])
    return connection.execute(statement.returning(EVENT.c.event), row).first() is not None


def note_delivery(connection: Connection, attempt: str, delivery: str) -> None:
    """Note how far the message came."""
    message = update(MESSAGE).where(MESSAGE.c.attempt == attempt)
    connection.execute(message.values(delivery=delivery))


def note_provider(connection: Connection, attempt: str, provider_id: str) -> None:
    """Note the provider's own name of a message."""
    message = update(MESSAGE).where(MESSAGE.c.attempt == attempt)
    connection.execute(message.values(provider_id=provider_id))


def unknown_messages(connection: Connection, since: datetime, until: datetime) -> list[RowMapping]:
    """Messages of unknown outcome that were claimed between two moments, oldest first."""
    between = MESSAGE.c.claimed_at.between(since, until)
    query = select(MESSAGE).where(MESSAGE.c.state == "unknown", between)
    return list(connection.execute(query.order_by(MESSAGE.c.claimed_at)).mappings())
