"""Books with a person of each role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from dunning.people import ROLES
from dunning.person_facts import PersonAdded, RoleGiven
from ledger.books import Books
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.people import record_person
from ledger.schema import upgrade
from tests.ledger.entries import open_case

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)


@contextmanager
def staffed_books(file: Path) -> Iterator[Ledger]:
    """Books with one invoice and a person of each role, called as the role is."""
    engine = open_engine(f"sqlite:///{file}")
    upgrade(engine)
    ledger = Ledger(engine)

    def work(books: Books) -> None:
        for role in ROLES:
            added = PersonAdded(at=NOW, by="setup", person=role, name=role)
            record_person(books, role, added, RoleGiven(at=NOW, by="setup", role=role))

    open_case(ledger)
    ledger.transact(work)
    yield ledger
    engine.dispose()
