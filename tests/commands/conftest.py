from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from activities.calendars import Calendars
from activities.letters import Letters
from activities.planning import Planner
from activities.policies import load_policies
from commands.doctor import checks as doctor_checks
from commands.doctor.finding import DoctorContext
from ledger.books import Books
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import differences
from ledger.schema import upgrade
from settings import ROOT
from tests.cast import invoice
from tests.commands.changing_policies import Office, settled_in
from tests.commands.corresponding import GRACE_WITH_PHONE, Correspondence, corresponding
from tests.commands.rehearsed import AFTER_ALL, Rehearsed, rehearse_sample
from tests.commands.reporting import fill


@pytest.fixture(scope="session")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """The rehearsed sample ledger; copy its books before changing them."""
    found: list[Rehearsed] = []
    folder = tmp_path_factory.mktemp("rehearsed")
    # The tests' own event loop runs in this thread.
    thread = threading.Thread(target=lambda: found.append(rehearse_sample(folder)))
    thread.start()
    thread.join()
    return found[0]


@pytest.fixture
def ctx(rehearsed: Rehearsed, tmp_path: Path) -> Iterator[DoctorContext]:
    """An installation with a history, whose engine is away."""
    settings = rehearsed.copied_to(tmp_path / "home")
    ctx = DoctorContext(settings, AFTER_ALL, patience=timedelta(0))
    yield ctx
    ctx.ledger.engine.dispose()


@pytest.fixture(scope="module")
def planner() -> Planner:
    """The shipped policies."""
    return Planner(load_policies(ROOT / "policies"), Calendars())


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """Empty books; afterwards every list must say what the facts say."""
    engine = open_engine(database_url)
    upgrade(engine)
    found = Ledger(engine)
    yield found
    with found.reading() as books:
        assert list(differences(books)) == []
    engine.dispose()


@pytest.fixture
def reported(tmp_path: Path) -> Iterator[Books]:
    """The small ledger."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.db'}")
    upgrade(engine)
    ledger = Ledger(engine)
    ledger.transact(fill)
    with ledger.reading() as found:
        yield found
    engine.dispose()


class CheckedOnce(Letters):
    """Letters whose check is not repeated for the folder that comes with Duncan."""

    found: ClassVar[list[list[str]]] = []

    def __init__(self, templates_folder: Path) -> None:
        super().__init__(templates_folder)
        self._is_ours = templates_folder == ROOT / "templates" / "letters"

    def check(self) -> list[str]:
        """As `Letters.check`, which takes seconds, and the folder does not change meanwhile."""
        if not self._is_ours:
            return super().check()
        if not self.found:
            self.found.append(super().check())
        return self.found[0]


@pytest.fixture(autouse=True)
def _our_letters_are_checked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_checks, "Letters", CheckedOnce)


@pytest.fixture
def letters(tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with two open invoices, who can be texted."""
    with corresponding(tmp_path) as found:
        found.shop.opens(invoice("I-1"), invoice("I-2"), customers=[GRACE_WITH_PHONE])
        yield found


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Correspondence]:
    """A customer with one open invoice, who can be texted."""
    with corresponding(tmp_path) as found:
        found.shop.opens(invoice("I-1"), customers=[GRACE_WITH_PHONE])
        yield found


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Office]:
    """An office with one customer who owes an invoice that was due yesterday."""
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.db'}"))
    upgrade(ledger.engine)
    yield settled_in(ledger, tmp_path)
    ledger.engine.dispose()


@pytest.fixture
def either(ledger: Ledger, tmp_path: Path) -> Office:
    """The same office, once on SQLite and once on PostgreSQL."""
    return settled_in(ledger, tmp_path)
