"""Books to report on at any size: the lists of a rehearsed ledger, copied by the database itself.

Reports read lists, so the facts of the copies are left out, but for those of payments. The
largest customer stays one customer, with more than a quarter of everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Date, Engine, bindparam, func, insert, select, text
from sqlmodel import SQLModel

from ledger.applications import ApplicationRow
from ledger.disputes import DisputeRow
from ledger.engine import UtcDateTime
from ledger.schema import upgrade
from ledger.tables import CaseRow, CustomerRow, FactRow, PaymentRow, table

CASE, MOVED = table(CaseRow), table(ApplicationRow)
# Lists with the columns that name what every copy has its own of.
_LISTS: tuple[tuple[type[SQLModel], tuple[str, ...]], ...] = (
    (CustomerRow, ("customer",)),
    (CaseRow, ("invoice", "customer")),
    (ApplicationRow, ("invoice", "source")),
    (DisputeRow, ("dispute", "invoice", "customer")),
    (PaymentRow, ("payment", "reference")),
)
# Invoices, what moved them, payments: what a bookkeeper calls postings.
_POSTED = (CaseRow, ApplicationRow, PaymentRow)
# What a day is on PostgreSQL, for a date and for a moment.
_A_DAY = ("1", "INTERVAL '1 day'")
_FURTHER = (
    "WITH RECURSIVE n(i) AS (SELECT CAST(:first AS INTEGER) UNION ALL SELECT i + 1 FROM n"
    " WHERE i < :last)"
)
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)"


def multiply(engine: Engine, invoices: int, postings: int = 0) -> int:
    """Copy the lists until so many invoices are open; how many are.

    With `postings`, what was settled is copied on, two months earlier each time and two years at
    most, until there are so many invoices, movements of invoices and payments.
    """
    still_open = select(func.count()).where(CASE.c.open_minor != 0)
    with engine.begin() as connection:
        sample = int(connection.execute(still_open).scalar_one())
        times = max(-(-invoices // sample) - 1, 1)
        counted = select(CASE.c.customer).group_by(CASE.c.customer)
        largest = connection.execute(counted.order_by(func.count().desc())).scalars().first() or ""
        settled = _Settled.read(connection)
        # To make an index of all rows takes a fraction of the time of adding to it row by row.
        indexes = [one for model, _ in _LISTS for one in sorted(table(model).indexes, key=str)]
        for index in indexes:
            index.drop(connection)
        for model, names in _LISTS:
            _copy(connection, model, names, {"times": times, "largest": largest})
        _copy_payments(connection, times)
        missing = max(postings - count_of_postings(connection), 0)
        settled.copy(connection, missing, times, largest)
        for index in indexes:
            index.create(connection)
    with engine.begin() as connection:
        return int(connection.execute(still_open).scalar_one())


def moved_to(source: Engine, target: Engine) -> None:
    """Copy all that a sample's books have into another database, and make its tables first."""
    upgrade(target)
    with source.connect() as old, target.begin() as new:
        for one in SQLModel.metadata.sorted_tables:
            found = old.execute(select(one)).mappings()
            # The database gives numbers of its own, and goes on counting from them.
            rows = [{name: row[name] for name in row if name != "id"} for row in found]
            if rows:
                new.execute(insert(one), rows)


def count_of_postings(connection: Connection) -> int:
    """How many invoices, movements of invoices and payments the books have."""
    counts = [select(func.count()).select_from(table(one)) for one in _POSTED]
    return sum(int(connection.execute(one).scalar_one()) for one in counts)


