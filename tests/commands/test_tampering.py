"""Facts that somebody changed or took away behind the books' back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from tests.commands.auditing import answer_of, findings, kept, one_case_wrong, tamper, wired
from tests.commands.rehearsed import Rehearsed
from worker import Wiring


@pytest.fixture
def settings(rehearsed: Rehearsed, tmp_path: Path) -> Settings:
    return rehearsed.copied_to(tmp_path / "home")


@pytest.fixture
def wiring(settings: Settings) -> Iterator[Wiring]:
    """An installation with a history."""
    wiring = wired(settings)
    yield wiring
    wiring.ledger.engine.dispose()


COLUMNS = {
    "stream": "stream = 'invoice:X-1'",
    "number": "number = number + 900",
    "kind": "kind = 'handed_over'",
    "body": "body = body || ' '",
    "recorded_at": "recorded_at = '2026-05-05 05:05:05.000000'",
    "by": "\"by\" = 'nobody'",
    "previous_hash": "previous_hash = 'x'",
    "hash": "hash = 'x'",
    "id": "id = id + 900000",
}


@pytest.mark.parametrize("column", COLUMNS)
def test_tampering_with_any_column_of_a_fact_is_found(
    wiring: Wiring, settings: Settings, column: str
) -> None:
    kept(wiring, answer_of(wiring))
    middle = "id = (SELECT max(id) / 2 FROM fact)"
    changed = tamper(settings, f"UPDATE fact SET {COLUMNS[column]} WHERE {middle}")  # noqa: S608

    assert changed == 1
    assert findings(answer_of(wiring), "A26")


@pytest.mark.parametrize(
    "which",
    [
        "id = (SELECT max(id) FROM fact WHERE stream LIKE 'invoice:%')",
        "id = (SELECT max(id) / 2 FROM fact)",
        "stream = (SELECT min(stream) FROM fact WHERE stream LIKE 'payment:%')",
        "stream <> 'audit:runs' AND id > (SELECT max(id) - 20 FROM fact)",
    ],
)
def test_taking_facts_away_is_found_at_the_end_of_a_stream_too(
    wiring: Wiring, settings: Settings, which: str
) -> None:
    kept(wiring, answer_of(wiring))
    assert not findings(answer_of(wiring))
    assert tamper(settings, f"DELETE FROM fact WHERE {which}") >= 1  # noqa: S608
    codes = {one["code"] for one in findings(answer_of(wiring), "A26")}

    assert "SEAL" in codes


def test_what_was_recorded_after_the_last_kept_audit_has_no_witness_yet(
    wiring: Wiring, settings: Settings
) -> None:
    kept(wiring, answer_of(wiring))
    one_case_wrong(wiring.ledger)
    recorded = kept(wiring, answer_of(wiring))
    with sqlite3.connect(settings.home / "books.db") as connection:
        newest = connection.execute("SELECT max(id) FROM fact").fetchone()[0]
    connection.close()

    assert recorded.run.sealed_to < newest
