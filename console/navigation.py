"""The pages that the head of every page leads to, and how much waits on each."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from commands.cases.decision_actions import DECISIONS
from console.reading.cash import waiting_count as cash_count
from console.reading.counting import counted
from console.reading.inbox import waiting_count
from ledger.disputes import DISPUTE
from ledger.findings import FINDING
from ledger.ledger import Ledger
from ledger.list_indexes import LIVING_FINDING, OPEN_DISPUTE, OPEN_TASK
from ledger.tables import TaskRow, table

TASK = table(TaskRow)
# Counts may be this old: they are the same for everybody, and pages must not all count.
_FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class Entry:
    """A page in the head: its address, its English title, the right it is for, what it counts.

    `within` names the page that counts the same things too.
    """

    address: str
    title: str
    right: str = "read"
    count: Callable[[Connection], int] | None = None
    within: str = ""


@dataclass(frozen=True)
class Area:
    """Pages that belong together; its English title leads to the first of them."""

    title: str
    entries: tuple[Entry, ...]


def _open_tasks(connection: Connection) -> int:
    return counted(connection, select(TASK.c.task).where(OPEN_TASK))


def _waiting_decisions(connection: Connection) -> int:
    asks = select(TASK.c.task).where(OPEN_TASK, TASK.c.what.in_(DECISIONS))
    return counted(connection, asks)


def _open_disputes(connection: Connection) -> int:
    return counted(connection, select(DISPUTE.c.dispute).where(OPEN_DISPUTE))


def _open_findings(connection: Connection) -> int:
    return counted(connection, select(FINDING.c.finding).where(LIVING_FINDING))


# In the order in which a day needs them.
AREAS: tuple[Area, ...] = (
    Area(
        "Work",
        (
            Entry("/queue", "Work queue", count=_open_tasks),
            Entry("/inbox", "Inbox", count=waiting_count),
            Entry("/approvals", "Approvals", count=_waiting_decisions, within="/queue"),
            Entry("/tasks", "Tasks"),
            Entry("/outgoing", "Outgoing"),
            Entry("/messages", "Sent"),
        ),
    ),
    Area(
        "Customers",
        (
            Entry("/", "Cases"),
            Entry("/promises", "Promises"),
            Entry("/plans", "Payment plans"),
            Entry("/disputes", "Disputes", count=_open_disputes),
            Entry("/holds", "Holds"),
        ),
    ),
    Area(
        "Money",
        (
            Entry("/cash", "Cash", count=cash_count),
            Entry("/adjustments", "Adjustments"),
            Entry("/imports", "Imports"),
        ),
    ),
    Area("Reports", (Entry("/reports", "Reports"), Entry("/month-end", "Month end"))),
    Area(
        "Control",
        (
            Entry("/audit", "Audit", count=_open_findings),
            Entry("/policies", "Policies"),
            Entry("/settings", "Settings"),
        ),
    ),
)
ENTRIES: tuple[Entry, ...] = tuple(entry for area in AREAS for entry in area.entries)


@dataclass(frozen=True)
class Shown:
    """An area as a visitor sees it; pages are address, title and how much waits."""

    title: str
    address: str
    waiting: int
    pages: Sequence[tuple[str, str, int]]


def shown(
    counts: Mapping[str, int], words: Callable[[str], str], may: Callable[[str], bool]
) -> list[Shown]:
    """The areas with those of their pages that the visitor may open, in the visitor's language."""
    areas = []
    for area in AREAS:
        open_to = [one for one in area.entries if one.right == "read" or may(one.right)]
        waiting = sum(counts.get(one.address, 0) for one in open_to if not one.within)
        pages = [(one.address, words(one.title), counts.get(one.address, 0)) for one in open_to]
        if pages:
            areas.append(Shown(words(area.title), pages[0][0], waiting, pages))
    return areas


def waiting_shown(areas: Sequence[Shown]) -> dict[str, int]:
    """How much waits by place in the head: an address, or `area:` with that of an area."""
    found = {f"area:{area.address}": area.waiting for area in areas}
    return found | {address: count for area in areas for address, _, count in area.pages}


@dataclass
class Counts:
    """How much waits on each page, counted at most once a second."""

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
