"""The small ledger, made once, and the desk over it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from httpx import AsyncClient

from tests.console.small_ledger import SmallLedger, small_ledger
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
