from __future__ import annotations

import threading

import pytest

from tests.commands.rehearsed import Rehearsed, rehearse_sample


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
