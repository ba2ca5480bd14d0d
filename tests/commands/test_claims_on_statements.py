"""Claims on statements of account: beside a balance that they do not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from commands.reports.statement import (
    Statement,
    statement_answer,
    statement_document,
    statement_of,
    statement_table,
)
from commands.reports.statement_claims import with_claims
from dunning.interest_policy import InterestRules
from tests.activities.workshop import Workshop, workshop
from tests.cast import day, eur
from tests.commands.test_claims import GERMAN, claims, desk


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    with workshop(tmp_path) as found:
        yield found


def on_statement(shop: Workshop, until: date, *, wanted: bool | None = None) -> Statement:
    planner = shop.wiring.planner
    with shop.wiring.ledger.reading() as books:
        bare = statement_of(books, "C-1", until)
        return with_claims(books, planner.policies, bare, wanted=wanted)


def test_a_statement_shows_claims_beside_a_balance_that_they_do_not_change(shop: Workshop) -> None:
    claims(shop, replace(GERMAN, claim="statement_only"), debtor="business")
    desk(shop).raise_claims("I-1", day(30))
    desk(shop).claim_paid("I-1", "I-1:k2", Decimal(15), day(35))
    then, later = on_statement(shop, day(34)), on_statement(shop, day(35))
    before = on_statement(shop, day(29))
    table = statement_table(later)
    printed = statement_document(later, shop.wiring.planner.policies)

    assert [one["amount"] for one in statement_answer(then)["claims"]] == ["12.66", "40.00"]
    assert [one["amount"] for one in statement_answer(later)["claims"]] == ["12.66", "25.00"]
    assert before.claims == ()
    assert [one.claim.open for one in on_statement(shop, day(35), wanted=False).claims] == []
    assert statement_answer(later)["aging"][0]["total"] == "1500.00"
    assert dict(table.control)["claimed beside the balance EUR"] == Decimal("37.66")
    assert [row[0] for row in table.rows] == ["invoice", "interest claimed", "fixed sum claimed"]
    assert [one.amount for one in printed.claims] == [eur("12.66"), eur("25.00")]


def test_a_policy_that_claims_nothing_keeps_them_off_unless_asked_for(shop: Workshop) -> None:
    claims(shop, replace(GERMAN, claim="statement_only"), debtor="business")
    desk(shop).raise_claims("I-1", day(30))
    planner = shop.wiring.planner
    silent = {
        name: replace(one, interest=InterestRules())
        for name, one in planner.policies.policies.items()
    }
    under = planner.under(replace(planner.policies, policies=silent))
    shop.wiring = replace(shop.wiring, planner=under)

    assert on_statement(shop, day(31)).claims == ()
    assert len(on_statement(shop, day(31), wanted=True).claims) == 2
