"""What one customer owes in a simulation: the items that its letters list."""

from __future__ import annotations

from dunning.case import Case
from ledger.messages import OpenItem, open_item_of
from ledger.rows import CHUNK


class Owed:
    """The open items the customer may be reminded of, kept while cases change."""

    def __init__(self) -> None:
        self._items: dict[str, OpenItem] = {}
        # What was noted since the items were asked for; most customers' never are.
        self._noted: dict[str, tuple[Case, bool]] = {}
        self._ordered: tuple[OpenItem, ...] | None = None

    def note(self, case: Case, *, is_silent: bool) -> None:
        """List the case as it is now, unless nobody may be reminded of it."""
        self._noted[case.invoice] = case, is_silent
        if len(self._noted) >= CHUNK:
            self._settle()

    def items(self) -> tuple[OpenItem, ...]:
        """All of them, oldest due date first; the same tuple while nothing changes."""
        self._settle()
        if self._ordered is None:
            items = sorted(self._items.values(), key=lambda one: (one.due_date, one.invoice))
            self._ordered = tuple(items)
        return self._ordered

    def _settle(self) -> None:
        for case, is_silent in self._noted.values():
            self._list(case, is_silent=is_silent)
        self._noted.clear()

    def _list(self, case: Case, *, is_silent: bool) -> None:
        is_listed = not is_silent and case.balance > case.disputed
        item = open_item_of(case) if is_listed else None
        if item == self._items.get(case.invoice):
            return
        if item:
            self._items[case.invoice] = item
        else:
            del self._items[case.invoice]
        self._ordered = None
