"""How commands answer: plain tables for people, JSON for scripts, progress on long work."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

STDOUT = "-"
out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 140)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def answer(payload: dict[str, Any], to: str | None) -> bool:
    """Print the JSON answer or write it to a file; False when the reader wants no JSON."""
    if to is None:
        return False
    text = json.dumps(payload, indent=2, ensure_ascii=False, default=str)
    if to == STDOUT:
        sys.stdout.write(text + "\n")
    else:
        Path(to).write_text(text + "\n", encoding="utf-8")
    return True


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under a title; columns named with a leading `>` are aligned to the right."""
    drawn = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, title_style="bold")
    for column in columns:
        justify: JustifyMethod = "right" if column[0] == ">" else "left"
        drawn.add_column(column.lstrip(">"), justify=justify, overflow="fold")
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


def flush() -> None:
    """Hand everything printed so far to the reader."""
    sys.stdout.flush()
    sys.stderr.flush()
