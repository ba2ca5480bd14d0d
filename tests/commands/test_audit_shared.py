"""The same audit, however many processes read and whichever database keeps the books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlmodel import SQLModel

from commands.audit.audit import audit
from commands.audit.pack import write_pack
from commands.audit.shares import shared_audit
from commands.audit.verifying import verify_pack
from commands.audit.weekly import weekly_audit
from ledger.engine import open_engine
from ledger.rows import chunks
from ledger.schema import upgrade
from ledger.seals import broken_seals
from settings import Settings
from tests.commands.auditing import answer_of, wired
from tests.commands.rehearsed import Rehearsed
from tests.commands.test_audit import WHOLE
from tests.commands.test_weekly_audit import NOW
from tests.servers.postgres import fresh_database
from worker import Wiring, wire


@pytest.fixture
def on_postgres(rehearsed: Rehearsed, tmp_path: Path, postgres_url: str) -> Iterator[Settings]:
    """The rehearsed installation with its books moved to PostgreSQL, row by row."""
    settings = rehearsed.copied_to(tmp_path / "home")
    with fresh_database(postgres_url) as url:
        source, target = open_engine(settings.books_url), open_engine(url)
        upgrade(target)
        _move(source, target)
        source.dispose()
        target.dispose()
        yield settings.model_copy(update={"database_url": url})


def _move(source: Engine, target: Engine) -> None:
    with source.connect() as books, target.begin() as others:
        for moved in SQLModel.metadata.sorted_tables:
            for some in chunks(books.execute(select(moved)).mappings()):
                others.execute(insert(moved), [dict(row) for row in some])
        # What is recorded there goes on counting where the copy ends.
        others.execute(text("SELECT setval('fact_id_seq', (SELECT max(id) FROM fact))"))


def told(wiring: Wiring) -> str:
    """The whole answer of one process, as it is printed."""
    return json.dumps(audit(wiring.ledger, wiring.planner, WHOLE, lambda _: None))


def test_postgres_and_sqlite_give_the_same_bytes(
    rehearsed: Rehearsed, on_postgres: Settings
) -> None:
    here, there = wire(rehearsed.settings), wire(on_postgres)
    answers = told(here), told(there)
    for one in (here, there):
        one.ledger.engine.dispose()

    assert answers[0] == answers[1]
    assert '"invoices": 0' not in answers[0]


@pytest.mark.slow
def test_processes_on_postgres_read_one_moment_and_give_the_same_bytes(
    on_postgres: Settings,
) -> None:
    wiring = wire(on_postgres)
    alone, shared = told(wiring), shared_audit(wiring, on_postgres, WHOLE, lambda _: None, 2)
    wiring.ledger.engine.dispose()

    assert json.dumps(shared) == alone


@pytest.mark.slow
def test_three_processes_give_the_same_bytes_as_one(rehearsed: Rehearsed) -> None:
    wiring = wire(rehearsed.settings)
    shared = shared_audit(wiring, rehearsed.settings, WHOLE, lambda _: None, 3)
    alone = told(wiring)
    wiring.ledger.engine.dispose()

    assert json.dumps(shared) == alone


@pytest.mark.slow
def test_evidence_and_the_weekly_audit_are_the_same_on_postgres(
    rehearsed: Rehearsed, on_postgres: Settings, tmp_path: Path
) -> None:
    packs, weekly = list[Path](), list[str]()
    elsewhere = rehearsed.copied_to(tmp_path / "here")
    for number, settings in enumerate((elsewhere, on_postgres)):
        wiring = wired(settings)
        packs.append(tmp_path / f"{number}.zip")
        write_pack(wiring, settings, WHOLE, answer_of(wiring), packs[-1])
        weekly.append(weekly_audit(wiring, settings, NOW))
        with wiring.ledger.reading() as books:
            assert list(broken_seals(books)) == []
        wiring.ledger.engine.dispose()
    verdict = verify_pack(packs[1])

    assert packs[0].read_bytes() == packs[1].read_bytes()
    assert verdict.ok, verdict.problem
    assert (verdict.facts > 0, verdict.streams > 50, verdict.kinds > 2) == (True, True, True)
    assert weekly[0] == weekly[1]
    assert "0 findings, kept as R0001" in weekly[1]
