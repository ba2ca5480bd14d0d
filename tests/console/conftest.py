"""The small ledger, made once, and the desk over it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.console.small_ledger import SmallLedger, small_ledger


@pytest.fixture(scope="session")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> SmallLedger:
    """Books that tests may read but not change."""
    return small_ledger(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def desk(ledger: SmallLedger) -> TestClient:
    """The desk over them, as a browser on this machine asks it."""
    return TestClient(ledger.app(), base_url="http://127.0.0.1", raise_server_exceptions=False)
