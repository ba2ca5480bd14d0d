"""Months of entities: prepared, closed, reopened; and what was known when each was closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Index, func, select
from sqlmodel import Field, SQLModel

from dunning.period import Month, Period, fold_period
from dunning.period_facts import PeriodFact
from ledger.books import Books
from ledger.rows import Row, upsert
from ledger.tables import CaseRow, FactRow, moment, table

_STREAM = "period:"


class PeriodRow(SQLModel, table=True):
    """A month of an entity, for lists; `known_at` while it is closed: what its figures know."""

    __tablename__ = "period"
    __table_args__ = (Index("ix_period_month", "month"),)
    entity: str = Field(primary_key=True)
    month: str = Field(primary_key=True)
    state: str
    prepared_by: str
    prepared_at: datetime | None = moment(nullable=True)
    closed_by: str
    closed_at: datetime | None = moment(nullable=True)
    known_at: datetime | None = moment(nullable=True)
    digest: str


PERIOD, FACT, CASE = table(PeriodRow), table(FactRow), table(CaseRow)


def period_of(books: Books, entity: str, month: str) -> Period:
    """The month of the entity as its facts give it."""
    stream = stream_of(entity, month)
    history = books.histories([stream]).get(stream, [])
    return fold_period(entity, month, cast("list[PeriodFact]", history))


def record_period(books: Books, entity: str, month: str, fact: PeriodFact) -> Period:
    """Record a fact of a month and bring the list up to date."""
    books.append(stream_of(entity, month), fact)
    period = period_of(books, entity, month)
    upsert(books.connection, PeriodRow, [period_row(period)])
    return period


def stream_of(entity: str, month: str) -> str:
    """The stream of a month of an entity."""
    return f"{_STREAM}{entity}:{month}"


def period_rows(books: Books) -> Iterator[Row]:
    """Every month that was ever prepared, as the facts give it."""
    query = select(FACT.c.stream).where(FACT.c.kind == "period_prepared").distinct()
    for stream in books.connection.execute(query.order_by(FACT.c.stream)).scalars():
        entity, _, month = stream.removeprefix(_STREAM).rpartition(":")
        yield period_row(period_of(books, entity, month))


def period_row(period: Period) -> Row:
    """A month as its facts give it."""
    prepared, closed = period.prepared, period.closed
    return {
        "entity": period.entity,
        "month": period.month,
        "state": period.state,
        "prepared_by": prepared.by if prepared else "",
        "prepared_at": prepared.at if prepared else None,
        "closed_by": closed.by if closed else "",
        "closed_at": closed.at if closed else None,
        "known_at": period.known_at,
        "digest": prepared.digest if prepared else "",
    }


def named_entities(connection: Connection) -> list[str]:
    """The entities that invoices name, in their order: a step of an index for each."""
    found: list[str] = []
    step = select(func.min(CASE.c.entity))
    entity = connection.execute(step).scalar()
    while entity is not None:
        found.append(entity)
        entity = connection.execute(step.where(CASE.c.entity > entity)).scalar()
    return found


def closed_until(connection: Connection, entity: str) -> date | None:
    """The last day of the latest month of the entity that is closed; None when none is."""
    query = select(PERIOD.c.month).where(PERIOD.c.entity == entity, PERIOD.c.state == "closed")
    months = connection.execute(query).scalars().all()
    return Month.parse(max(months)).last if months else None


def known_when_closed(connection: Connection, day: date) -> dict[str, datetime]:
    """By entity: the moment whose knowledge reports of the day have, where it was closed."""
    closed = (PERIOD.c.month == str(Month.of(day)), PERIOD.c.known_at.is_not(None))
    query = select(PERIOD.c.entity, PERIOD.c.known_at).where(*closed)
    return {row.entity: row.known_at for row in connection.execute(query)}


def listed_periods(connection: Connection, entities: Iterable[str] = ()) -> list[Row]:
    """Every month that was ever prepared, the latest first."""
    query = select(PERIOD).order_by(PERIOD.c.month.desc(), PERIOD.c.entity)
    wanted = set(entities)
    rows = connection.execute(query).mappings()
    return [dict(row) for row in rows if not wanted or row["entity"] in wanted]