@dataclass(frozen=True)
class _Settled:
    """The sample's settled invoices with what settled them, before anything was copied."""

    invoices: frozenset[str]
    payments: frozenset[str]
    postings: int

    @classmethod
    def read(cls, connection: Connection) -> _Settled:
        """Those whose payments paid nothing else."""
        settled = select(CASE.c.invoice).where(CASE.c.open_minor == 0)
        invoices = frozenset(connection.execute(settled).scalars())
        moved = connection.execute(select(MOVED.c.invoice, MOVED.c.source)).all()
        others = {source for invoice, source in moved if invoice not in invoices}
        payments = frozenset(one for invoice, one in moved if invoice in invoices) - others
        count = sum(invoice in invoices for invoice, _ in moved)
        return cls(invoices, payments, len(invoices) + len(payments) + count)

    def copy(self, connection: Connection, postings: int, before: int, largest: str) -> None:
        """Copy them until there are so many more postings, with numbers from `before` on."""
        last = before + postings // max(self.postings, 1)
        chosen = ((CaseRow, self.invoices), (ApplicationRow, self.invoices))
        for model, kept in (*chosen, (PaymentRow, self.payments)):
            names = dict(_LISTS)[model]
            columns = [one.name for one in table(model).columns]
            earlier = _earlier(connection.dialect.name, model)
            values = [earlier.get(one) or _renamed(one, names) for one in columns]
            statement = (
                f"INSERT INTO {table(model).name} ({_quoted(columns)}) {_FURTHER}"  # noqa: S608 - names of our own tables
                f" SELECT {', '.join(values)} FROM {table(model).name} s, n"
                f" WHERE s.{names[0]} IN :kept AND :largest = :largest"
            )
            asked = text(statement).bindparams(bindparam("kept", expanding=True))
            given = {"kept": sorted(kept), "first": before + 1, "last": last, "largest": largest}
            if last > before:
                connection.execute(asked, given)


def _earlier(dialect: str, model: type[SQLModel]) -> dict[str, str]:
    """The columns with days and moments, each so much earlier as the copy's number says."""
    days = "(61 * (1 + n.i % 12))"
    found: dict[str, str] = {}
    for one in table(model).columns:
        is_moment = isinstance(one.type, UtcDateTime)
        if is_moment or isinstance(one.type, Date):
            kept = "strftime('%Y-%m-%d %H:%M:%S.000000'" if is_moment else "date("
            found[one.name] = (
                f's."{one.name}" - {days} * {_A_DAY[is_moment]}'
                if dialect == "postgresql"
                else f"{kept}{', ' if is_moment else ''}s.\"{one.name}\", '-' || {days} || ' days')"
            )
    return found


def _copy(
    connection: Connection, model: type[SQLModel], names: tuple[str, ...], given: dict[str, Any]
) -> None:
    found = table(model)
    columns = [one.name for one in found.columns]
    values = ", ".join(_renamed(name, names) for name in columns)
    others = "AND s.customer <> :largest" if model is CustomerRow else "AND :largest = :largest"
    statement = (
        f"INSERT INTO {found.name} ({_quoted(columns)}) {_NUMBERS}"  # noqa: S608 - names of our own tables
        f" SELECT {values} FROM {found.name} s, n WHERE 1 = 1 {others}"
    )
    connection.execute(text(statement), given)


def _quoted(columns: list[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)


def _renamed(column: str, names: tuple[str, ...]) -> str:
    new = f"CAST(n.i AS VARCHAR(9)) || '-' || s.\"{column}\""
    if column not in names:
        return f's."{column}"'
    if column == "customer":
        return f"CASE WHEN s.customer = :largest THEN s.customer ELSE {new} END"
    return new


def _copy_payments(connection: Connection, times: int) -> None:
    """A payment's first fact says when it was recorded."""
    names = [one.name for one in table(FactRow).columns if one.name != "id"]
    columns = ", ".join(f'"{name}"' for name in names)
    new = "'payment:' || CAST(n.i AS VARCHAR(9)) || '-' || substr(s.stream, 9)"
    values = ", ".join(new if name == "stream" else f's."{name}"' for name in names)
    statement = (
        f"INSERT INTO fact ({columns}) {_NUMBERS} SELECT {values} FROM fact s, n"  # noqa: S608 - the same
        " WHERE s.stream LIKE 'payment:%' AND s.number = 1"
    )
    connection.execute(text(statement), {"times": times})
