"""Doorbells: which workflows have to look at the books. Rung in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from ledger.tables import table


class DoorbellRow(SQLModel, table=True):
    """An invoice whose workflow has to look at the books. `opening` while it was only opened."""

    __tablename__ = "doorbell"
    invoice: str = Field(primary_key=True)
    rung: int = 1
    opening: bool = False


DOORBELL = table(DoorbellRow)


class Doorbell(NamedTuple):
    """A workflow to wake; `opening` when nothing but the opening of its case rang it."""

    invoice: str
    rung: int
    opening: bool


def ring(connection: Connection, invoices: Sequence[str], *, opening: bool) -> None:
    """Ask that the workflows of these invoices look at the books, once for many facts."""
    if not invoices:
        return
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(DOORBELL).on_conflict_do_update(
        index_elements=["invoice"], set_={"rung": DOORBELL.c.rung + 1, "opening": False}
    )
    rows = [{"invoice": invoice, "rung": 1, "opening": opening} for invoice in invoices]
    connection.execute(statement, rows)


def waiting(connection: Connection, limit: int, postponed: Collection[str] = ()) -> list[Doorbell]:
    """The next doorbells to answer, without those that are postponed."""
    query = select(DOORBELL.c.invoice, DOORBELL.c.rung, DOORBELL.c.opening).limit(limit)
    if postponed:
        query = query.where(DOORBELL.c.invoice.not_in(postponed))
    return [Doorbell(*row) for row in connection.execute(query)]


def answered(connection: Connection, doorbells: Sequence[Doorbell]) -> None:
    """Forget doorbells that were answered, unless they were rung again meanwhile."""
    still = (DOORBELL.c.invoice == bindparam("of")) & (DOORBELL.c.rung == bindparam("heard"))
    rows = [{"of": bell.invoice, "heard": bell.rung} for bell in doorbells]
    if rows:
        connection.execute(delete(DOORBELL).where(still), rows)


def count(connection: Connection) -> int:
    """How many workflows still have to be woken."""
    return int(connection.execute(select(func.count()).select_from(DOORBELL)).scalar_one())
