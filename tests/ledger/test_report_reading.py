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
from dunning.payment import PaymentReceived
from dunning.reports.aging import AgingRow, aging_rows
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_cash import (
    backdated,
    collected_from,
    free_cash,
    receipts,
    sales,
    unapplied_sums,
)
from ledger.report_reading import By, ItemOn, aged_sums, open_items_on
from tests.ledger.entries import AT, DUE, described, eur, opened

IBM = Path(__file__).parents[3] / "shared/data/ibm_late_payment"
IBM_FILE = IBM / "WA_Fn-UseC_-Accounts-Receivable.csv"
ISSUED = AT.date()
LATER = AT + timedelta(days=60)


def on(days: int) -> date:
    """So many days after the due date."""
    return DUE + timedelta(days=days)


def aged(ledger: Ledger, day: date, by: By = "customer") -> list[AgingRow]:
    with ledger.reading() as books:
        cash = unapplied_sums(free_cash(books.connection, day), by)
        return aging_rows([*aged_sums(books.connection, day, "due", by), *cash])


def items(ledger: Ledger, day: date, customer: str = "") -> list[ItemOn]:
    with ledger.reading() as books:
        return list(open_items_on(books.connection, day, customer))


def balance(ledger: Ledger, day: date) -> int:
    return sum(one.balance.minor for one in items(ledger, day))


def came_in(
    ledger: Ledger,
    minor: int,
    day: date,
    *,
    pays: int | None = None,
    payer: str = "",
    at: datetime = AT,
) -> None:
    """A payment of I-1; `pays` of it settle the invoice."""
    used = minor if pays is None else pays
    payment = f"P-{day}-{minor}"

    received = PaymentReceived(
        at=at, by="import", payment=payment, amount=eur(minor), on=day, reference="I-1", payer=payer
    )
    applied = facts.PaymentApplied(at=at, by="import", payment=payment, amount=eur(used), on=day)

    def work(books):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the books' own
        books.record_payment(received, used)
        if used:
            books.record("I-1", applied)

    ledger.transact(work)


@pytest.fixture
def books(ledger: Ledger) -> Ledger:
    """One invoice of 1,500 euros."""
    ledger.transact(lambda books: books.record_customer("C-1", described()))
    ledger.transact(lambda books: books.open_case(opened()))
    return ledger


def test_a_balance_falls_on_the_value_date_and_not_before(books: Ledger) -> None:
    came_in(books, 40_000, on(3), at=LATER)

    assert balance(books, ISSUED - timedelta(days=1)) == 0
    assert [balance(books, on(day)) for day in (-1, 2, 3, 400)] == [
        150_000,
        150_000,
        110_000,
        110_000,
    ]


def test_a_settled_invoice_was_open_before(books: Ledger) -> None:
    came_in(books, 100_000, on(10))
    came_in(books, 50_000, on(5), at=LATER)

    assert [balance(books, on(day)) for day in (4, 5, 9, 10)] == [150_000, 100_000, 100_000, 0]


def test_yesterdays_aging_is_the_same_tomorrow(books: Ledger) -> None:
    before = aged(books, on(20))
    came_in(books, 150_000, on(21))
    reversal = facts.PaymentReversed(
        at=LATER, by="ada", payment=f"P-{on(21)}-150000", amount=eur(150_000), on=on(25)
    )
    books.transact(lambda b: b.record("I-1", reversal))
    amended = facts.InvoiceAmended(at=LATER, by="i", amount=eur(90_000), due_date=on(90))
    books.transact(lambda b: b.record("I-1", amended))
    dispute = DisputeOpened(at=LATER, by="ada", dispute="I-1/1", reason="price")
    books.transact(lambda b: b.record("I-1", dispute))
    given_up = facts.WrittenOff(at=LATER + timedelta(days=1), by="cfo", reason="small")
    books.transact(lambda b: b.record("I-1", given_up))

    assert aged(books, on(20)) == before
    assert before[0].buckets["1-30"] == 150_000
    # And each later day has what happened until then.
    assert [balance(books, on(day)) for day in (21, 25)] == [0, 150_000]
    assert [(i.amount, i.balance, i.due_date) for i in items(books, LATER.date())] == [
        (eur(90_000), eur(90_000), on(90))
    ]
    assert balance(books, LATER.date() + timedelta(days=1)) == 0


def test_a_dispute_is_shown_while_it_is_open_and_no_more_than_is_open(books: Ledger) -> None:
    raised, over = AT + timedelta(days=30), AT + timedelta(days=50)
    part = DisputeOpened(at=raised, by="ada", dispute="I-1/1", reason="price", amount=eur(60_000))
    ended = DisputeResolved(at=over, by="ada", dispute="I-1/1", outcome="upheld")
    books.transact(lambda b: b.record("I-1", part))
    books.transact(lambda b: b.record("I-1", ended))
    came_in(books, 100_000, raised.date() + timedelta(days=2), at=over)

    days = [raised - timedelta(days=1), raised, raised + timedelta(days=2), over]
    assert [aged(books, day.date())[0].disputed for day in days] == [0, 60_000, 50_000, 0]


