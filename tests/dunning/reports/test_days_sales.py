from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dunning.reports.days_sales import (
    CountBack,
    Month,
    average_days_delinquent,
    best_possible_dso,
    cei_monthly,
    cei_period,
    dso_count_back,
    dso_simple,
    turnover,
)
from tests.dunning.reports.vectors import needs_vectors, vectors

DAYS = {"2026-01": 31, "2026-02": 28, "2026-03": 31}


@pytest.fixture
def given() -> dict[str, Any]:
    return dict(vectors()["metrics"]["inputs"])


def latest_first(given: dict[str, Any]) -> list[Month]:
    return [Month(sales, DAYS[name]) for name, sales in sorted(given["sales"].items())][::-1]


@needs_vectors
def test_the_worked_figures_come_out(given: dict[str, Any]) -> None:
    wanted = vectors()["metrics"]
    begin, end, current = (given[name] for name in ("begin_ar", "end_ar", "end_current_ar"))
    sold, days = sum(given["sales"].values()), sum(DAYS.values())
    simple, best = dso_simple(end, sold, days), best_possible_dso(current, sold, days)

    assert str(simple) == wanted["dso_simple"]
    assert str(best) == wanted["bpdso"]
    assert str(average_days_delinquent(simple, best)) == wanted["add"]
    assert str(dso_count_back(end, latest_first(given)).days) == wanted["dso_countback"]
    assert str(cei_period(begin, sold, end, current)) == wanted["cei_period"]
    assert str(cei_monthly(begin, latest_first(given), end, current)) == wanted["cei_crf_monthly"]


def test_receivables_older_than_all_sales_have_a_bound_and_no_number() -> None:
    months = [Month(100, 31), Month(100, 28)]

    assert dso_count_back(200, months) == CountBack(Decimal("59.00"))
    assert dso_count_back(201, months) == CountBack(Decimal("59.00"), exceeds=True)
    assert dso_count_back(1, []) == CountBack(Decimal("0.00"), exceeds=True)


def test_months_without_sales_still_took_their_days() -> None:
    assert dso_count_back(150, [Month(100, 31), Month(0, 30), Month(100, 31)]).days == Decimal(
        "76.50"
    )


def test_nothing_is_divided_by_nothing() -> None:
    assert dso_simple(100, 0, 90) is None
    assert average_days_delinquent(None, None) is None
    assert cei_period(0, 0, 0, 0) is None
    assert cei_monthly(100, [], 50, 20) is None
    assert turnover(100, 0, 0) is None


def test_halves_are_rounded_up() -> None:
    assert dso_simple(1, 800, 100) == Decimal("0.13")
