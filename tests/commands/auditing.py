"""Audits of a copy of the rehearsed ledger, and books that somebody tampered with."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from commands.audit.audit import Scope, audit
from commands.audit.recording import Recorded, record_audit
from ledger.ledger import Ledger
from settings import Settings
from tests.commands.rehearsed import AFTER_ALL, LAST
from worker import Wiring, wire

FIRST = date(2026, 4, 1)
WHOLE = Scope(FIRST, LAST, AFTER_ALL)


def wired(settings: Settings) -> Wiring:
    """The installation as the rehearsal left it: nobody watches for imports."""
    wiring = wire(settings)
    return replace(wiring, planner=replace(wiring.planner, watch=None))


def answer_of(wiring: Wiring, scope: Scope = WHOLE) -> dict[str, Any]:
    """The audit's answer."""
    return audit(wiring.ledger, wiring.planner, scope, lambda _: None)


def kept(wiring: Wiring, answer: Mapping[str, Any], by: str = "eve") -> Recorded:
    """The audit is kept."""
    return record_audit(wiring.ledger, answer, by, AFTER_ALL)


def findings(answer: Mapping[str, Any], test: str = "") -> list[dict[str, Any]]:
    """What was found, by one test or by all."""
    found = [one for told in answer["tests"] for one in told["findings"]]
    return [one for one in found if test in ("", one["test"])]


def tamper(settings: Settings, statement: str) -> int:
    """What somebody with the file can do; how many rows it changed."""
    with sqlite3.connect(Path(settings.home) / "books.db") as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS fact_refuses_{verb}")
        changed = connection.execute(statement).rowcount
    connection.close()
    return changed


def one_case_wrong(ledger: Ledger) -> str:
    """One case of the list says another balance than its facts; its number."""

    def work(books: Any) -> str:  # noqa: ANN401 - books
        connection = books.connection
        found = connection.exec_driver_sql("SELECT min(invoice) FROM dunning_case").scalar()
        connection.exec_driver_sql(
            f"UPDATE dunning_case SET balance_minor = balance_minor + 1 WHERE invoice = '{found}'"  # noqa: S608
        )
        return str(found)

    return ledger.transact(work)