def test_unapplied_cash_stands_in_its_own_column_and_is_its_payers(books: Ledger) -> None:
    came_in(books, 20_000, on(1), pays=0, payer="C-1")
    came_in(books, 7_000, on(2), pays=5_000)
    came_in(books, 900, on(3), pays=0, payer="Somebody Else")
    came_in(books, 800, on(4), pays=0, payer="Ünal & Søn")

    rows = {row.key: row for row in aged(books, on(5))}
    assert rows["C-1"].unapplied == -(20_000 + 2_000 + 800)
    assert rows["C-1"].buckets["1-30"] == 145_000
    assert rows["C-1"].total == 145_000 - 22_800
    assert rows[""].unapplied == -900
    assert {row.key: row.unapplied for row in aged(books, on(1))} == {"C-1": -20_000}


def test_money_that_was_taken_back_is_no_unapplied_cash(books: Ledger) -> None:
    came_in(books, 7_000, on(2), pays=5_000)
    back = facts.PaymentReversed(
        at=LATER, by="ada", payment=f"P-{on(2)}-7000", amount=eur(5_000), on=on(9)
    )
    books.transact(lambda b: b.record("I-1", back))

    assert [row.unapplied for day in (8, 9) for row in aged(books, on(day))] == [-2_000, 0]
    with books.reading() as b:
        assert [one.minor for one in receipts(b.connection, on(0), on(8))] == [5_000]
        assert receipts(b.connection, on(0), on(9)) == []


def test_what_was_credited_too_much_is_unapplied_and_not_netted(books: Ledger) -> None:
    books.transact(lambda b: b.open_case(opened("I-2")))
    came_in(books, 150_000, on(1))
    cut = facts.InvoiceAmended(at=LATER, by="i", amount=eur(100_000), due_date=DUE)
    books.transact(lambda b: b.record("I-1", cut))

    (row,) = aged(books, LATER.date())
    assert (row.gross, row.unapplied, row.total) == (150_000, -50_000, 100_000)


def test_currencies_are_never_summed(books: Ledger) -> None:
    yen = replace(opened("I-9"), amount=Money(900, "JPY"))
    books.transact(lambda b: b.open_case(yen))

    assert [(row.currency, row.total) for row in aged(books, on(1))] == [
        ("EUR", 150_000),
        ("JPY", 900),
    ]


@pytest.mark.parametrize(("by", "key"), [("customer", "C-1"), ("entity", "demo"), ("segment", "")])
def test_rows_are_what_was_asked_for(books: Ledger, by: By, key: str) -> None:
    assert [row.key for row in aged(books, on(1), by)] == [key]


def test_late_entries_are_listed_apart(books: Ledger) -> None:
    came_in(books, 40_000, on(3), at=LATER)
    came_in(books, 900, on(4), pays=0, at=LATER)
    came_in(books, 10_000, on(5), at=AT)
    with books.reading() as b:
        late = [(one.kind, one.on, one.amount.minor) for one in backdated(b.connection, on(6))]
        none = list(backdated(b.connection, LATER.date()))
        early = [one.kind for one in backdated(b.connection, ISSUED - timedelta(days=1))]

    assert late == [("payment", on(3), -40_000), ("unapplied payment", on(4), -900)]
    assert none == early == []


def test_an_invoice_of_yesterday_that_comes_in_today_is_a_late_entry(books: Ledger) -> None:
    books.transact(lambda b: b.open_case(replace(opened("I-2"), at=LATER)))
    with books.reading() as b:
        assert [(one.kind, one.invoice) for one in backdated(b.connection, on(1))] == [
            ("invoice", "I-2")
        ]


def test_one_customers_items_are_read_alone(books: Ledger) -> None:
    books.transact(lambda b: b.open_case(opened("I-2", "C-2")))

    assert [one.invoice for one in items(books, on(1), "C-2")] == ["I-2"]
    assert len(items(books, on(1))) == 2


def test_sales_are_at_the_amounts_of_their_day_and_count_settled_invoices(books: Ledger) -> None:
    came_in(books, 150_000, on(1))
    with books.reading() as b:
        assert sales(b.connection, on(9)) == [("EUR", ISSUED, 150_000)]
        assert sales(b.connection, ISSUED - timedelta(days=1)) == []


def test_collected_is_what_came_in_on_what_was_open(books: Ledger) -> None:
    came_in(books, 10_000, on(2))
    came_in(books, 30_000, on(8))
    with books.reading() as b:
        found = collected_from(b.connection, on(2), on(8))

    assert [(one.bucket, one.open_minor) for one in found] == [("1-30", 30_000)]


@pytest.mark.skipif(not IBM_FILE.exists(), reason="no shared data: ibm_late_payment")
def test_the_totals_of_a_real_ledger_come_out(ledger: Ledger) -> None:
    with IBM_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def work(books):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202 - the books' own
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
