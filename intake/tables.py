"""The lines below a file's header row, with what its titles, totals and group rows mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from intake.headers import Header
from intake.kinds import Kind
from intake.mapping import folded, general_mapping
from intake.rows import BadCell, Cell, Headings, Line, plain

Records = Iterator[tuple[int, list[Cell]]]
# A lone "=" is a formula nobody computed: that line is refused, not left out.
_BLANK_OR_RULED = re.compile(r"\s*|[-=_+*|\s]{3,}")
_TOTAL = re.compile(r"(?:grand |sub)?-?totals?\b|summe\b|gesamt", re.IGNORECASE)


class Table:
    """A readable file with its header row found.

    ``lines`` starts anew each time it is called. ``warnings`` is what people should know.
    """

    def __init__(
        self, header: Header, kind: Kind, open_records: Callable[[], Records], *warnings: str
    ) -> None:
        self.mapping = header.mapping
        self.kind = kind
        self.warnings = [warning for warning in (*warnings, _unused(header)) if warning]
        self.headings = Headings(header.names, header.columns, header.mapping.constants)
        self._header = header
        self._open_records = open_records
        self._folded = [folded(name) for name in header.names]
        anchors = (header.columns.get(name) for name in kind.anchors)
        self._anchor = next((at for at in anchors if at is not None), 0)

    def lines(self) -> Iterator[Line]:
        """Every line below the header that says something, with its group row's values.

        Empty and ruled lines and repeated headers say nothing and are left out.
        """
        carried = self.headings.constants
        for number, cells in self._open_records():
            if number <= self._header.row:
                # A block may name its customer above the header row too; a lone title names none.
                carried = {**carried, **self._labelled(cells)}
                continue
            if self._may_be_no_row(cells):
                if self._says_nothing(cells):
                    continue
                if group := self._group(cells):
                    carried = {**self._still_valid(carried, group), **group}
                    continue
            yield Line(number, cells, self.headings, carried)

    def _may_be_no_row(self, cells: Sequence[Cell]) -> bool:
        """A quick look at one cell, so that ordinary rows need no closer one."""
        if self._anchor >= len(cells) or self.mapping.groups:
            return True
        cell = cells[self._anchor]
        if not isinstance(cell, str):
            return False
        header = self._header.names[self._anchor]
        return cell.strip() == header or bool(_BLANK_OR_RULED.fullmatch(cell))

    def _says_nothing(self, cells: Sequence[Cell]) -> bool:
        texts = [plain(cell) for cell in cells]
        return all(map(_BLANK_OR_RULED.fullmatch, texts)) or [*map(_folded_start, texts)] == [
            *map(_folded_start, self._header.names)
        ]

    def _group(self, cells: Sequence[Cell]) -> dict[str, str]:
        """What a line above the rows says about all rows below it."""
        filled = _filled(cells)
        # Totals carry figures or formulas beside their text, so they are never alone.
        alone = filled[0] if len(filled) == 1 else ""
        named = [name for name, label in self.mapping.groups.items() if label == "*" and alone]
        return dict.fromkeys(named, alone) | self._labelled(cells)

    def _labelled(self, cells: Sequence[Cell]) -> dict[str, str]:
        text = "  ".join(_filled(cells))
        found = {
            name: re.fullmatch(rf"{re.escape(label)}(?:\s*:\s*|\s{{2,}})(.+)", text)
            for name, label in self.mapping.groups.items()
        }
        return {name: match[1] for name, match in found.items() if match}

    def _still_valid(self, carried: dict[str, str], group: dict[str, str]) -> dict[str, str]:
        """The first named group field opens a new group, in which nothing old holds."""
        opens = next(iter(self.mapping.groups)) in group
        return self.headings.constants if opens else carried


def shape_complaint(line: Line, kind: Kind) -> BadCell | None:
    """Why a line is no row at all: a title, total or footer, or cells beyond the last column."""
    width = len(line.headings.names)
    if len(line.cells) > width and any(cell != "" for cell in line.cells[width:]):
        reason = f"The row has more cells than the header's {width}; is a delimiter unquoted?"
        return BadCell("", "TOO_MANY_CELLS", reason)
    hollow = [_is_hollow(line, name, kind) for name in kind.anchors]
    if all(hollow):
        return BadCell("", "NOT_A_ROW", "The line is a title, total or footer, not a row.")
    if any(hollow) and width > 1 and len(_filled(line.cells)) == 1:
        return BadCell("", "NOT_A_ROW", "The line holds a single text, so it is not a row.")
    return None


def _is_hollow(line: Line, name: str, kind: Kind) -> bool:
    """Whether an anchor cell says nothing a row would say there."""
    cell = line.own(name)
    if not isinstance(cell, str):
        return False
    if cell in {"", "="} or _TOTAL.match(cell):
        return True
    return name in kind.dates and not any(map(str.isdigit, cell))


def _filled(cells: Sequence[Cell]) -> list[str]:
    return [text for cell in cells if (text := plain(cell).strip())]


def _folded_start(text: str) -> str:
    return folded(text[:100])


def _unused(header: Header) -> str:
    """Only of the general map: a system's own map leaves columns out on purpose."""
    if header.mapping.title != general_mapping().title:
        return ""
    used = set(header.columns.values())
    unused = [name for at, name in enumerate(header.names) if name and at not in used]
    return f"Columns not used: {', '.join(unused)}." if unused else ""
