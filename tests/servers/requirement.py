"""What a machine lacks is a visible skip, or an error where DUNCAN_REQUIRE names it."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str, reason: str) -> NoReturn:
    """Skip the test with the reason; fail it when DUNCAN_REQUIRE (browser,postgres) names it."""
    if what in os.environ.get("DUNCAN_REQUIRE", "").replace(" ", "").split(","):
        pytest.fail(f"DUNCAN_REQUIRE asks for {what}: {reason}", pytrace=False)
    pytest.skip(f"{what}: {reason}")
