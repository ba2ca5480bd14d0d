from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.money import Money
from dunning.reports.aging import AgedSum, aging_rows, aging_totals
from dunning.reports.buckets import BUCKETS
from dunning.reports.days_to_pay import (
    PromiseOutcome,
    Receipt,
    kept_by_count,
    kept_by_value,
    middle,
    ninetieth,
    weighted_days_beyond_terms,
    weighted_days_to_pay,
)
from dunning.reports.expectation import expected_by_history, loss_rates, provision, roll_rates
from dunning.reports.translation import NoRateError, translated, translated_sum
from tests.dunning.reports.vectors import needs_vectors, vectors

KEYS = [one.key for one in BUCKETS]


def by_bucket(*minors: int) -> dict[str, int]:
    return dict(zip(KEYS, minors, strict=True))


@needs_vectors
def test_the_worked_matrix_provides_what_it_should() -> None:
    given = vectors()["metrics"]["ecl_ifrs9_ie"]
    rates = {key: Decimal(r) / 100 for key, r in zip(KEYS, given["rates"], strict=True)}
    found = provision(by_bucket(*(100 * one for one in given["balances"])), rates, "EUR")

    assert [one.minor for one in found.values()] == [100 * one for one in given["ecl"]]
    assert sum(one.minor for one in found.values()) == 100 * given["total"]


def test_each_bucket_of_a_provision_is_rounded_half_up_to_the_minor_unit() -> None:
    rates = dict.fromkeys(KEYS, Decimal("0.005"))

    assert provision(by_bucket(100, 99, 0, 300, 1), rates, "JPY") == {
        "current": Money(1, "JPY"),
        "1-30": Money(0, "JPY"),
        "31-60": Money(0, "JPY"),
        "61-90": Money(2, "JPY"),
        "90+": Money(0, "JPY"),
    }


def test_a_bucket_rolls_into_the_next() -> None:
    rolls = roll_rates(by_bucket(200, 100, 0, 40, 7), by_bucket(0, 50, 25, 9, 60))

    assert rolls == {
        "current": Decimal("25.00"),
        "1-30": Decimal("25.00"),
        "31-60": None,
        "61-90": Decimal("150.00"),
    }


def test_losses_are_rolled_back_from_the_oldest_bucket() -> None:
    rolls = {"current": Decimal(10), "1-30": Decimal(50), "31-60": Decimal(150), "61-90": None}

    # What is unknown is taken for 0, what exceeds 100 for 100.
    assert loss_rates(rolls | {"61-90": Decimal(80)}, Decimal("0.5")) == {
        "current": Decimal("0.02"),
        "1-30": Decimal("0.2"),
        "31-60": Decimal("0.4"),
        "61-90": Decimal("0.4"),
        "90+": Decimal("0.5"),
    }
    assert loss_rates(rolls, Decimal("0.5"))["1-30"] == 0


def test_history_repeats_itself_and_brings_no_more_than_there_is() -> None:
    found = expected_by_history(
        by_bucket(1000, 300, 100, 10, 5),
        by_bucket(400, 0, 50, 10, 10),
        by_bucket(300, 77, 60, -5, 1),
        "EUR",
    )

    assert [one.minor for one in found.values()] == [750, 0, 100, 0, 1]


def test_days_to_pay_are_weighted_and_early_money_counts_negative() -> None:
    issued, due = date(2026, 1, 1), date(2026, 1, 31)
    receipts = [
        Receipt("EUR", issued, due, date(2026, 1, 21), 300),
        Receipt("EUR", issued, due, date(2026, 2, 10), 100),
    ]

    assert weighted_days_to_pay(receipts) == Decimal("25.00")
    assert weighted_days_beyond_terms(receipts) == Decimal("-5.00")
    assert weighted_days_to_pay([]) is None


def test_only_promises_that_matured_count() -> None:
    outcomes = [(100, "kept"), (200, "broken"), (100, "part_kept"), (900, "void")]
    promises = [PromiseOutcome("EUR", minor, outcome) for minor, outcome in outcomes]

    assert kept_by_count(promises) == Decimal("33.33")
    assert kept_by_value(promises) == Decimal("25.00")
    assert kept_by_count(promises[-1:]) is None


def test_median_and_nearest_rank() -> None:
    assert middle([3, 1, 2, 10]) == 2.5
    assert ninetieth(range(1, 11)) == 9
    assert ninetieth(range(1, 12)) == 10
    assert middle([]) is None
    assert ninetieth([]) is None


def test_currencies_stand_apart_and_credits_are_in_no_bucket() -> None:
    rows = aging_rows(
        [
            AgedSum("C-1", "EUR", "1-30", 500, 200, 2),
            AgedSum("C-1", "EUR", "unapplied", -700),
            AgedSum("C-1", "JPY", "current", 9, 0, 1),
            AgedSum("C-2", "EUR", "90+", 1, 1, 1),
        ]
    )
    first, total = rows[0], aging_totals(rows)[0]

    assert [(row.key, row.currency, row.total) for row in rows] == [
        ("C-1", "EUR", -200),
        ("C-1", "JPY", 9),
        ("C-2", "EUR", 1),
    ]
    assert (first.gross, first.past_due, first.unapplied, first.disputed) == (500, 500, -700, 200)
    assert (total.currency, total.total, total.disputed, total.invoices) == ("EUR", -199, 201, 3)
    assert [row.currency for row in aging_totals(rows)] == ["EUR", "JPY"]


def test_amounts_are_translated_at_a_given_rate_only() -> None:
    rates = {"USD": Decimal("0.925"), "JPY": Decimal("0.0061")}

    assert translated(Money(1001, "USD"), "EUR", rates) == Money(926, "EUR")
    assert translated(Money(1001, "JPY"), "EUR", rates) == Money(611, "EUR")
    assert translated(Money(1, "EUR"), "EUR", {}) == Money(1, "EUR")
    assert translated(Money(-1000, "USD"), "JPY", {"USD": Decimal("150.05")}) == Money(-1501, "JPY")
    with pytest.raises(NoRateError, match="No rate from GBP to EUR"):
        translated_sum([Money(1, "EUR"), Money(1, "GBP")], "EUR", rates)
