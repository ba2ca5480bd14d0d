"""The worked figures of the shared data; without them the tests that need them are skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

_FILE = Path(__file__).parents[4] / "shared" / "data" / "test_vectors.json"

needs_vectors = pytest.mark.skipif(
    not _FILE.exists(), reason="no shared data: ../shared/data/test_vectors.json"
)


def vectors() -> dict[str, Any]:
    """All of them; empty where there are none."""
    found: dict[str, Any] = json.loads(_FILE.read_text("utf-8")) if _FILE.exists() else {}
    return found
