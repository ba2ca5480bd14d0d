"""Long work of the desk: how far each piece is and what came of it, for every desk over the books.

What came of a job is kept for a day at most, and only for whoever began it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    LargeBinary,
    Row,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from ledger.tables import moment, table

# A desk that did not say for so long that it is still at it is gone.
SILENCE = timedelta(seconds=60)
# The kind of a job that erases a customer's data.
ERASING = "erasure"
_KEPT = timedelta(days=1)
# Of what is over so many are kept at most, the latest, and so many bytes in all.
_MOST_KEPT, _MOST_BYTES = 40, 1_000_000_000


class DeskJobRow(SQLModel, table=True):
    """One piece of work: `job` is the number of the form that began it.

    `beat_at` is when its desk last said that it is at it, `about` tells the outcome from others of
    its kind, and `outcome`, of `size` bytes, is what came of it.
    """

    __tablename__ = "desk_job"
    __table_args__ = (Index("ix_desk_job_ended", "ended_at"),)
    job: str = Field(primary_key=True)
    person: str
    kind: str
    title: str
    beat_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
    done: int = Field(default=0, sa_type=BigInteger)
    total: int = Field(default=0, sa_type=BigInteger)
    problem: str = ""
    location: str = ""
    about: str = ""
    size: int = Field(default=0, sa_type=BigInteger)
    outcome: bytes | None = Field(default=None, sa_type=LargeBinary)


JOB = table(DeskJobRow)
_TOLD = tuple(column for column in JOB.c if column.name != "outcome")


def begin_job(connection: Connection, row: Mapping[str, Any], now: datetime) -> None:
    """Note a job that begins; what is too old or too much of what is over goes."""
    forget_old_jobs(connection, now)
    _make_room(connection)
    connection.execute(insert(JOB).values(**row, beat_at=now))


def count_living(connection: Connection, now: datetime) -> int:
    """How many jobs wait or are being done, by whichever desk."""
    living = (JOB.c.ended_at.is_(None), JOB.c.beat_at > now - SILENCE)
    query = select(func.count()).select_from(JOB).where(*living)
    return int(connection.execute(query).scalar_one())


def beat(connection: Connection, jobs: Iterable[tuple[str, int, int]], now: datetime) -> None:
    """Note that a desk is still at these jobs, each with how much is done of how much."""
    for job, done, total in jobs:
        mine = update(JOB).where(JOB.c.job == job, JOB.c.ended_at.is_(None))
        connection.execute(mine.values(done=done, total=total, beat_at=now))


def end_job(connection: Connection, job: str, ended: Mapping[str, Any], now: datetime) -> None:
    """Keep what came of a job."""
    connection.execute(update(JOB).where(JOB.c.job == job).values(**ended, ended_at=now))


def job_of(connection: Connection, job: str, person: str) -> Row[Any] | None:
    """What is known of a job that the person began, without its outcome."""
    mine = (JOB.c.job == job, JOB.c.person == person)
    return connection.execute(select(*_TOLD).where(*mine)).first()


def outcome_of_job(connection: Connection, job: str) -> bytes | None:
    """What came of a job."""
    found = connection.execute(select(JOB.c.outcome).where(JOB.c.job == job)).scalar()
    return None if found is None else bytes(found)


def latest_job(connection: Connection, kind: str, person: str) -> str:
    """The job of a kind with an outcome that ended last, of the person's; "" for none."""
    mine = (JOB.c.kind == kind, JOB.c.person == person, JOB.c.size > 0)
    query = select(JOB.c.job).where(*mine).order_by(JOB.c.ended_at.desc()).limit(1)
    return str(connection.execute(query).scalar() or "")


def forget_jobs(connection: Connection) -> None:
    """Forget every job, also those under way: what comes of them may name somebody erased now.

    Only a job that is erasing goes on, and tells whoever began it what came of it.
    """
    connection.execute(delete(JOB).where(or_(JOB.c.kind != ERASING, JOB.c.ended_at.is_not(None))))


def forget_old_jobs(connection: Connection, now: datetime) -> None:
    """Forget jobs that ended more than a day ago, or whose desk was gone for so long."""
    last_heard = func.coalesce(JOB.c.ended_at, JOB.c.beat_at)
    connection.execute(delete(JOB).where(last_heard < now - _KEPT))


def _make_room(connection: Connection) -> None:
    """Forget the oldest jobs that are over, where there are too many or they are too large."""
    over = select(JOB.c.job, JOB.c.size).where(JOB.c.ended_at.is_not(None))
    kept, room = 0, _MOST_BYTES
    for row in connection.execute(over.order_by(JOB.c.ended_at.desc())).all():
        kept, room = kept + 1, room - row.size
        if kept >= _MOST_KEPT or room < 0:
            connection.execute(delete(JOB).where(JOB.c.job == row.job))
