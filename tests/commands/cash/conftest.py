"""An associate's desk with invoices to pay, on books of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from activities.planning import Planner
from commands.cash.actions import CashActions
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import differences
from ledger.schema import upgrade
from tests.cast import customer, invoice
from tests.commands.coming_in import NOW
from tests.commands.taking_in import CUSTOMERS, INVOICES, take


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty books, to copy."""
    path = tmp_path_factory.mktemp("fresh") / "books.db"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def ledger(fresh: Path, tmp_path: Path) -> Iterator[Ledger]:
    """Empty books; afterwards every list must say what the facts say."""
    found = Ledger(open_engine(f"sqlite:///{shutil.copy(fresh, tmp_path / 'books.db')}"))
    yield found
    with found.reading() as books:
        assert list(differences(books)) == []
    found.engine.dispose()


@pytest.fixture
def desk(ledger: Ledger, planner: Planner) -> CashActions:
    """An associate with two invoices of 1,500 euros of C-1 and one of C-2."""
    take(ledger, CUSTOMERS, customer("C-1"), customer("C-2"))
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"), invoice("J-1", of="C-2"))
    return CashActions(ledger, planner, "ada", NOW)
