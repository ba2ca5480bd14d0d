"""What the engine says otherwise than the books is a finding with a life, like any other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from commands.audit.audit import headline
from commands.audit.finding_actions import FindingActions
from commands.audit.finding_answers import finding_row
from commands.audit.pack import pack_findings
from commands.audit.recording import record_audit
from ledger.findings import known_finding
from ledger.ledger import Ledger
from tests.commands.auditing import WHOLE
from tests.commands.rehearsed import AFTER_ALL, LAST

LATER = AFTER_ALL + timedelta(days=3)


def engine_answer(engine: dict[str, Any]) -> dict[str, Any]:
    """The answer of an audit that found nothing in the books."""
    days = {"from": str(WHOLE.first), "to": str(LAST)}
    counts = {"population": {"invoices": 1, "touches": 1, "customers": 1}, "score": {"late": 0}}
    return {**days, **counts, "tests": [], "engine": engine}


def disagreement() -> dict[str, Any]:
    one = {"id": "e1", "test": "E03", "code": "ENGINE", "invoice": "I-1", "customer": "C-1"}
    one |= {"since": str(LAST), "subject": "a", "detail": "no activity did it", "link": ""}
    return {"id": "E03", "title": "", "passed": False, "checked": 1, "findings": [one]}


def test_what_the_engine_says_otherwise_is_a_finding_like_any_other(ledger: Ledger) -> None:
    since, agrees = f"{WHOLE.first}T00:00:00+00:00", disagreement() | {"findings": []}
    found = engine_answer({"asked": True, "since": since, "tests": [disagreement()]})
    first = record_audit(ledger, found, "eve", AFTER_ALL)
    unasked = record_audit(ledger, engine_answer({"asked": False}), "eve", LATER)
    forgot = engine_answer({"asked": True, "since": "2099-01-01T00:00:00+00:00", "tests": [agrees]})
    forgotten = record_audit(ledger, forgot, "eve", LATER + timedelta(hours=1))
    FindingActions(ledger, "ada", LATER).explain("e1", "restored from a copy")
    with ledger.reading() as books:
        shown = finding_row(known_finding(books, "e1"), LAST)
        packed = [one["finding"] for one in pack_findings(books, found)]
    asked = engine_answer({"asked": True, "since": since, "tests": [agrees]})
    last = record_audit(ledger, asked, "eve", LATER + timedelta(hours=2))

    assert (first.run.found, first.run.failed, first.new) == (1, 1, 1)
    assert (unasked.gone, forgotten.gone, last.gone) == (0, 0, 1)
    assert (shown["state"], shown["severity"]) == ("explained", "high")
    assert shown["owner"] == "controller"
    assert shown["title"].startswith("Every message the books claim")
    assert packed == ["e1"]
    assert "disagree once" in headline(found)
