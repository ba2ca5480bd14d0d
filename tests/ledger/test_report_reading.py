"""Balances of any past day: the same answer whenever it is asked, on both databases."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dunning import facts
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.money import Money
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_aging import By
from ledger.report_receipts import receipts
from tests.ledger.entries import AT, eur, opened
from tests.ledger.reporting import LATER, aged, balance, came_in, items, on

IBM = Path(__file__).parents[3] / "shared/data/ibm_late_payment"
IBM_FILE = IBM / "WA_Fn-UseC_-Accounts-Receivable.csv"
ISSUED = AT.date()


def test_a_balance_falls_on_the_value_date_and_not_before(invoiced: Ledger) -> None:
    came_in(invoiced, 40_000, on(3), at=LATER)

    assert balance(invoiced, ISSUED - timedelta(days=1)) == 0
    assert [balance(invoiced, on(day)) for day in (-1, 2, 3, 400)] == [
        150_000,
        150_000,
        110_000,
        110_000,
    ]


def test_a_settled_invoice_was_open_before(invoiced: Ledger) -> None:
    came_in(invoiced, 100_000, on(10))
    came_in(invoiced, 50_000, on(5), at=LATER)

    assert [balance(invoiced, on(day)) for day in (4, 5, 9, 10)] == [150_000, 100_000, 100_000, 0]


def test_yesterdays_aging_is_the_same_tomorrow(invoiced: Ledger) -> None:
    before = aged(invoiced, on(20))
    came_in(invoiced, 150_000, on(21))
    reversal = facts.PaymentReversed(
        at=LATER, by="ada", payment=f"P-{on(21)}-150000", amount=eur(150_000), on=on(25)
    )
    invoiced.transact(lambda b: b.record("I-1", reversal))
    amended = facts.InvoiceAmended(at=LATER, by="i", amount=eur(90_000), due_date=on(90))
    invoiced.transact(lambda b: b.record("I-1", amended))
    dispute = DisputeOpened(at=LATER, by="ada", dispute="I-1/1", reason="price")
    invoiced.transact(lambda b: b.record("I-1", dispute))
    given_up = facts.WrittenOff(at=LATER + timedelta(days=1), by="cfo", reason="small")
    invoiced.transact(lambda b: b.record("I-1", given_up))

    assert aged(invoiced, on(20)) == before
    assert before[0].buckets["1-30"] == 150_000
    # And each later day has what happened until then.
    assert [balance(invoiced, on(day)) for day in (21, 25)] == [0, 150_000]
    assert [(i.amount, i.balance, i.due_date) for i in items(invoiced, LATER.date())] == [
        (eur(90_000), eur(90_000), on(90))
    ]
    assert balance(invoiced, LATER.date() + timedelta(days=1)) == 0


def test_a_dispute_is_shown_while_it_is_open_and_no_more_than_is_open(invoiced: Ledger) -> None:
    raised, over = AT + timedelta(days=30), AT + timedelta(days=50)
    part = DisputeOpened(at=raised, by="ada", dispute="I-1/1", reason="price", amount=eur(60_000))
    ended = DisputeResolved(at=over, by="ada", dispute="I-1/1", outcome="upheld")
    invoiced.transact(lambda b: b.record("I-1", part))
    invoiced.transact(lambda b: b.record("I-1", ended))
    came_in(invoiced, 100_000, raised.date() + timedelta(days=2), at=over)

    days = [raised - timedelta(days=1), raised, raised + timedelta(days=2), over]
    assert [aged(invoiced, day.date())[0].disputed for day in days] == [0, 60_000, 50_000, 0]


def test_currencies_are_never_summed(invoiced: Ledger) -> None:
    yen = replace(opened("I-9"), amount=Money(900, "JPY"))
    invoiced.transact(lambda b: b.open_case(yen))

    assert [(row.currency, row.total) for row in aged(invoiced, on(1))] == [
        ("EUR", 150_000),
        ("JPY", 900),
    ]


@pytest.mark.parametrize(("by", "key"), [("customer", "C-1"), ("entity", "demo"), ("segment", "")])
def test_rows_are_what_was_asked_for(invoiced: Ledger, by: By, key: str) -> None:
    assert [row.key for row in aged(invoiced, on(1), by)] == [key]


def test_one_customers_items_are_read_alone(invoiced: Ledger) -> None:
    invoiced.transact(lambda b: b.open_case(opened("I-2", "C-2")))

    assert [one.invoice for one in items(invoiced, on(1), "C-2")] == ["I-2"]
    assert len(items(invoiced, on(1))) == 2


@pytest.mark.skipif(not IBM_FILE.exists(), reason="no shared data: ibm_late_payment")
def test_the_totals_of_a_real_ledger_come_out(ledger: Ledger) -> None:
    with IBM_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def work(books: Books) -> None:
        cases = books.open_cases([_ibm_opened(row) for row in rows])
        books.record_all([(case, [_ibm_paid(row)]) for case, row in zip(cases, rows, strict=True)])

    ledger.transact(work)

    figures = {}
    for day in (date(2012, 12, 31), date(2013, 6, 30)):
        (total,) = aged(ledger, day, "")
        figures[day] = (total.invoices, total.total, *total.buckets.values())
    assert figures == {
        date(2012, 12, 31): (99, 572_506, 493_632, 78_874, 0, 0, 0),
        date(2013, 6, 30): (84, 511_985, 428_429, 83_556, 0, 0, 0),
    }
    with ledger.reading() as books:
        paid = receipts(books.connection, date.min, date.max)
    late = [one for one in paid if one.on > one.due_date]
    assert sum(one.minor for one in paid) == sum(_cents(row["InvoiceAmount"]) for row in rows)
    assert len({one.on - one.due_date for one in late}) <= 45


def _ibm_opened(row: dict[str, str]) -> facts.InvoiceOpened:
    return replace(
        opened(row["invoiceNumber"], row["customerID"], eur(_cents(row["InvoiceAmount"]))),
        issue_date=_day(row["InvoiceDate"]),
        due_date=_day(row["DueDate"]),
    )


def _ibm_paid(row: dict[str, str]) -> facts.PaymentApplied:
    minor, payment = _cents(row["InvoiceAmount"]), f"P-{row['invoiceNumber']}"
    settled = _day(row["SettledDate"])
    return facts.PaymentApplied(at=AT, by="i", payment=payment, amount=eur(minor), on=settled)


def _cents(amount: str) -> int:
    return Money.parse(amount, "EUR").minor


def _day(text: str) -> date:
    month, day, year = (int(part) for part in text.split("/"))
    return datetime(year, month, day, tzinfo=UTC).date()
