"""Imports as the desk shows them: runs with their control totals, and the rows they refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, String, cast, func, select

from console.reading.paging import DamagedLink, Order, Page, Place, read_page
from dunning.money import Money
from ledger.imports import RejectRow
from ledger.tables import ImportRow, table

IMPORT, REJECT = table(ImportRow), table(RejectRow)
# Refused rows are mended in the page, cell by cell.
PAGE_REJECTS = 20
# Digits of a number that databases hold.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Refused:
    """One refused row; `wrong` is the column that was not accepted."""

    id: int
    row: int
    wrong: str
    code: str
    reason: str
    cells: dict[str, str]
    replayed_in: int | None


@dataclass(frozen=True)
class RefusedPage:
    """Refused rows in the order of the file, and where the next page begins."""

    rows: Sequence[Refused]
    next: str
    previous: str = ""

    @property
    def columns(self) -> list[str]:
        """Every column that a row has, in the order of the file."""
        return list(dict.fromkeys(name for one in self.rows for name in one.cells))


def run_page(connection: Connection, kind: str, place: Place) -> Page:
    """Imports of a kind, or all, the latest first."""
    query = select(IMPORT)
    if kind:
        query = query.where(IMPORT.c.kind == kind)
    key = cast(IMPORT.c.id, String)
    order = Order(IMPORT.c.imported_at, key, datetime.fromisoformat, descending=True)
    return read_page(connection, query, order, place)


def run_of(connection: Connection, run: int) -> Row[Any] | None:
    """One import."""
    return connection.execute(select(IMPORT).where(IMPORT.c.id == run)).first()


def waiting_rejects(connection: Connection, runs: Sequence[int]) -> dict[int, int]:
    """How many refused rows of these imports nobody mended yet."""
    query = (
        select(REJECT.c.import_id, func.count())
        .where(REJECT.c.import_id.in_(runs), REJECT.c.replayed_in.is_(None))
        .group_by(REJECT.c.import_id)
    )
    return {run: int(count) for run, count in connection.execute(query)}


def refused_page(
    connection: Connection, run: int, after: str, size: int = PAGE_REJECTS, *, open_: bool = True
) -> RefusedPage:
    """Refused rows of an import, behind a place; `open_` leaves out those that were mended."""
    query = select(REJECT).where(REJECT.c.import_id == run)
    if open_:
        query = query.where(REJECT.c.replayed_in.is_(None))
    if after:
        if not (after.isascii() and after.isdigit() and len(after) <= _LONGEST_NUMBER):
            raise DamagedLink("The place in the list that this link names cannot be read.")
        query = query.where(REJECT.c.id > int(after))
    rows = connection.execute(query.order_by(REJECT.c.id).limit(size + 1)).all()
    shown = [_refused(row) for row in rows[:size]]
    return RefusedPage(shown, str(shown[-1].id) if len(rows) > size else "")


def every_refused(connection: Connection, run: int) -> Iterator[Refused]:
    """All refused rows of an import that wait to be mended."""
    after = ""
    while True:
        page = refused_page(connection, run, after, 500)
        yield from page.rows
        after = page.next
        if not after:
            return


def totals_of(row: Row[Any]) -> list[Money]:
    """What the rows of an import add up to, a sum for each currency."""
    kept: dict[str, str] = json.loads(row.totals)
    return [Money.parse(amount, currency) for currency, amount in sorted(kept.items())]


def _refused(row: Row[Any]) -> Refused:
    cells = json.loads(row.cells)
    named = (row.id, row.row, row.column, row.code, row.reason)
    return Refused(*named, cells, row.replayed_in)
