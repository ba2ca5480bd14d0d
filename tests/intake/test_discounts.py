from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.customers import read_customers
from intake.invoices import read_invoices
from tests.intake.ledgers import invoices, sort_out


def test_the_terms_of_a_discount_are_read(tmp_path: Path) -> None:
    terms = {"amount": "1,250.25", "discount percent": "2.5 %", "discount date": "2026-01-12"}
    path = invoices(tmp_path, terms, {"invoice": "A-2"})

    (first, second), _ = sort_out(read_invoices(path))

    # 31.25625 is rounded half up.
    assert (first.discount, first.discount_until) == (Money(3126, "EUR"), date(2026, 1, 12))
    assert (second.discount, second.discount_until) == (None, None)


@pytest.mark.parametrize(
    ("percent", "until", "refusal"),
    [
        ("2", "", ("discount date", "DISCOUNT_INCOMPLETE")),
        ("", "2026-01-12", ("discount percent", "DISCOUNT_INCOMPLETE")),
        ("2", "2026-01-01", ("discount date", "DISCOUNT_BEFORE_ISSUE")),
        ("0", "2026-01-12", ("discount percent", "DISCOUNT_INVALID")),
        ("100", "2026-01-12", ("discount percent", "DISCOUNT_INVALID")),
        ("two", "2026-01-12", ("discount percent", "DISCOUNT_INVALID")),
    ],
)
def test_terms_that_say_nothing_are_refused(
    tmp_path: Path, percent: str, until: str, refusal: tuple[str, str]
) -> None:
    terms = {"discount percent": percent, "discount date": until}
    accepted, rejected = sort_out(read_invoices(invoices(tmp_path, terms)))

    assert accepted == []
    assert [(one.column, one.code) for one in rejected] == [refusal]


def test_a_customer_s_collector_is_read(tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    path.write_text("customer,name,collector\nC-1,Ada Ltd,dora\n", encoding="utf-8")

    accepted, _ = sort_out(read_customers(path))

    assert [one.collector for one in accepted] == ["dora"]
