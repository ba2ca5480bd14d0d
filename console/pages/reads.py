"""The register of reads: who looked at personal data, for auditors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import Connection

from commands.authority import check
from commands.reports.table import Column
from console.desk import NOBODY, Desk, TheDesk
from console.list_files import list_file
from console.reading.paging import PAGE_ROWS, DamagedLink
from dunning.people import NoAuthority
from ledger.reads import Read, ReadRow, Sought, reads_before

router = APIRouter(prefix="/reads")
_AT_ONCE = 1_000
_COLUMNS = tuple(Column(name) for name in Read._fields)


@dataclass(frozen=True)
class Filters:
    """What of the register is sought; days as they stand in the address."""

    person: str = ""
    about: str = ""
    what: str = ""
    since: str = ""
    until: str = ""

    def sought(self, desk: Desk) -> Sought:
        """The same for the books. Raises DamagedLink."""
        first, last = _moment(desk, self.since, 0), _moment(desk, self.until, 1)
        person = self.person.strip().casefold()
        return Sought(person, self.about.strip(), self.what.strip(), first, last)


TheFilters = Annotated[Filters, Depends()]


@router.get("")
def reads(desk: TheDesk, filters: TheFilters, after: str = "") -> Response:
    """What was read, newest first; `after` is the number of the last read of the page before."""
    _check_may(desk)
    sought, before = filters.sought(desk), _number(after)
    with desk.parts.ledger.reading() as books:
        rows = reads_before(books.connection, sought, before, PAGE_ROWS + 1)
    known = desk.parts.settings
    return desk.page(
        "reads.html",
        rows=rows[:PAGE_ROWS],
        further=_last(rows) if len(rows) > PAGE_ROWS else "",
        filters=asdict(filters),
        is_on=known is not None and known.audit_reads,
    )


@router.get("/file.{form}")
def file(desk: TheDesk, filters: TheFilters, form: str) -> Response:
    """The register as a file."""
    _check_may(desk)
    with desk.parts.ledger.reading() as books:
        rows = _all(books.connection, filters.sought(desk))
        return list_file(desk, "Reads", form, _COLUMNS, rows, asdict(filters))


def _check_may(desk: Desk) -> None:
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    with desk.parts.ledger.reading() as books:
        check(books.connection, desk.visit.by, "see_reads")


def _all(connection: Connection, sought: Sought) -> Iterator[Sequence[str]]:
    """Every read that is sought, newest first, however many there are."""
    before = 0
    while rows := reads_before(connection, sought, before, _AT_ONCE):
        for row in rows:
            yield (row.at.isoformat(), row.person, row.way, row.what, row.about, row.key)
        before = rows[-1].id or 0


def _moment(desk: Desk, text: str, days: int) -> datetime | None:
    """The begin of a day at the desk, or of the day after."""
    if not text:
        return None
    try:
        on = date.fromisoformat(text) + timedelta(days)
        return datetime(on.year, on.month, on.day, tzinfo=desk.zone)
    except (ValueError, OverflowError):
        raise DamagedLink("This is no date; write it as 2026-03-31.") from None


def _number(text: str) -> int:
    if text and not (text.isascii() and text.isdigit() and len(text) < len(str(1 << 31))):
        raise DamagedLink("The place in the list that this link names cannot be read.")
    return int(text or 0)


def _last(rows: list[ReadRow]) -> str:
    return str(rows[PAGE_ROWS - 1].id)
