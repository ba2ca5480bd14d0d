"""The pages that the head of every page leads to, and how much waits on each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from ledger.ledger import Ledger
from ledger.tables import TaskRow, table

TASK = table(TaskRow)
# Counts may be this old: they are the same for everybody, and pages must not all count.
_FRESH_SECONDS = 2.0


@dataclass(frozen=True)
class Entry:
    """A page in the head: its address, its English title, the right it is for, what it counts."""

    address: str
    title: str
    right: str = "read"
    count: Callable[[Connection], int] | None = None


def _open_tasks(connection: Connection) -> int:
    query = select(func.count()).select_from(TASK).where(TASK.c.outcome == "")
    return int(connection.execute(query).scalar() or 0)


# In the order in which a day needs them.
ENTRIES: tuple[Entry, ...] = (
    Entry("/queue", "Work queue", count=_open_tasks),
    Entry("/", "Cases"),
    Entry("/messages", "Outgoing"),
    Entry("/tasks", "Tasks"),
)


@dataclass
class Counts:
    """How much waits on each page, counted at most every other second."""

    _at: float = -_FRESH_SECONDS
    _found: Mapping[str, int] = field(default_factory=dict)

    def of(self, ledger: Ledger) -> Mapping[str, int]:
        """By address."""
        if time.monotonic() - self._at >= _FRESH_SECONDS:
            with ledger.reading() as books:
                self._found = {
                    one.address: one.count(books.connection) for one in ENTRIES if one.count
                }
            self._at = time.monotonic()
        return self._found
