"""What is open by age, above a list: at once in small books, of a moment ago in large ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from console.desk import Desk
from console.prepared import is_large
from console.reading.aging import Aging, aging
from console.reading.cases import CaseFilter, open_by_due_date


@dataclass(frozen=True)
class Owed:
    """The sums; `at` is their moment when it is not this one, `coming` that there are none yet."""

    agings: Sequence[Aging] = ()
    at: datetime | None = None
    coming: bool = False


def sums_of(desk: Desk, which: CaseFilter) -> Owed:
    """What is open of the cases of a list, whatever their age; nothing of closed ones."""
    if which.closed:
        return Owed()
    whole, ledger = replace(which, age="", currency=""), desk.parts.ledger
    if not is_large(desk):
        with ledger.reading() as books:
            return Owed(aging(open_by_due_date(books.connection, whole), desk.today))
    found = desk.kept.of(
        ledger,
        ("owed", whole),
        lambda books: open_by_due_date(books.connection, whole),
        desk.now(),
    )
    if found is None:
        return Owed(coming=True)
    return Owed(aging(found.value, desk.today), at=found.at)
