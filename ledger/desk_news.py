"""What was recorded lately, and about which customer, so that open pages know whether to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, table

CASE, FACT = table(CaseRow), table(FactRow)
# Whoever commits later may hold a lower number: these many below the newest are looked at again.
LOOKED_AT_AGAIN = 100
_MOST = 500
_INVOICE = "invoice:"
_OF_CUSTOMERS = ("customer:", "contacts:", "sentences:")


class News(NamedTuple):
    """A fact that was recorded; `customer` is empty where it is about nobody in particular."""

    number: int
    stream: str
    kind: str
    customer: str


def newest_number(connection: Connection) -> int:
    """The number of the newest fact of all; 0 in empty books."""
    return int(connection.execute(select(func.max(FACT.c.id))).scalar() or 0)


def news_since(connection: Connection, newest: int, known: Collection[int]) -> list[News] | None:
    """What was recorded after the fact of this number, and a little before that is not `known`.

    None when it is too much to be looked through.
    """
    query = select(FACT.c.id, FACT.c.stream, FACT.c.kind)
    query = query.where(FACT.c.id > newest - LOOKED_AT_AGAIN).order_by(FACT.c.id)
    found = connection.execute(query.limit(_MOST + LOOKED_AT_AGAIN)).all()
    rows = [row for row in found if row.id not in known]
    if len(rows) >= _MOST:
        return None
    customers = customers_of(connection, {row.stream for row in rows})
    return [News(row.id, row.stream, row.kind, customers.get(row.stream, "")) for row in rows]


def customers_of(connection: Connection, streams: Iterable[str]) -> dict[str, str]:
    """The customer of each stream that is about one."""
    invoices, found = [], {}
    for stream in streams:
        if stream.startswith(_INVOICE):
            invoices.append(stream.removeprefix(_INVOICE))
        elif stream.startswith(_OF_CUSTOMERS):
            found[stream] = stream.partition(":")[2]
    for some in chunks(invoices):
        query = select(CASE.c.invoice, CASE.c.customer).where(CASE.c.invoice.in_(some))
        found |= {f"{_INVOICE}{row.invoice}": row.customer for row in connection.execute(query)}
    return found
