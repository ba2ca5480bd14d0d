"""Opens a CSV file or a workbook: finds its encoding, delimiter or sheet, and header row."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from intake.delimited import DELIMITERS, ends_its_last_line, records
from intake.files import Limits, encoding_of, is_workbook
from intake.headers import SEARCHED_ROWS, Header, best_header, complete
from intake.kinds import Kind
from intake.mapping import Mapping
from intake.rows import Cell, UnreadableFile, plain
from intake.tables import Records, Table
from intake.workbooks import Workbook


def open_table(path: Path, mapping: Mapping | None, kind: Kind, limits: Limits) -> Table:
    """A file as a table. Raises UnreadableFile when it is no whole file of this kind."""
    if is_workbook(path, limits):
        return _from_workbook(path, mapping, kind, limits)
    return _from_text(path, mapping, kind)


def _from_workbook(path: Path, mapping: Mapping | None, kind: Kind, limits: Limits) -> Table:
    book = Workbook(path, limits)
    found: dict[int, Header] = {}
    for sheet in book.sheets:
        if header := best_header(islice(book.rows(sheet), SEARCHED_ROWS), mapping, kind):
            found[sheet] = header
    best = max(found, key=lambda sheet: found[sheet].fitness[:2], default=None)
    header = complete(None if best is None else found[best], path.name, kind)
    sheet = 0 if best is None else best
    others = [book.name(other) for other in book.sheets if other != sheet]
    left = f"Only the sheet {book.name(sheet)} was read, not {', '.join(others)}." if others else ""
    return Table(header, kind, lambda: book.rows(sheet), left)


def _from_text(path: Path, mapping: Mapping | None, kind: Kind) -> Table:
    encoding = encoding_of(path, mapping.encoding if mapping else "")
    found: dict[str, Header] = {}
    for delimiter in DELIMITERS:
        head = _head(path, encoding.name, delimiter)
        if header := best_header(head, mapping, kind):
            found[delimiter] = header
    best = max(found, key=lambda delimiter: found[delimiter].fitness, default=",")
    header = complete(found.get(best), path.name, kind)
    declared = header.mapping.encoding
    decoded = encoding_of(path, declared) if declared else encoding
    whole = ends_its_last_line(path, decoded.name)

    def opened() -> Records:
        every = records(path, decoded.name, best)
        return every if whole else _unless_broken_off(every, header, path.name)

    doubt = "" if whole else "The last line has no line end; check that the file is whole."
    return Table(header, kind, opened, decoded.warning, doubt)


def _head(path: Path, encoding: str, delimiter: str) -> list[tuple[int, list[Cell]]]:
    """The first records as far as this delimiter can read them."""
    head: list[tuple[int, list[Cell]]] = []
    try:
        head.extend(islice(records(path, encoding, delimiter), SEARCHED_ROWS))
    except UnreadableFile:
        # The header may stand above the damage, which the survey of the whole file reports.
        return head
    return head


def _unless_broken_off(every: Records, header: Header, file_name: str) -> Records:
    """The same records; raises UnreadableFile when the last one stops in the middle."""
    before, last, row = len(header.names), list[Cell](), 0
    for row, cells in every:
        before, last = len(last) or before, cells
        yield row, cells
    footer = header.row > 1 and sum(1 for cell in last if plain(cell).strip()) <= 1
    if last and not footer and len(last) < min(before, len(header.names)):
        raise UnreadableFile(
            f"{file_name} is half-written: row {row} stops after {len(last)} of "
            f"{len(header.names)} cells. Export it again."
        )
