from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from activities.letters import Letters
from activities.planning import Planner
from commands.reports.csv_file import write_csv
from commands.reports.kpis import kpi_answer, kpi_table
from commands.reports.money import LossMatrix
from commands.reports.statement import (
    statement_answer,
    statement_document,
    statement_of,
    statement_table,
)
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.books import Books
from settings import ROOT
from tests.commands.reporting import DAY, csv_rows


def test_a_statement_lists_items_credits_and_unapplied_cash(
    reported: Books, tmp_path: Path
) -> None:
    statement = statement_of(reported, "C-1", DAY)
    answer = statement_answer(statement)
    write_csv(statement_table(statement), tmp_path / "s.csv")
    rows = csv_rows(tmp_path / "s.csv")

    assert [(one["invoice"], one["open"], one["days_past_due"]) for one in answer["items"]] == [
        ("I-1", "800.00", 59),
        ("I-2", "5000", 0),
    ]
    assert answer["unapplied"] == [
        {
            "payment": "P-1",
            "kind": "payment",
            "on": "2026-02-15",
            "currency": "EUR",
            "amount": "100.00",
        }
    ]
    assert [(one["currency"], one["total"]) for one in answer["aging"]] == [
        ("EUR", "700.00"),
        ("JPY", "5000"),
    ]
    assert [row[0] for row in rows[1:]] == ["invoice", "invoice", "unapplied payment"]
    assert rows[3][9] == "-100.00"


def test_a_statement_is_printed_with_aging_and_bank_details(
    reported: Books, planner: Planner
) -> None:
    document = statement_document(statement_of(reported, "C-1", DAY), planner.policies)
    pdf = Letters(ROOT / "templates" / "letters").documents.printer.statement_pdf(document)

    assert pdf.startswith(b"%PDF")
    assert document.number == "20260331-C-1"
    assert document.unapplied == (Money(10_000, "EUR"),)
    assert [item.to_pay.minor for item in document.items] == [60_000, 5_000]


def test_a_statement_as_of_an_earlier_day_says_what_was_open_then(reported: Books) -> None:
    assert [
        one.balance.minor for one in statement_of(reported, "C-1", date(2026, 2, 14)).items
    ] == [120_000]
    assert [
        one.balance.minor for one in statement_of(reported, "C-1", date(2026, 2, 15)).items
    ] == [80_000]


def test_a_statement_of_several_entities_names_one_bank_account_only(
    reported: Books, planner: Planner
) -> None:
    policies = planner.policies
    other = replace(policies.entity("demo"), name="other")
    several = replace(policies, entities={**policies.entities, "other": other})
    statement = statement_of(reported, "C-1", DAY)
    items = (statement.items[0], replace(statement.items[1], entity="other"))

    with pytest.raises(NotAllowed, match="--entity"):
        statement_document(replace(statement, items=items), several)


def test_nobody_has_no_statement(reported: Books) -> None:
    with pytest.raises(NotAllowed, match="no customer C-9"):
        statement_of(reported, "C-9", DAY)


def test_key_figures_say_which_form_they_have(reported: Books, planner: Planner) -> None:
    matrix = LossMatrix(tuple(Decimal(rate) / 100 for rate in (1, 2, 3, 4, 5)))
    answer = kpi_answer(reported, planner, date(2026, 1, 1), DAY, matrix)
    euros, yen = answer["currencies"]

    assert (euros["beginning"], euros["sales"], euros["ending"]) == ("0.00", "1500.00", "1100.00")
    assert euros["dso"] == {
        "simple": "66.00",
        "count_back": "79.67",
        "best_possible": "0.00",
        "add": "66.00",
    }
    assert euros["cei"]["period"] == "26.67"
    assert euros["days_to_pay"] == "45.00"
    assert euros["days_beyond_terms"] == "15.00"
    assert euros["expected"]["by_promise"]["7_days"] == "300.00"
    assert euros["provision"]["31-60"] == "24.00"
    assert euros["provision"]["1-30"] == "6.00"
    assert yen["sales"] == "5000"
    assert answer["contact"]["overdue_customers"] == 2
    assert answer["contact"]["coverage_percent"] == "0.00"
    assert "half up" in answer["rounding"]
    assert answer["forms"]["cei.monthly"].startswith("CRF form")
    assert ["dso.simple", "EUR", Decimal("66.00")] in [
        list(row)[:3] for row in kpi_table(answer).rows
    ]


def test_a_part_of_a_month_has_no_monthly_cei(reported: Books, planner: Planner) -> None:
    answer = kpi_answer(reported, planner, date(2026, 1, 2), DAY, LossMatrix())

    assert answer["currencies"][0]["cei"]["monthly"] is None
    assert answer["currencies"][0]["provision"] is None
