"""Fresh books of both kinds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.ledger.entries import described, opened


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """Empty books: the test runs once on SQLite, once on PostgreSQL."""
    engine = open_engine(database_url)
    upgrade(engine)
    yield Ledger(engine)
    engine.dispose()


@pytest.fixture
def invoiced(ledger: Ledger) -> Ledger:
    """Books with one customer and one invoice of 1,500 euros."""
    ledger.transact(lambda books: books.record_customer("C-1", described()))
    ledger.transact(lambda books: books.open_case(opened()))
    return ledger
