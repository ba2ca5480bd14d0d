"""What was erased from the books, so that what is missing is told apart from what was changed.

A fact whose personal part is erased keeps its hash, which the next fact of its stream, the seals
and the evidence packs go on proving. What stands in its place is listed here, and the list is
proven by the digest in the fact that recorded the erasure.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, Text, insert, select
from sqlmodel import Field, SQLModel

from dunning.erasure_facts import ContentsErased, CustomerErased
from ledger.rows import chunks
from ledger.tables import FactRow, moment, table
from ledger.wire import fact_of

FACT_, MESSAGE_, REPLY_, EVENT_, CUSTOMER_ = "fact", "message", "reply", "event", "customer"
ERASURES, CONTENTS = "erasure:", "erasure-of-contents"


class ErasedRow(SQLModel, table=True):
    """One thing that lost what was personal in it; `body` is what is left of a fact or event.

    `name` and `number` say which: a stream with a fact's number, or an attempt, a reply, an event,
    a customer with 0. `erasure` and `erasure_number` are the fact that recorded it.
    """

    __tablename__ = "erased"
    what: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    erasure: str = Field(index=True)
    erasure_number: int
    at: datetime = moment()
    by: str
    body: str = Field(default="", sa_type=Text)


ERASED, FACT = table(ErasedRow), table(FactRow)


class Erased(NamedTuple):
    """One thing that is erased, before it is listed."""

    what: str
    name: str
    number: int = 0
    body: str = ""


class Erasure(NamedTuple):
    """A recorded erasure: the fact, its stream and its number there."""

    stream: str
    number: int
    fact: CustomerErased | ContentsErased


def digest_of(items: Iterable[Erased]) -> str:
    """SHA-256 over everything that one erasure erased, whatever the order."""
    lines = sorted("\x1f".join((i.what, i.name, str(i.number), i.body)) for i in items)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def list_erased(
    connection: Connection, items: Sequence[Erased], place: tuple[str, int], at: datetime, by: str
) -> None:
    """List what is erased now, by the fact at this place; only then the database lets it go."""
    stream, number = place
    told = {"erasure": stream, "erasure_number": number, "at": at, "by": by}
    for some in chunks(items):
        connection.execute(insert(ERASED), [one._asdict() | told for one in some])


def erased_facts(connection: Connection) -> dict[tuple[str, int], str]:
    """What is left of each fact that lost something, by stream and number."""
    query = select(ERASED.c.name, ERASED.c.number, ERASED.c.body).where(ERASED.c.what == FACT_)
    return {(row.name, row.number): row.body for row in connection.execute(query)}


def erased_in(connection: Connection, what: str, names: Iterable[str]) -> dict[str, str]:
    """Which of these were erased: when and by whom, as words."""
    found: dict[str, str] = {}
    for some in chunks(names):
        query = select(ERASED.c.name, ERASED.c.at, ERASED.c.by)
        rows = connection.execute(query.where(ERASED.c.what == what, ERASED.c.name.in_(some)))
        found |= {row.name: _when(row.at, row.by) for row in rows}
    return found


def erased_of_stream(connection: Connection, stream: str) -> dict[int, str]:
    """Which facts of a stream lost something, by number: when and by whom, as words."""
    query = select(ERASED.c.number, ERASED.c.at, ERASED.c.by)
    mine = query.where(ERASED.c.what == FACT_, ERASED.c.name == stream)
    return {row.number: _when(row.at, row.by) for row in connection.execute(mine)}


def erasures(connection: Connection) -> list[Erasure]:
    """Every recorded erasure, oldest first."""
    columns = (
        FACT.c.stream,
        FACT.c.number,
        FACT.c.kind,
        FACT.c.body,
        FACT.c.recorded_at,
        FACT.c.by,
    )
    kinds = ("customer_erased", "contents_erased")
    query = select(*columns).where(FACT.c.kind.in_(kinds)).order_by(FACT.c.id)
    found: list[Erasure] = []
    for stream, number, *row in connection.execute(query):
        fact = fact_of(*row)
        assert isinstance(fact, CustomerErased | ContentsErased), "asked by these kinds"
        found.append(Erasure(stream, number, fact))
    return found


def erasures_told(connection: Connection) -> str:
    """One sentence about what was erased, and when last; empty where nothing was."""
    found = erasures(connection)
    if not found:
        return ""
    customers = sum(isinstance(one.fact, CustomerErased) for one in found)
    words = sum(one.fact.count for one in found if isinstance(one.fact, ContentsErased))
    last = found[-1].fact
    return (
        f"Erased by rule or on request: data of customers {customers}, words of messages and"
        f" replies {words}; last on {last.at:%Y-%m-%d} by {last.by}."
    )


def unfounded_erasures(connection: Connection) -> Iterator[str]:
    """Sentences about what is listed as erased otherwise than an erasure recorded it."""
    listed: dict[tuple[str, int], list[Erased]] = defaultdict(list)
    columns = (ERASED.c.erasure, ERASED.c.erasure_number)
    query = select(*columns, *(ERASED.c[name] for name in Erased._fields))
    for stream, number, *row in connection.execute(query, execution_options={"yield_per": 1000}):
        listed[stream, number].append(Erased(*row))
    for one in erasures(connection):
        if digest_of(listed.pop((one.stream, one.number), [])) != one.fact.digest:
            yield f"{one.stream}: what is listed as erased is not what fact {one.number} recorded"
    for stream, number in sorted(listed):
        yield f"{stream}: no fact {number} recorded the erasures that are listed for it"


def _when(at: datetime, by: str) -> str:
    return f"erased on {at:%Y-%m-%d} by {by}"
