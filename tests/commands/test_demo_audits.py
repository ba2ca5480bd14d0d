"""A demo begins with audits that were kept, and with one finding to look into."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select

from commands.sample.audits import keep_audits
from ledger.findings import listed_findings, listed_runs
from ledger.tables import CaseRow, table
from tests.commands.auditing import wired
from tests.commands.rehearsed import AFTER_ALL, Rehearsed

CASE = table(CaseRow)


def test_every_month_has_an_audit_and_the_last_one_found_a_pause(
    rehearsed: Rehearsed, tmp_path: Path
) -> None:
    wiring = wired(rehearsed.copied_to(tmp_path / "home"))
    with wiring.ledger.reading() as books:
        first = books.connection.execute(select(func.min(CASE.c.issue_date))).scalar_one()
    kept = keep_audits(wiring, first, AFTER_ALL)
    with wiring.ledger.reading() as books:
        runs = listed_runs(books.connection)
        (finding,) = listed_findings(books.connection)
    wiring.ledger.engine.dispose()

    assert kept == len(runs) > 2
    assert [run["found"] for run in runs] == [*[0] * (kept - 1), 1]
    assert all(one["last"] < next_["first"] for one, next_ in pairwise(runs))
    assert (finding["test"], finding["state"]) == ("A17", "open")
