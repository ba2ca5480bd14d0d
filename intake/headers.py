"""Finds the header row: the line among the first twenty that names the fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from intake.kinds import Kind
from intake.mapping import Mapping, general_mapping, recognise
from intake.rows import Cell, UnreadableFile, plain, storable

SEARCHED_ROWS = 20
_LONGEST_HEADER = 100
# Fewer known names than this make a line of data or a title, not a header.
_FEWEST_NAMES = 2


@dataclass(frozen=True)
class Header:
    """A line that may be the header row, and what it would leave missing."""

    row: int
    names: tuple[str, ...]
    mapping: Mapping
    columns: dict[str, int]
    missing: tuple[str, ...]

    @property
    def fitness(self) -> tuple[int, int, int]:
        """The larger, the better: nothing missing, then most fields named, then the first."""
        return -len(self.missing), len(self.columns), -self.row


def best_header(
    head: Iterable[tuple[int, Sequence[Cell]]], mapping: Mapping | None, kind: Kind
) -> Header | None:
    """The line that names most of the fields, None where no line names two.

    ``head`` is the first ``SEARCHED_ROWS`` rows of the file.
    """
    found = [_as_header(row, cells, mapping, kind) for row, cells in head]
    named = [header for header in found if len(header.columns) >= _FEWEST_NAMES]
    return max(named, key=lambda header: header.fitness, default=None)


def complete(header: Header | None, file_name: str, kind: Kind) -> Header:
    """The header, which must leave nothing missing; raises UnreadableFile saying what it does."""
    if header is None:
        wanted = ", ".join(kind.required)
        raise UnreadableFile(
            f"{file_name} has no header row in its first {SEARCHED_ROWS} rows; "
            f"a file of {kind.name} needs {wanted}, or a column map."
        )
    if header.missing:
        missing = ", ".join(header.missing)
        raise UnreadableFile(
            f"{file_name} has no column for {missing}. Name it in a column map"
            + (', or declare [constants] currency = "EUR".' if "currency" in missing else ".")
        )
    return header


def _as_header(row: int, cells: Sequence[Cell], mapping: Mapping | None, kind: Kind) -> Header:
    names = tuple(storable(plain(cell)).strip()[:_LONGEST_HEADER] for cell in cells)
    chosen = mapping or recognise(names, kind) or general_mapping()
    columns = chosen.positions(names, kind)
    return Header(row, names, chosen, columns, tuple(chosen.missing(columns, kind)))
