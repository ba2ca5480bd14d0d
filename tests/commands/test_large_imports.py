from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from activities.planning import Planner
from commands.imports import imports
from ledger.ledger import Ledger
from tests.commands.coming_in import NOW

HEAD = "invoice,customer,currency,amount,issue_date,due_date"


def test_the_database_counts_anew_after_many_rows(
    ledger: Ledger, planner: Planner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    monkeypatch.setattr(imports, "MANY_ROWS", 3)
    rooms = SimpleNamespace(ledger=ledger, planner=planner)
    for rows in (2, 3):
        file = tmp_path / f"{rows}.csv"
        lines = [f"{rows}-{one},C-1,EUR,5.00,2026-01-01,2026-02-01" for one in range(rows)]
        file.write_text("\n".join([HEAD, *lines]))
        monkeypatch.setattr(imports, "count_anew", lambda _, rows=rows: counted.append(rows))
        for dry_run in (True, False):
            imports.import_into(rooms, "invoices", file, None, "import", NOW, dry_run=dry_run)

    assert counted == [3]
