from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from commands.sample.ledger import write_sample_ledger

Row = dict[str, str]


@pytest.fixture(scope="module")
def invoices(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    ledger = write_sample_ledger(tmp_path_factory.mktemp("sample"), date(2026, 6, 30))
    with ledger.invoices_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_one_customer_is_huge(invoices: list[Row]) -> None:
    counts = Counter(row["customer"] for row in invoices)
    (_, most), (_, next_most) = counts.most_common(2)

    assert 95 <= most <= 125
    assert next_most < 20


def test_some_customer_is_billed_in_two_currencies(invoices: list[Row]) -> None:
    pairs = {(row["customer"], row["currency"]) for row in invoices}

    assert max(Counter(customer for customer, _ in pairs).values()) == 2


def test_the_first_day_already_has_work(invoices: list[Row]) -> None:
    overdue = [row for row in invoices if row["due_date"] < "2026-04-02"]

    assert len(overdue) >= 10


def test_some_invoices_of_the_period_wait_to_be_sent(invoices: list[Row]) -> None:
    waiting = [row for row in invoices if row["distributed"] == "no"]

    assert len(waiting) == 15
    assert all(row["issue_date"] >= "2026-04-02" for row in waiting)
