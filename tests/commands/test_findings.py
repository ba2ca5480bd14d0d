"""Findings from the audit that found them until a second person accepted them, or they are gone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from commands.audit.finding_actions import FindingActions
from commands.audit.finding_answers import finding_answer, finding_row, findings_table, trend
from commands.audit.recording import Recorded, record_audit
from commands.reports.csv_file import write_csv
from dunning.may import NotAllowed
from ledger.findings import finding_facts, known_finding, known_findings, listed_findings
from ledger.ledger import Ledger
from ledger.rebuild import differences
from ledger.seals import broken_seals
from settings import Settings
from starter import app
from tests.commands.auditing import (
    WHOLE,
    answer_of,
    findings,
    kept,
    one_case_wrong,
    wired,
)
from tests.commands.rehearsed import AFTER_ALL, LAST, Rehearsed
from worker import Wiring

LATER = AFTER_ALL + timedelta(days=3)


@pytest.fixture
def settings(rehearsed: Rehearsed, tmp_path: Path) -> Settings:
    return rehearsed.copied_to(tmp_path / "home")


@pytest.fixture
def wiring(settings: Settings) -> Iterator[Wiring]:
    """An installation with a history; afterwards every list says what the facts say."""
    wiring = wired(settings)
    yield wiring
    wiring.ledger.engine.dispose()


def by(wiring: Wiring, name: str, now: datetime = LATER) -> FindingActions:
    return FindingActions(wiring.ledger, name, now)


def found_one(wiring: Wiring) -> tuple[str, Recorded]:
    """One case of the list is wrong, and an audit that found it was kept."""
    one_case_wrong(wiring.ledger)
    answer = answer_of(wiring)
    recorded = kept(wiring, answer)
    (one,) = findings(answer)
    return one["id"], recorded


def test_a_finding_lives_until_a_second_person_accepts_it(wiring: Wiring) -> None:
    name, recorded = found_one(wiring)
    by(wiring, "ada").explain(name, "the import was broken")
    with pytest.raises(NotAllowed, match="somebody else has to accept it"):
        by(wiring, "Ada ").accept(name)
    accepted = by(wiring, "bea").accept(name, "agreed")
    with wiring.ledger.reading() as books:
        kinds = [fact.kind for fact in finding_facts(books, name)]
        told = finding_answer(books, name, LATER.date())
        assert not [one for one in differences(books) if one.table in ("finding", "audit_run")]

    assert (recorded.new, recorded.gone) == (1, 0)
    assert accepted.state == "accepted"
    assert (told["owner"], told["explanation"]) == ("controller", "the import was broken")
    assert kinds == [
        "finding_found",
        "finding_explained",
        "finding_acceptance_refused",
        "finding_accepted",
    ]


def test_what_is_found_again_is_not_found_anew(wiring: Wiring) -> None:
    found_one(wiring)
    again = kept(wiring, answer_of(wiring))

    assert (again.new, again.again, again.gone) == (0, 0, 0)
    assert again.run.run == "R0002"


def test_what_a_later_audit_does_not_find_is_gone_and_kept(wiring: Wiring) -> None:
    name, _ = found_one(wiring)
    wiring.ledger.transact(
        lambda books: books.connection.exec_driver_sql(
            "UPDATE dunning_case SET balance_minor = balance_minor - 1"
            " WHERE invoice = (SELECT min(invoice) FROM dunning_case)"
        )
    )
    mended = kept(wiring, answer_of(wiring))
    one_case_wrong(wiring.ledger)
    back = kept(wiring, answer_of(wiring))
    with wiring.ledger.reading() as books:
        known = known_finding(books, name)

    assert (mended.gone, back.again) == (1, 1)
    assert (known.state, known.reopened, known.found.run) == ("open", 1, "R0003")


def test_only_people_answer_for_findings_and_say_why(wiring: Wiring) -> None:
    name, _ = found_one(wiring)
    wrong: tuple[Callable[[], object], ...] = (
        lambda: by(wiring, "duncan").explain(name, "because"),
        lambda: by(wiring, " ").explain(name, "because"),
        lambda: by(wiring, "ada").explain(name, " "),
        lambda: by(wiring, "ada").remediate(name, ""),
        lambda: by(wiring, "ada").reopen(name, ""),
        lambda: by(wiring, "ada").assign(name),
        lambda: by(wiring, "ada").accept(name),
        lambda: by(wiring, "ada").explain("nothing", "because"),
    )
    for act in wrong:
        with pytest.raises(NotAllowed):
            act()


def test_a_finding_changes_hands(wiring: Wiring) -> None:
    name, _ = found_one(wiring)
    day = LATER.date() + timedelta(days=40)
    by(wiring, "eve").assign(name, "ada", day, "you know the import")
    with wiring.ledger.reading() as books:
        mine = listed_findings(books.connection, owner="ada")

    assert [(one["finding"], one["due"]) for one in mine] == [(name, day)]


def test_the_trend_counts_by_month(wiring: Wiring) -> None:
    name, _ = found_one(wiring)
    by(wiring, "ada").explain(name, "the import was broken")
    by(wiring, "bea", AFTER_ALL + timedelta(days=40)).accept(name)
    with wiring.ledger.reading() as books:
        known = list(known_findings(books, [name]).values())
    july, august = trend(known, date(2026, 8, 31))

    assert (july["found"], july["open"], july["overdue"], july["closed"]) == (1, 1, 1, 0)
    assert (august["open"], august["closed"], august["mean_days_to_close"]) == (0, 1, 40.0)
    assert trend([], LAST) == []


def test_a_list_can_be_written_as_a_table(wiring: Wiring, tmp_path: Path) -> None:
    name, _ = found_one(wiring)
    with wiring.ledger.reading() as books:
        rows = [finding_row(known_finding(books, name), LATER.date())]
    write_csv(findings_table(rows, LATER.date()), tmp_path / "findings.csv")

    assert name in (tmp_path / "findings.csv").read_text("utf-8-sig")


def test_an_audit_needs_a_name_to_be_kept(wiring: Wiring) -> None:
    with pytest.raises(NotAllowed, match="Say who keeps"):
        kept(wiring, answer_of(wiring), by=" ")


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[int, Any]:
    """A command's exit code and JSON answer."""
    monkeypatch.setattr("settings.read_settings", lambda: settings)
    result = CliRunner().invoke(app, [*words, "--json", "-"])
    return result.exit_code, json.loads(result.output) if result.output[:1] == "{" else None


