"""Doorbells: which workflows have to look at the books. Rung in the transaction of the fact."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Connection, Executable, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from ledger.rows import ONE_BY_ONE, listed, lists_of
from ledger.spans import carried
from ledger.tables import table


class DoorbellRow(SQLModel, table=True):
    """An invoice whose workflow has to look at the books. `opening` while it was only opened.

    `trace` says whose doing the latest ring was, where traces are on (`ledger.spans.carried`).
    """

    __tablename__ = "doorbell"
    invoice: str = Field(primary_key=True)
    rung: int = 1
    opening: bool = False
    trace: str = ""


DOORBELL = table(DoorbellRow)


class Doorbell(NamedTuple):
    """A workflow to wake; `opening` when nothing but the opening of its case rang it."""

    invoice: str
    rung: int
    opening: bool
    trace: str = ""


def ring(connection: Connection, invoices: Sequence[str], *, opening: bool) -> None:
    """Ask that the workflows of these invoices look at the books, once for many facts."""
    if not invoices:
        return
    trace = carried()
    rows = [
        {"invoice": invoice, "rung": 1, "opening": opening, "trace": trace}
        for invoice in dict.fromkeys(invoices)
    ]
    in_lists = connection.dialect.name == "postgresql" and len(rows) > ONE_BY_ONE
    connection.execute(
        _ringing(connection.dialect.name, in_lists=in_lists), lists_of(rows) if in_lists else rows
    )


# Built once: to put such a statement together takes longer than to run it.
@cache
def _ringing(dialect: str, *, in_lists: bool) -> Executable:
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(DOORBELL)
    names = [column.name for column in DOORBELL.columns]
    statement = insert.from_select(names, listed(DOORBELL, names)) if in_lists else insert
    renewed = {"rung": DOORBELL.c.rung + 1, "opening": False, "trace": insert.excluded.trace}
    return statement.on_conflict_do_update(index_elements=["invoice"], set_=renewed)


def waiting(connection: Connection, limit: int, postponed: Collection[str] = ()) -> list[Doorbell]:
    """The next doorbells to answer, without those that are postponed."""
    query = select(*(DOORBELL.c[name] for name in Doorbell._fields)).limit(limit)
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
