"""What one customer owes in a simulation: the items that its letters list."""

from __future__ import annotations

from dunning.case import Case
from ledger.messages import OpenItem, open_item_of


class Owed:
    """The open items the customer may be reminded of, kept while cases change."""

    def __init__(self) -> None:
        self._items: dict[str, OpenItem] = {}
        self._ordered: tuple[OpenItem, ...] | None = None

    def note(self, case: Case, *, is_silent: bool) -> bool:
        """List the case as it is now, or not; the answer is whether that changes anything."""
        is_listed = not is_silent and case.balance > case.disputed
        item = open_item_of(case) if is_listed else None
        if item == self._items.get(case.invoice):
            return False
        if item:
            self._items[case.invoice] = item
        else:
            del self._items[case.invoice]
        self._ordered = None
        return True

    def items(self) -> tuple[OpenItem, ...]:
        """All of them, oldest due date first."""
        if self._ordered is None:
            items = sorted(self._items.values(), key=lambda one: (one.due_date, one.invoice))
            self._ordered = tuple(items)
        return self._ordered
