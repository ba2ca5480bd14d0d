"""How commands answer: plain tables for people, JSON for scripts, progress on long work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

STDOUT = "-"
_SHORT = len("2026-03-31")
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def answer(payload: dict[str, Any], to: str | None) -> bool:
    """Print the JSON answer or write it to a file; False when the reader wants no JSON.

    It is written piece by piece, so rows may come from an iterator and be a million.
    """
    if to is None:
        return False
    if to == STDOUT:
        sys.stdout.writelines(_pieces(payload, "\n"))
        sys.stdout.write("\n")
    else:
        with Path(to).open("w", encoding="utf-8") as file:
            file.writelines(_pieces(payload, "\n"))
            file.write("\n")
    return True


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a title; columns named with a leading `>` are aligned to the right."""
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for place, column in enumerate(columns):
        justify: JustifyMethod = "right" if column[0] == ">" else "left"
        # A date or a sum is read in one piece.
        longest = max((len(str(row[place] or "")) for row in rows), default=0)
        least = longest if longest <= _SHORT else None
        drawn.add_column(column.lstrip(">"), justify=justify, overflow="fold", min_width=least)
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    out.print(drawn)


def say(sentence: str) -> None:
    """Print one line for people."""
    out.print(sentence, markup=False)


def complain(sentence: str) -> None:
    """Say on stderr what is wrong."""
    err.print(sentence, markup=False, style="red")


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Progress]:
    """A bar on stderr while something long runs; nothing when nobody watches."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as bar:
        bar.add_task(what, total=total)
        yield bar


def _pieces(value: object, line: str) -> Iterator[str]:
    """A value as JSON, indented by two; `line` is the end of a line and the place of the next."""
    inner = f"{line}  "
    if isinstance(value, Mapping):
        parts = ((f"{_name(name)}: ", one) for name, one in value.items())
        yield from _listed("{", "}", parts, (line, inner))
    elif isinstance(value, list | tuple | Iterator):
        yield from _listed("[", "]", (("", one) for one in value), (line, inner))
    else:
        yield json.dumps(value, ensure_ascii=False, default=str)


def _name(name: object) -> str:
    """A key as JSON has it: numbers and truths become words."""
    return json.dumps(name if isinstance(name, str) else json.dumps(name), ensure_ascii=False)


def _listed(
    opens: str, closes: str, parts: Iterable[tuple[str, object]], lines: tuple[str, str]
) -> Iterator[str]:
    yield opens
    is_empty = True
    for before, one in parts:
        yield f"{lines[1] if is_empty else ',' + lines[1]}{before}"
        is_empty = False
        yield from _pieces(one, lines[1])
    yield closes if is_empty else f"{lines[0]}{closes}"


def leave(code: int) -> NoReturn:
    """End the process at once: the engine's client may crash while Python tears itself down."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
