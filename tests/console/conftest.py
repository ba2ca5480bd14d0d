"""The small ledger, made once, and the desk over it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from httpx import AsyncClient

from commands.people import passwords
from tests.console.busy_books import made_busy
from tests.console.small_ledger import SmallLedger, small_ledger
from tests.console.team import Team, copy_of, team_over
from tests.console.visiting import visiting


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> SmallLedger:
    """Books that tests may read but not change."""
    return small_ledger(tmp_path_factory.mktemp("desk"))


@pytest_asyncio.fixture
async def desk(ledger: SmallLedger) -> AsyncIterator[AsyncClient]:
    """The desk over them, as a browser on this machine asks it."""
    async with visiting(ledger.app()) as desk:
        yield desk


@pytest.fixture
def team(ledger: SmallLedger, tmp_path: Path) -> Iterator[Team]:
    """Books of the test's own, with one person of each role."""
    found = team_over(ledger, tmp_path / "home")
    yield found
    found.books.wiring.ledger.engine.dispose()


@pytest_asyncio.fixture(scope="session")
async def busy_home(ledger: SmallLedger, tmp_path_factory: pytest.TempPathFactory) -> SmallLedger:
    """Books in which something of everything waits; they are not to be changed."""
    found = team_over(ledger, tmp_path_factory.mktemp("busy") / "home")
    await made_busy(found)
    return found.books


@pytest.fixture
def busy(busy_home: SmallLedger, tmp_path: Path) -> Iterator[Team]:
    """The same, of the test's own, with the team."""
    found = Team(copy_of(busy_home, tmp_path / "busy"))
    yield found
    found.books.wiring.ledger.engine.dispose()


@pytest.fixture(autouse=True)
def _passwords_are_hashed_in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hash is slow on purpose; its strength is the library's own to test."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(1, 8, 1))
