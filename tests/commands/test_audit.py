"""`duncan audit` over a rehearsed ledger: clean as played, and loud about what was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from activities.conditions import Watch
from activities.planning import Planner
from commands.audit.audit import Scope, audit, found_in, headline
from commands.audit.commands import print_audit
from commands.audit.shares import shared_audit, shares_for
from commands.doctor.finding import DoctorContext
from dunning.audit.finding import TITLES
from ledger.tables import CaseRow, ImportRow, table
from tests.commands.rehearsed import AFTER_ALL, LAST, Rehearsed
from worker import wire

CASE = table(CaseRow)
_WITHOUT_ONE = "DELETE FROM dunning_case WHERE invoice = (SELECT min(invoice) FROM dunning_case)"
WHOLE = Scope(date(2026, 4, 1), LAST, AFTER_ALL)


def audited(ctx: DoctorContext, planner: Planner, scope: Scope = WHOLE) -> dict[str, Any]:
    """The audit's answer."""
    return audit(ctx.ledger, planner, scope, lambda _: None)


def test_the_rehearsed_ledger_followed_its_policy(ctx: DoctorContext, planner: Planner) -> None:
    answer = audited(ctx, planner)

    assert [one for test in answer["tests"] for one in test["findings"]] == []
    assert answer["score"]["on_time"] > 50
    assert answer["population"]["touches"] > 50
    assert headline(answer).startswith("Yes, the policy was followed")


def test_the_answer_keeps_to_the_contract(ctx: DoctorContext, planner: Planner) -> None:
    answer = audited(ctx, planner)
    keys = {"id", "title", "passed", "checked", "findings"}

    assert {"from", "to", "population", "tests", "score"} <= answer.keys()
    assert answer["population"].keys() == {"invoices", "touches", "customers"}
    assert {"on_time", "late", "explained", "missed", "extra"} <= answer["score"].keys()
    assert [test["id"] for test in answer["tests"]] == list(TITLES)
    for test in answer["tests"]:
        assert keys <= test.keys()
        assert test["checked"] or test["reason"]


def test_the_same_again_gives_the_same_bytes(ctx: DoctorContext, planner: Planner) -> None:
    first, second = (json.dumps(audited(ctx, planner)) for _ in range(2))

    assert first == second


@pytest.mark.slow
def test_processes_that_share_the_customers_give_the_same_bytes(
    ctx: DoctorContext, planner: Planner
) -> None:
    wiring = wire(ctx.settings)
    shared = shared_audit(wiring, ctx.settings, WHOLE, lambda _: None, 2)
    alone = audit(wiring.ledger, wiring.planner, WHOLE, lambda _: None)
    wiring.ledger.engine.dispose()

    assert json.dumps(shared) == json.dumps(alone)
    assert shared["population"] == audited(ctx, planner)["population"]
    assert (shares_for(10), shares_for(1_000_000) >= 1) == (1, True)


def test_a_rehearsal_carries_its_audit(rehearsed: Rehearsed) -> None:
    part = rehearsed.report["audit"]

    assert part["findings"] == []
    assert part["tests"].keys() == TITLES.keys()
    assert part["tests"]["A09"] == {"passed": True, "checked": part["tests"]["A10"]["checked"]}


@pytest.mark.parametrize(
    ("statement", "test"),
    [
        ("UPDATE dunning_case SET balance_minor = balance_minor + 1", "A02"),
        ("UPDATE message SET content_hash = '0'", "A20"),
        ("UPDATE message SET state = 'unknown'", "A27"),
        (
            "DELETE FROM dunning_case WHERE due_date = (SELECT min(due_date) FROM dunning_case)",
            "A01",
        ),
        ("UPDATE message_item SET amount_minor = amount_minor + 1", "A16"),
    ],
)
def test_what_was_changed_in_the_lists_is_found(
    ctx: DoctorContext, planner: Planner, statement: str, test: str
) -> None:
    ctx.ledger.transact(lambda books: books.connection.execute(text(statement)))
    answer = audited(ctx, planner)

    assert test in {one["id"] for one in answer["tests"] if not one["passed"]}
    assert headline(answer).startswith("No, not everywhere")


def test_findings_lead_to_the_case(
    ctx: DoctorContext, planner: Planner, capsys: pytest.CaptureFixture[str]
) -> None:
    invoice = ctx.ledger.transact(
        lambda books: books.connection.execute(
            text("SELECT min(invoice) FROM dunning_case")
        ).scalar()
    )
    amount = update(CASE).where(CASE.c.invoice == invoice).values(balance_minor=7)
    ctx.ledger.transact(lambda books: books.connection.execute(amount))
    answer = audited(ctx, planner)
    (found,) = (one for test in answer["tests"] for one in test["findings"])
    print_audit(answer)
    printed = capsys.readouterr().out

    assert found_in(answer) == 1
    assert (found["test"], found["invoice"]) == ("A02", invoice)
    assert found["link"] == f"/invoices/{invoice}"
    assert found["id"] in printed
    assert printed.startswith("No, not everywhere: one thing was found by one test")


def test_books_that_are_watched_for_imports_are_audited_too(
    ctx: DoctorContext, planner: Planner
) -> None:
    policies = planner.policies
    ours = planner.calendars.calendar_of(policies.entity(""), LAST.year)
    watched = replace(planner, watch=Watch(policies.sending, ours))
    kept: dict[str, Any] = {"kind": "invoices", "file": "open.csv", "sha256": "", "by": "import"}
    kept |= {"rows": 1, "accepted": 0, "updated": 0, "unchanged": 1, "rejected": 0}
    at = datetime(2026, 6, 1, 6, tzinfo=UTC)
    row = insert(table(ImportRow)).values(**kept, imported_at=at)

    assert found_in(audited(ctx, watched)) == 0
    ctx.ledger.transact(lambda books: books.connection.execute(row))
    told = {one["id"]: one for one in audited(ctx, watched)["tests"]}
    assert (told["A03"]["checked"], told["A03"]["passed"]) == (1, True)
    assert {one["since"] >= "2026-06-02" for one in told["A30"]["findings"]} == {True}


def test_a_day_without_anything_is_said_so(ctx: DoctorContext, planner: Planner) -> None:
    early = Scope(date(2020, 1, 1), date(2020, 1, 2), AFTER_ALL)

    assert headline(audited(ctx, planner, early)).startswith("There was nothing to audit")
