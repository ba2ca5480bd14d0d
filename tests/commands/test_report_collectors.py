from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from activities.planning import Planner
from commands.reports.as_closed import view_of
from commands.reports.collectors import collector_rows
from commands.reports.in_one_currency import rates_of, translated_figures
from commands.reports.kpis import kpi_answer, kpi_table
from commands.reports.money import LossMatrix
from dunning.money import Money
from dunning.promise_facts import PromiseSettled
from ledger.books import Books
from tests.commands.reporting import DAY

FIRST = date(2026, 1, 1)


def test_each_collector_sees_what_is_owed_and_what_came_in(
    reported: Books, planner: Planner
) -> None:
    rows = collector_rows(reported, FIRST, DAY, view_of(planner.policies))

    assert [
        (one["collector"], one["currency"], one["open"], one["past_due"], one["collected"])
        for one in rows
    ] == [
        ("unassigned", "EUR", "300.00", "300.00", "0.00"),
        ("dora", "EUR", "800.00", "800.00", "400.00"),
        ("dora", "JPY", "5000", "0", "0"),
    ]
    assert [one["customers"] for one in rows] == [1, 1, 1]
    assert rows[2]["past_due_percent"] == Decimal("0.00")


def test_a_promise_counts_for_whose_customer_it_is(reported: Books, planner: Planner) -> None:
    kept = PromiseSettled(
        at=datetime(2026, 3, 20, 9, tzinfo=UTC),
        by="duncan",
        number=1,
        promised_on=date(2026, 4, 3),
        outcome="kept",
        paid=Money(30_000, "EUR"),
    )
    reported.record("I-3", kept)
    answer = kpi_answer(reported, planner, FIRST, DAY, LossMatrix())
    row = next(one for one in answer["collectors"] if one["collector"] == "unassigned")

    assert (row["promises_matured"], row["promises_kept_percent"]) == (1, "100.00")
    assert ["collectors.dora.collected", "EUR", Decimal("400.00"), ""] in [
        list(one) for one in kpi_table(answer).rows
    ]


def test_key_figures_in_one_currency_are_made_anew_and_name_their_rates(
    reported: Books, planner: Planner
) -> None:
    answer = kpi_answer(reported, planner, FIRST, DAY, LossMatrix())
    answer["translated"] = translated_figures(answer, "EUR", rates_of(["jpy=0.01"]))
    found = answer["translated"]

    # 1,100 euros and 5,000 yen open of 1,500 euros and 5,000 yen sold, in 90 days.
    assert (found["ending"], found["sales"], found["rates"]) == (
        "1150.00",
        "1550.00",
        {"JPY": "0.01"},
    )
    assert found["dso.simple"] == "66.77"
    assert found["past_due_percent"] == "95.65"
    rows = [list(one)[:3] for one in kpi_table(answer).rows]
    assert ["rate of 1 JPY", "EUR", Decimal("0.01")] in rows
    assert ["all.ending", "EUR", Decimal("1150.00")] in rows
