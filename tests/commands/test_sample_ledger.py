from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from commands.sample.ledger import SampleLedger, write_sample_ledger
from dunning.money import Money

LAST_DAY = date(2026, 6, 30)
FIRST_DAY = date(2026, 4, 2)
FILES = ("customers.csv", "invoices.csv", "payments.csv", "events.csv")
Row = dict[str, str]


@dataclass(frozen=True)
class Sample:
    ledger: SampleLedger
    customers: list[Row]
    invoices: list[Row]
    payments: list[Row]
    events: list[Row]

    def invoice(self, number: str) -> Row:
        return next(row for row in self.invoices if row["invoice"] == number)

    def paid(self, number: str, by: str = "9999-12-31", after: str = "") -> Decimal:
        return sum(
            (
                Decimal(row["amount"])
                for row in self.payments
                if row["reference"] == number and after <= row["date"] <= by
            ),
            Decimal(0),
        )

    def balance(self, number: str) -> Decimal:
        return Decimal(self.invoice(number)["amount"]) - self.paid(number)

    def promises(self) -> Counter[str]:
        return Counter(self._outcome(row) for row in self.events if row["action"] == "promise")

    def _outcome(self, promise: Row) -> str:
        if promise["until"] > LAST_DAY.isoformat():
            return "open"
        paid = self.paid(promise["invoice"], by=promise["until"], after=promise["date"])
        if not paid:
            return "broken"
        return "kept" if paid >= Decimal(promise["amount"]) else "kept in part"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    ledger = write_sample_ledger(tmp_path_factory.mktemp("sample"), LAST_DAY)
    return read(ledger)


def read(ledger: SampleLedger) -> Sample:
    return Sample(
        ledger,
        rows(ledger.customers_file),
        rows(ledger.invoices_file),
        rows(ledger.payments_file),
        rows(ledger.events_file),
    )


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_sample_ledger(tmp_path / folder, LAST_DAY, days=60, seed=3)

    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_another_ledger(tmp_path: Path) -> None:
    write_sample_ledger(tmp_path / "one", LAST_DAY, seed=7)
    write_sample_ledger(tmp_path / "two", LAST_DAY, seed=8)

    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() != (tmp_path / "two" / name).read_bytes()


def test_the_counts_are_those_of_the_files(sample: Sample) -> None:
    ledger = sample.ledger

    assert ledger.customers == len({row["customer"] for row in sample.customers}) == 60
    assert ledger.invoices == len(sample.invoices)
    assert ledger.payments == len(sample.payments)
    assert ledger.events == len(sample.events)
    assert (ledger.first_day, ledger.last_day) == (FIRST_DAY, LAST_DAY)
    assert 370 <= ledger.invoices <= 430


def test_columns_carry_their_canonical_names(sample: Sample) -> None:
    assert ",".join(sample.customers[0]) == (
        "customer,name,country,subdivision,timezone,locale,segment,entity,policy,"
        "contact_name,contact_role,email,phone,sms_consent,closures"
    )
    assert ",".join(sample.invoices[0]) == (
        "invoice,customer,entity,currency,amount,issue_date,due_date,distributed,policy,reference"
    )
    assert ",".join(sample.payments[0]) == "payment,date,currency,amount,reference,payer"
    assert ",".join(sample.events[0]) == "date,action,invoice,amount,until,reason,by"


def test_numbers_are_unique(sample: Sample) -> None:
    invoices = [row["invoice"] for row in sample.invoices]
    payments = [row["payment"] for row in sample.payments]

    assert len(set(invoices)) == len(invoices)
    assert len(set(payments)) == len(payments)


def test_five_countries_four_currencies_and_every_segment_occur(sample: Sample) -> None:
    segments = {row["segment"] for row in sample.customers}

    assert {row["country"] for row in sample.customers} == {"US", "GB", "DE", "FR", "JP"}
    assert {row["currency"] for row in sample.invoices} == {"USD", "GBP", "EUR", "JPY"}
    assert segments == set("standard key_account consumer small high_risk".split())


def test_amounts_are_positive_with_the_digits_of_their_currency(sample: Sample) -> None:
    for row in [*sample.invoices, *sample.payments]:
        amount = Money.parse(row["amount"], row["currency"])

        assert amount.minor > 0
        assert str(amount.major) == row["amount"]