def test_the_commands_lead_through_a_finding(
    settings: Settings, wiring: Wiring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    invoice = one_case_wrong(wiring.ledger)
    days = ("--from", str(WHOLE.first), "--to", str(LAST))
    pack = str(tmp_path / "pack.zip")
    keep = ("--record", "--by", "eve", "--pack", pack)
    code, answer = run(settings, monkeypatch, "audit", *days, *keep)
    _, listed = run(settings, monkeypatch, "findings", "--state", "open")
    name = next(one["finding"] for one in listed["findings"] if one["invoice"] == invoice)
    run(settings, monkeypatch, "findings", "explain", name, "--by", "ada", "--note", "why")
    _, told = run(settings, monkeypatch, "findings", "accept", name, "--by", "bea")
    _, months = run(settings, monkeypatch, "findings", "trend")
    verified, verdict = run(settings, monkeypatch, "audit", "verify", pack)

    assert code == 1
    assert name in {one["id"] for one in findings(answer)}
    assert told["state"] == "accepted"
    assert months["months"][-1]["closed"] == 1
    assert (verified, verdict["ok"]) == (0, True)
    assert datetime.fromisoformat(told["facts"][0]["at"]).tzinfo is not None
    assert run(settings, monkeypatch, "audit")[0] == 2


def test_audits_are_kept_the_same_way_on_both_databases(ledger: Ledger) -> None:
    one = {"id": "f1", "test": "A09", "code": "PAID", "invoice": "I-1", "customer": "C-1"}
    one |= {"since": str(LAST), "subject": "reminder", "detail": "=paid before", "link": ""}
    test = {"id": "A09", "title": "", "passed": False, "checked": 1, "findings": [one]}
    days = {"from": str(WHOLE.first), "to": str(LAST)}
    counts = {"population": {"invoices": 1, "touches": 1, "customers": 1}, "score": {"late": 0}}
    record_audit(ledger, {**days, **counts, "tests": [test]}, "eve", AFTER_ALL)
    acting = FindingActions(ledger, "ada", LATER)
    acting.remediate("f1", "apologised")
    with pytest.raises(NotAllowed):
        acting.accept("f1")
    FindingActions(ledger, "bea", LATER).accept("f1")
    passed = {**test, "passed": True, "findings": []}
    later = record_audit(ledger, {**days, **counts, "tests": [passed]}, "eve", LATER)
    with ledger.reading() as books:
        known = known_finding(books, "f1")
        assert list(broken_seals(books)) == []

    assert (known.state, known.refusals, known.found.severity) == ("accepted", 1, "high")
    assert later.gone == 0
