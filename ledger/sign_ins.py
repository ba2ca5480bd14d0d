"""Sessions, one-time links, and how often a name was tried; tokens are kept as hashes only."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update
from sqlmodel import Field, SQLModel

from ledger.rows import insert_missing, upsert
from ledger.tables import moment, table

# Who does nothing for so long has to sign in again, and everybody after a working day.
IDLE, LONGEST = timedelta(hours=2), timedelta(hours=12)
# A session is noted as seen at most so often: pages must not all write.
_NOTED = timedelta(minutes=1)


class SessionRow(SQLModel, table=True):
    """A person at the desk; ends `LONGEST` after it began or `IDLE` after it was last seen."""

    __tablename__ = "desk_session"
    token: str = Field(primary_key=True)
    person: str = Field(index=True)
    way: str
    began_at: datetime = moment()
    seen_at: datetime = moment()
    ends_at: datetime = moment()


class LinkRow(SQLModel, table=True):
    """A link that lets a person choose a password once; without `person`, the administrator."""

    __tablename__ = "one_time_link"
    token: str = Field(primary_key=True)
    person: str
    ends_at: datetime = moment()


class TriesRow(SQLModel, table=True):
    """Refused tries in a row: of a name, of an address, or of a name from an address."""

    __tablename__ = "sign_in_tries"
    key: str = Field(primary_key=True)
    tries: int
    last_at: datetime = moment()


SESSION, LINK, TRIES = table(SessionRow), table(LinkRow), table(TriesRow)


class Session(NamedTuple):
    """Who is at the desk, and how the person came in."""

    token: str
    person: str
    way: str
    seen_at: datetime


def begin(connection: Connection, token: str, person: str, way: str, now: datetime) -> None:
    """Keep a new session, and forget those that ended."""
    connection.execute(delete(SESSION).where(SESSION.c.ends_at < now - LONGEST))
    row = {"token": hashed(token), "person": person, "way": way}
    times = {"began_at": now, "seen_at": now, "ends_at": now + LONGEST}
    upsert(connection, SessionRow, [row | times])


def session_of(connection: Connection, token: str, now: datetime) -> Session | None:
    """The session of a token, unless it ended."""
    query = select(SESSION).where(
        SESSION.c.token == hashed(token), SESSION.c.ends_at > now, SESSION.c.seen_at > now - IDLE
    )
    row = connection.execute(query).first()
    return None if row is None else Session(row.token, row.person, row.way, row.seen_at)


def is_to_be_noted(session: Session, now: datetime) -> bool:
    """Whether the session was last noted as seen a while ago."""
    return now - session.seen_at > _NOTED


def note_seen(connection: Connection, session: Session, now: datetime) -> None:
    """Note that the person is still there."""
    query = update(SESSION).where(SESSION.c.token == session.token)
    connection.execute(query.values(seen_at=now))


def end_session(connection: Connection, token: str) -> None:
    """End one session."""
    connection.execute(delete(SESSION).where(SESSION.c.token == hashed(token)))


def end_sessions_of(connection: Connection, person: str) -> None:
    """End every session of a person."""
    connection.execute(delete(SESSION).where(SESSION.c.person == person))


def keep_link(connection: Connection, token: str, person: str, ends_at: datetime) -> None:
    """Keep a one-time link; an older one for the same person works no longer.

    Those for the first administrator, who has no name yet, work beside each other: every desk
    that starts says one of its own.
    """
    if person:
        connection.execute(delete(LINK).where(LINK.c.person == person))
    upsert(connection, LinkRow, [{"token": hashed(token), "person": person, "ends_at": ends_at}])


def link_of(connection: Connection, token: str, now: datetime) -> str | None:
    """Whose link it is (empty for the administrator's), or None when it works no longer."""
    query = select(LINK.c.person).where(LINK.c.token == hashed(token), LINK.c.ends_at > now)
    return connection.execute(query).scalar()


def use_link(connection: Connection, token: str) -> bool:
    """Use a link up; whether it was there to use."""
    return connection.execute(delete(LINK).where(LINK.c.token == hashed(token))).rowcount == 1


def tries_of(connection: Connection, key: str) -> tuple[int, datetime | None]:
    """How often a sign-in was refused in a row, and when the last time."""
    row = connection.execute(select(TRIES).where(TRIES.c.key == hashed(key))).first()
    return (0, None) if row is None else (row.tries, row.last_at)


def note_refused(connection: Connection, key: str, now: datetime) -> int:
    """Count one more refused try; how many it are. What is a day old is forgotten."""
    connection.execute(delete(TRIES).where(TRIES.c.last_at < now - timedelta(days=1)))
    insert_missing(connection, TriesRow, [{"key": hashed(key), "tries": 0, "last_at": now}])
    query = update(TRIES).where(TRIES.c.key == hashed(key))
    connection.execute(query.values(tries=TRIES.c.tries + 1, last_at=now))
    return tries_of(connection, key)[0]


def forget_tries(connection: Connection, key: str) -> None:
    """Begin counting anew."""
    connection.execute(delete(TRIES).where(TRIES.c.key == hashed(key)))


def hashed(token: str) -> str:
    """What is kept of a token: who reads the table cannot use it."""
    return sha256(token.encode()).hexdigest()