@pytest.mark.parametrize("days", [7, 30, 90, 200])
@pytest.mark.parametrize("seed", [1, 7])
def test_nothing_but_due_and_promised_dates_lies_after_the_last_day(
    tmp_path: Path, days: int, seed: int
) -> None:
    last_day = date(2026, 3, 1)
    sample = read(write_sample_ledger(tmp_path, last_day, days, seed))
    period = {(last_day - timedelta(n)).isoformat() for n in range(days)}

    assert all(row["issue_date"] <= last_day.isoformat() for row in sample.invoices)
    assert all(row["issue_date"] < row["due_date"] for row in sample.invoices)
    assert {row["date"] for row in [*sample.payments, *sample.events]} <= period


def test_invoices_are_issued_and_payments_booked_on_weekdays(sample: Sample) -> None:
    days = [row["issue_date"] for row in sample.invoices] + [row["date"] for row in sample.payments]

    assert max(date.fromisoformat(day).weekday() for day in days) == 4


def test_policies_are_an_exception(sample: Sample) -> None:
    customers = {row["customer"] for row in sample.customers if row["policy"]}
    invoices = [row for row in sample.invoices if row["policy"]]

    assert 1 <= len(customers) <= 4
    assert len(invoices) == 1


def test_every_event_names_an_invoice_that_is_open_on_that_day(sample: Sample) -> None:
    for event in sample.events:
        invoice = sample.invoice(event["invoice"])
        paid_before = sample.paid(event["invoice"], by=event["date"])

        assert invoice["issue_date"] < event["date"]
        assert paid_before < Decimal(invoice["amount"])
        assert event["by"]
        assert event["reason"]


def test_events_happen_of_every_kind(sample: Sample) -> None:
    kinds = Counter(event["action"] for event in sample.events)

    assert set(kinds) == {"promise", "dispute", "resolve", "pause", "resume", "escalate"}
    assert kinds["dispute"] > kinds["resolve"]
    assert kinds["pause"] > kinds["resume"]


def test_promises_are_kept_kept_in_part_broken_and_still_open(sample: Sample) -> None:
    outcomes = sample.promises()

    assert outcomes == {"kept": 6, "kept in part": 3, "broken": 6, "open": 2}


def test_some_disputes_name_an_amount_below_the_invoice(sample: Sample) -> None:
    disputes = [event for event in sample.events if event["action"] == "dispute"]
    partial = [event for event in disputes if event["amount"]]

    assert 0 < len(partial) < len(disputes)
    for event in partial:
        assert Decimal(event["amount"]) < Decimal(sample.invoice(event["invoice"])["amount"])


def test_every_pause_ends(sample: Sample) -> None:
    assert all(e["until"] > e["date"] for e in sample.events if e["action"] == "pause")


def test_payments_name_invoices_in_their_currency_except_two(sample: Sample) -> None:
    currencies = {row["invoice"]: row["currency"] for row in sample.invoices}
    unknown = [row for row in sample.payments if row["reference"] not in currencies]

    assert len(unknown) == 2
    for row in sample.payments:
        assert currencies.get(row["reference"], row["currency"]) == row["currency"]


def test_parts_small_balances_and_a_surplus_occur(sample: Sample) -> None:
    balances = [sample.balance(row["invoice"]) for row in sample.invoices]
    paid_twice = Counter(row["reference"] for row in sample.payments)

    assert sum(0 < balance < 25 for balance in balances) == 3
    assert sum(balance < 0 for balance in balances) == 1
    assert sum(count == 2 for count in paid_twice.values()) >= 10
    assert sum(balance == 0 for balance in balances) > 200


def test_customers_pay_on_time_late_and_not_at_all(sample: Sample) -> None:
    first_paid = {row["reference"]: row["date"] for row in reversed(sample.payments)}
    day = date.fromisoformat
    lateness = [
        (day(first_paid[row["invoice"]]) - day(row["due_date"])).days
        for row in sample.invoices
        if row["invoice"] in first_paid
    ]
    long_unpaid = [
        row["invoice"]
        for row in sample.invoices
        if row["invoice"] not in first_paid and (LAST_DAY - day(row["due_date"])).days > 40
    ]

    assert sum(days <= 2 for days in lateness) > 80
    assert sum(2 < days <= 14 for days in lateness) > 80
    assert sum(days > 14 for days in lateness) > 20
    assert len(long_unpaid) >= 10


def test_a_period_shorter_than_a_week_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 7 days, not 6"):
        write_sample_ledger(tmp_path, LAST_DAY, days=6)
