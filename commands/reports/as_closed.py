"""A day of a closed month has the figures that were closed: what each report reads of the books."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from activities.policies import Policies
from ledger.books import Books
from ledger.periods import known_when_closed
from ledger.report_reading import CASE, Scope, called


@dataclass(frozen=True)
class View:
    """How a report looks at the books: with `late_too`, closed months have what came since, too.

    `default` is the entity of invoices that name none.
    """

    default: str
    late_too: bool = False

    def closed(self, books: Books, day: date) -> dict[str, datetime]:
        """By entity: the moment whose knowledge the day's figures have, where it was closed."""
        return {} if self.late_too else known_when_closed(books.connection, day)

    def scopes(self, books: Books, day: date, last: date | None = None) -> list[Scope]:
        """The parts to read for the day: each closed entity, and all others together.

        In a period that ends on `last`, an earlier day whose own month is open knows no more than
        the close at its end.
        """
        closed = self.closed(books, last) if last else {}
        return list(scopes_of(closed | self.closed(books, day), self.default))

    def cash_known_at(self, books: Books, day: date) -> datetime | None:
        """Of money that belongs to no entity: the last close, once all entities are closed."""
        closed = self.closed(books, day)
        names = books.connection.execute(select(CASE.c.entity).distinct()).scalars()
        still_open = {name or self.default for name in names} - closed.keys()
        return None if still_open or not closed else max(closed.values())


def view_of(policies: Policies, *, late_too: bool = False) -> View:
    """How reports of these policies' entities look at the books."""
    return View(policies.default_entity, late_too)


def scopes_of(closed: Mapping[str, datetime], default: str) -> Iterator[Scope]:
    """Each closed entity by what was known when it was closed, and all others by what is now."""
    for entity, known_at in closed.items():
        yield Scope(called(entity, default), known_at=known_at)
    yield Scope(without=tuple(name for entity in closed for name in called(entity, default)))
