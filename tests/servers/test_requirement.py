from __future__ import annotations

import pytest
from _pytest.outcomes import Failed, Skipped

from tests.servers.requirement import lacking


def test_what_is_missing_is_skipped_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_REQUIRE", "postgres")

    with pytest.raises(Skipped, match="browser: no Chromium"):
        lacking("browser", "no Chromium")


def test_what_is_missing_but_required_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_REQUIRE", "browser, postgres")

    with pytest.raises(Failed, match="DUNCAN_REQUIRE asks for postgres: none here"):
        lacking("postgres", "none here")
