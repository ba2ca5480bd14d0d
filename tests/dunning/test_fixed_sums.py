"""The scales and caps of fixed sums and agreed rates, at their edges; figures of the laws."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.countries.law import JURISDICTIONS
from dunning.countries.nl import collection_costs
from dunning.countries.table import NotClaimable
from dunning.interest import Principal, interest
from dunning.money import Money


@pytest.mark.parametrize(
    ("principal", "costs"),
    [
        ("125", "40.00"),
        ("266.67", "40.00"),
        ("2500", "375.00"),
        ("5000", "625.00"),
        ("10000", "875.00"),
        ("200000", "2775.00"),
        ("1000000", "6775.00"),
        ("9000000", "6775.00"),
    ],
)
def test_the_dutch_scale_has_a_least_and_a_most(principal: str, costs: str) -> None:
    assert collection_costs(Money.parse(principal, "EUR")) == Money.parse(costs, "EUR")


@pytest.mark.parametrize(
    ("principal", "sum_"), [("999.99", "40"), ("1000", "70"), ("9999.99", "70"), ("10000", "100")]
)
def test_the_british_sum_steps_at_a_thousand_and_ten_thousand(principal: str, sum_: str) -> None:
    fee = JURISDICTIONS["GB"].rule("business").fee

    assert fee is not None
    assert fee(Money.parse(principal, "GBP")) == Money.parse(sum_, "GBP")


def test_a_canadian_rate_above_the_criminal_one_is_refused() -> None:
    rule = JURISDICTIONS["CA"].rule("business")
    owed = [Principal(date.min, Money(500_000, "CAD"))]
    due, until = date(2026, 1, 1), date(2026, 2, 1)

    assert interest(rule, due, owed, until, Decimal(35)).total.minor > 0
    with pytest.raises(NotClaimable, match="above the 35 % that the law allows"):
        interest(rule, due, owed, until, Decimal("35.01"))
