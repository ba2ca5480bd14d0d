"""Keys of the API, kept as hashes only, and the calls that were answered once already."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Index, RowMapping, Text, delete, insert, select, update
from sqlmodel import Field, SQLModel

from ledger.rows import Row
from ledger.tables import moment, table

CALLS_KEPT = timedelta(days=1)
# A key is noted as used at most so often: reads must not all write.
_NOTED = timedelta(minutes=1)


class ApiKeyRow(SQLModel, table=True):
    """A key: whom it acts as, what it may be used for, and who gave and took it."""

    __tablename__ = "api_key"
    key: str = Field(primary_key=True)
    hash: str
    person: str = Field(index=True)
    scopes: str
    note: str = ""
    added_by: str
    added_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    revoked_by: str = ""
    revoked_at: datetime | None = moment(nullable=True)


class ApiCallRow(SQLModel, table=True):
    """A call with an idempotency key; `status` is 0 as long as it is worked on."""

    __tablename__ = "api_call"
    __table_args__ = (Index("ix_api_call_at", "at"),)
    key: str = Field(primary_key=True)
    call: str = Field(primary_key=True)
    fingerprint: str
    at: datetime = moment()
    status: int = 0
    etag: str = ""
    answer: str = Field(default="", sa_type=Text)


KEY, CALL = table(ApiKeyRow), table(ApiCallRow)


def keep_key(connection: Connection, row: Row) -> None:
    """Keep a new key."""
    connection.execute(insert(KEY), [row])


def key_of(connection: Connection, key: str) -> RowMapping | None:
    """A key by its public part, revoked or not."""
    return connection.execute(select(KEY).where(KEY.c.key == key)).mappings().first()


def keys_of(connection: Connection) -> Sequence[RowMapping]:
    """Every key there ever was, newest first."""
    return (
        connection.execute(select(KEY).order_by(KEY.c.added_at.desc(), KEY.c.key)).mappings().all()
    )


def revoke_key(connection: Connection, key: str, by: str, now: datetime) -> bool:
    """Let a key open nothing any more; False when it was revoked before."""
    query = update(KEY).where(KEY.c.key == key, KEY.c.revoked_at.is_(None))
    return connection.execute(query.values(revoked_by=by, revoked_at=now)).rowcount == 1


def use_is_to_be_noted(used_at: datetime | None, now: datetime) -> bool:
    """Whether the key was last noted as used a while ago."""
    return used_at is None or now - used_at > _NOTED


def note_use(connection: Connection, key: str, now: datetime) -> None:
    """Note when a key was used."""
    connection.execute(update(KEY).where(KEY.c.key == key).values(used_at=now))


def claim_call(
    connection: Connection, key: str, call: str, fingerprint: str, now: datetime
) -> RowMapping | None:
    """Claim a call for being done, or the row of the one that was made before it."""
    connection.execute(delete(CALL).where(CALL.c.at < now - CALLS_KEPT))
    query = select(CALL).where(CALL.c.key == key, CALL.c.call == call)
    before = connection.execute(query).mappings().first()
    if before is None:
        row = {"key": key, "call": call, "fingerprint": fingerprint, "at": now}
        # Whoever claims it in the same moment meets the primary key, tries again, and finds it.
        connection.execute(insert(CALL), [row | {"status": 0, "etag": "", "answer": ""}])
    return before


def settle_call(connection: Connection, key: str, call: str, answered: Row) -> None:
    """Keep what was answered: its `status`, `etag` and `answer`."""
    query = update(CALL).where(CALL.c.key == key, CALL.c.call == call)
    connection.execute(query.values(**answered))


def release_call(connection: Connection, key: str, call: str) -> None:
    """Forget a call of which nothing was done."""
    connection.execute(delete(CALL).where(CALL.c.key == key, CALL.c.call == call))
