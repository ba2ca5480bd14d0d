"""Files that people upload at a desk, for every desk over the books, until they are taken in.

Each is kept for a day at most, and only for whoever uploaded it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Connection, LargeBinary, delete, insert, select
from sqlmodel import Field, SQLModel

from ledger.tables import moment, table

_KEPT = timedelta(days=1)
# Of one person, and of everybody in all; what is older makes room.
_MOST_OF_ONE, _MOST_BYTES = 5, 1_000_000_000


class DeskUploadRow(SQLModel, table=True):
    """One file under the number by which it is found; `content` takes `size` bytes here."""

    __tablename__ = "desk_upload"
    upload: str = Field(primary_key=True)
    person: str
    name: str
    at: datetime = moment()
    size: int = Field(sa_type=BigInteger)
    content: bytes = Field(sa_type=LargeBinary)


UPLOAD = table(DeskUploadRow)


def keep_upload(connection: Connection, row: DeskUploadRow) -> None:
    """Keep a file; what is too old or too much of the others goes."""
    forget_old_uploads(connection, row.at)
    mine, room = 1, _MOST_BYTES - row.size
    others = select(UPLOAD.c.upload, UPLOAD.c.person, UPLOAD.c.size)
    for one in connection.execute(others.order_by(UPLOAD.c.at.desc())).all():
        is_mine = one.person == row.person
        mine, room = mine + is_mine, room - one.size
        if room < 0 or (is_mine and mine > _MOST_OF_ONE):
            forget_upload(connection, one.upload)
    connection.execute(insert(UPLOAD).values(**row.model_dump()))


def upload_of(connection: Connection, upload: str, person: str, now: datetime) -> str:
    """The name of a file that the person uploaded within a day; "" for none."""
    mine = (UPLOAD.c.upload == upload, UPLOAD.c.person == person, UPLOAD.c.at >= now - _KEPT)
    return str(connection.execute(select(UPLOAD.c.name).where(*mine)).scalar() or "")


def content_of_upload(connection: Connection, upload: str) -> bytes:
    """What is in a file; nothing when it was forgotten meanwhile."""
    found = connection.execute(select(UPLOAD.c.content).where(UPLOAD.c.upload == upload)).scalar()
    return bytes(found or b"")


def forget_upload(connection: Connection, upload: str) -> None:
    """Remove a file that is not needed any more."""
    connection.execute(delete(UPLOAD).where(UPLOAD.c.upload == upload))


def forget_uploads(connection: Connection) -> None:
    """Forget every file: it may name somebody erased now."""
    connection.execute(delete(UPLOAD))


def forget_old_uploads(connection: Connection, now: datetime) -> None:
    """Forget the files of more than a day ago."""
    connection.execute(delete(UPLOAD).where(UPLOAD.c.at < now - _KEPT))
