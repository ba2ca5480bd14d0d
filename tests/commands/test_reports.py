from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from activities.planning import Planner
from commands.reports.aging import (
    aging_answer,
    aging_of,
    aging_table,
    translated_totals,
)
from dunning.may import NotAllowed
from ledger.books import Books
from tests.commands.reporting import DAY


def test_the_aging_has_the_keys_of_the_contract(reported: Books, planner: Planner) -> None:
    answer = aging_answer(aging_of(reported, planner.policies, DAY, "due", "customer"))

    assert (answer["as_of"], answer["basis"]) == ("2026-03-31", "due")
    assert answer["rows"][0] == {
        "key": "C-1",
        "currency": "EUR",
        "current": "0.00",
        "1-30": "0.00",
        "31-60": "800.00",
        "61-90": "0.00",
        "90+": "0.00",
        "unapplied": "-100.00",
        "total": "700.00",
        "disputed": "200.00",
        "invoices": 1,
    }
    assert answer["rows"][1]["current"] == "5000"
    totals = {one["currency"]: one["total"] for one in answer["totals"]}
    assert totals == {"EUR": "1000.00", "JPY": "5000"}
    assert answer["backdated"] == {"count": 0, "latest": []}
    json.dumps(answer)


def test_by_invoice_date_the_youngest_age_is_0_to_30(reported: Books, planner: Planner) -> None:
    aging = aging_of(reported, planner.policies, DAY, "invoice", "entity")
    answer, table = aging_answer(aging), aging_table(aging)

    assert {row["currency"]: (row["current"], row["1-30"]) for row in answer["rows"]} == {
        "EUR": ("0.00", "0.00"),
        "JPY": ("0", "5000"),
    }
    assert [column.name for column in table.columns][2:6] == ["0–30", "31–60", "61–90", "over 90"]


def test_a_collector_is_whom_the_ledger_names_for_the_customer(
    reported: Books, planner: Planner
) -> None:
    rows = aging_of(reported, planner.policies, DAY, "due", "collector").rows

    assert {(row.key, row.currency, row.total) for row in rows} == {
        ("dora", "EUR", 70_000),
        ("dora", "JPY", 5_000),
        ("unassigned", "EUR", 30_000),
    }


def test_what_was_recorded_later_is_counted_and_listed(reported: Books, planner: Planner) -> None:
    late = aging_answer(aging_of(reported, planner.policies, date(2026, 2, 20), "due", "customer"))

    found = late["backdated"]
    assert found["count"] == 2
    assert found["latest"][0] == {
        "invoice": "I-1",
        "kind": "payment",
        "on": "2026-02-15",
        "recorded_at": "2026-03-06T09:00:00+00:00",
        "currency": "EUR",
        "amount": "-400.00",
    }


def test_one_total_needs_a_rate_for_every_currency(reported: Books, planner: Planner) -> None:
    aging = aging_of(reported, planner.policies, DAY, "due", "customer")

    assert translated_totals(aging, "EUR", {"JPY": Decimal("0.0061")}) == {
        "currency": "EUR",
        "total": "1030.50",
        "rates": {"JPY": "0.0061"},
    }
    with pytest.raises(NotAllowed, match="No rate from JPY to EUR"):
        translated_totals(aging, "EUR", {})
