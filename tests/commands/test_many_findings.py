"""More findings than an audit holds: the first of each test are dealt with, all are counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands.audit.audit import found_in, headline
from commands.audit.commands import print_audit
from commands.audit.pack import pack_files, summary_of
from commands.audit.summary import summary_pdf
from ledger.findings import listed_findings
from settings import Settings
from tests.commands.auditing import WHOLE, answer_of, findings, kept, wired
from tests.commands.rehearsed import Rehearsed
from worker import Wiring

WRONG, HELD = 9, 4


@pytest.fixture
def settings(rehearsed: Rehearsed, tmp_path: Path) -> Settings:
    return rehearsed.copied_to(tmp_path / "home")


@pytest.fixture
def wiring(settings: Settings) -> Iterator[Wiring]:
    """Books in which nine cases say another balance than their facts."""
    wiring = wired(settings)

    def work(books: Any) -> None:  # noqa: ANN401 - books
        books.connection.exec_driver_sql(
            "UPDATE dunning_case SET balance_minor = balance_minor + 1 WHERE invoice IN"
            " (SELECT invoice FROM dunning_case ORDER BY invoice LIMIT 9)"
        )

    wiring.ledger.transact(work)
    yield wiring
    wiring.ledger.engine.dispose()


def test_the_first_are_listed_and_all_are_counted_everywhere(
    wiring: Wiring,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = answer_of(wiring)
    monkeypatch.setattr("dunning.audit.tally.MOST_HELD", HELD)
    answer = answer_of(wiring)
    print_audit(answer)
    with wiring.ledger.reading() as books:
        files = pack_files(books, settings, WHOLE, answer)
        summary = summary_of(books, WHOLE, answer)
    (test,) = [one for one in answer["tests"] if not one["passed"]]

    assert findings(answer) == findings(whole)[:HELD]
    assert (found_in(answer), test["found"], len(test["sha256_of_all"])) == (WRONG, WRONG, 64)
    assert headline(answer) == headline(whole)
    assert f"{test['id']} found {WRONG}; the first {HELD} are listed." in capsys.readouterr().out
    assert files["findings.csv"].count(b"\r\n") == 1 + HELD
    assert summary_pdf(summary, WHOLE.last).startswith(b"%PDF")


def test_what_is_not_listed_is_not_taken_for_gone(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = kept(wiring, answer_of(wiring))
    monkeypatch.setattr("dunning.audit.tally.MOST_HELD", HELD)
    after = kept(wiring, answer_of(wiring))
    with wiring.ledger.reading() as books:
        living = listed_findings(books.connection, states=("open",))

    assert (before.new, before.run.found) == (WRONG, WRONG)
    assert (after.new, after.gone, after.run.found) == (0, 0, WRONG)
    assert len(living) == WRONG
