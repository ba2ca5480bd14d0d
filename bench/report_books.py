"""Books to report on at any size: the lists of a rehearsed ledger, copied by the database itself.

Reports read lists, so the facts of the copies are left out, but for those of payments. The
largest customer stays one customer, with more than a quarter of everything.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, func, select, text
from sqlmodel import SQLModel

from ledger.applications import ApplicationRow
from ledger.disputes import DisputeRow
from ledger.tables import CaseRow, CustomerRow, FactRow, PaymentRow, table

CASE = table(CaseRow)
# Lists with the columns that name what every copy has its own of.
_LISTS: tuple[tuple[type[SQLModel], tuple[str, ...]], ...] = (
    (CustomerRow, ("customer",)),
    (CaseRow, ("invoice", "customer")),
    (ApplicationRow, ("invoice", "source")),
    (DisputeRow, ("dispute", "invoice", "customer")),
    (PaymentRow, ("payment", "reference")),
)
_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :times)"


def multiply(engine: Engine, invoices: int) -> int:
    """Copy the lists until so many invoices are open; how many are."""
    still_open = select(func.count()).where(CASE.c.open_minor != 0)
    with engine.begin() as connection:
        sample = int(connection.execute(still_open).scalar_one())
        times = max(-(-invoices // sample) - 1, 1)
        counted = select(CASE.c.customer).group_by(CASE.c.customer)
        largest = connection.execute(counted.order_by(func.count().desc())).scalars().first() or ""
        for model, names in _LISTS:
            _copy(connection, model, names, {"times": times, "largest": largest})
        _copy_payments(connection, times)
    with engine.begin() as connection:
        return int(connection.execute(still_open).scalar_one())


def _copy(
    connection: Connection, model: type[SQLModel], names: tuple[str, ...], given: dict[str, Any]
) -> None:
    found = table(model)
    columns = ", ".join(f'"{one.name}"' for one in found.columns)
    values = ", ".join(_renamed(one.name, names) for one in found.columns)
    others = "AND s.customer <> :largest" if model is CustomerRow else "AND :largest = :largest"
    statement = (
        f"INSERT INTO {found.name} ({columns}) {_NUMBERS}"  # noqa: S608 - names of our own tables
        f" SELECT {values} FROM {found.name} s, n WHERE 1 = 1 {others}"
    )
    connection.execute(text(statement), given)


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
