"""A workshop of the test's own, on each kind of database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.activities.workshop import Workshop, workshop


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[Workshop]:
    """Activities on fresh books: the test runs once on SQLite, once on PostgreSQL."""
    with workshop(tmp_path, database_url) as found:
        yield found
