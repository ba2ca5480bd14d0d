"""Cash of any day, and what was recorded too late for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from dunning import facts
from dunning.payment import PaymentReceived
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.report_backdated import backdated
from ledger.report_cash import free_cash
from ledger.report_receipts import collected_from, receipts, sales
from tests.ledger.entries import AT, DUE, described, eur, opened
from tests.ledger.reporting import LATER, aged, came_in, on

ISSUED = AT.date()


def test_unapplied_cash_stands_in_its_own_column_and_is_its_payers(invoiced: Ledger) -> None:
    came_in(invoiced, 20_000, on(1), pays=0, payer="C-1")
    came_in(invoiced, 7_000, on(2), pays=5_000)
    came_in(invoiced, 900, on(3), pays=0, payer="Somebody Else")
    came_in(invoiced, 800, on(4), pays=0, payer="Ünal & Søn")

    rows = {row.key: row for row in aged(invoiced, on(5))}
    assert rows["C-1"].unapplied == -(20_000 + 2_000 + 800)
    assert rows["C-1"].buckets["1-30"] == 145_000
    assert rows["C-1"].total == 145_000 - 22_800
    assert rows[""].unapplied == -900
    assert {row.key: row.unapplied for row in aged(invoiced, on(1))} == {"C-1": -20_000}


def test_money_that_was_taken_back_is_no_unapplied_cash(invoiced: Ledger) -> None:
    came_in(invoiced, 7_000, on(2), pays=5_000)
    back = facts.PaymentReversed(
        at=LATER, by="ada", payment=f"P-{on(2)}-7000", amount=eur(5_000), on=on(9)
    )
    invoiced.transact(lambda b: b.record("I-1", back))

    assert [row.unapplied for day in (8, 9) for row in aged(invoiced, on(day))] == [-2_000, 0]
    with invoiced.reading() as b:
        assert [one.minor for one in receipts(b.connection, on(0), on(8))] == [5_000]
        assert receipts(b.connection, on(0), on(9)) == []


def test_what_was_credited_too_much_is_unapplied_and_not_netted(invoiced: Ledger) -> None:
    invoiced.transact(lambda b: b.open_case(opened("I-2")))
    came_in(invoiced, 150_000, on(1))
    cut = facts.InvoiceAmended(at=LATER, by="i", amount=eur(100_000), due_date=DUE)
    invoiced.transact(lambda b: b.record("I-1", cut))

    (row,) = aged(invoiced, LATER.date())
    assert (row.gross, row.unapplied, row.total) == (150_000, -50_000, 100_000)


def test_late_entries_are_listed_apart(invoiced: Ledger) -> None:
    came_in(invoiced, 10_000, on(5), at=AT)
    came_in(invoiced, 40_000, on(3), at=LATER)
    came_in(invoiced, 900, on(4), pays=0, at=LATER)
    with invoiced.reading() as b:
        late = [
            (one.kind, one.on, one.amount.minor) for one in backdated(b.connection, on(6), 9)[1]
        ]
        none = backdated(b.connection, LATER.date(), 9)[1]
        early = [one.kind for one in backdated(b.connection, ISSUED - timedelta(days=1), 9)[1]]

    assert late == [("payment", on(3), -40_000), ("unapplied payment", on(4), -900)]
    assert none == []
    assert early == []


def test_an_invoice_of_yesterday_that_comes_in_today_is_a_late_entry(invoiced: Ledger) -> None:
    invoiced.transact(lambda b: b.open_case(replace(opened("I-2"), at=LATER)))
    with invoiced.reading() as b:
        assert [(one.kind, one.invoice) for one in backdated(b.connection, on(1), 9)[1]] == [
            ("invoice", "I-2")
        ]


def test_sales_are_at_the_amounts_of_their_day_and_count_settled_invoices(invoiced: Ledger) -> None:
    came_in(invoiced, 150_000, on(1))
    with invoiced.reading() as b:
        assert sales(b.connection, on(9)) == [("EUR", ISSUED, 150_000)]
        assert sales(b.connection, ISSUED - timedelta(days=1)) == []


def test_collected_is_what_came_in_on_what_was_open(invoiced: Ledger) -> None:
    came_in(invoiced, 10_000, on(2))
    came_in(invoiced, 30_000, on(8))
    with invoiced.reading() as b:
        found = collected_from(b.connection, on(2), on(8))

    assert [(one.bucket, one.open_minor) for one in found] == [("1-30", 30_000)]


def test_a_name_that_two_customers_have_names_nobody(invoiced: Ledger) -> None:
    invoiced.transact(lambda books: books.record_customer("C-2", described("C-2")))
    came_in(invoiced, 800, on(4), pays=0, payer="Ünal & Søn")

    assert {row.key: row.unapplied for row in aged(invoiced, on(5))} == {"": -800, "C-1": 0}


def test_the_free_cash_of_one_customer_is_found_without_a_look_at_all_of_it(
    invoiced: Ledger,
) -> None:
    came_in(invoiced, 800, on(4), pays=0, payer="Ünal & Søn")
    came_in(invoiced, 700, on(4), pays=0, payer="C-1")
    came_in(invoiced, 600, on(4), pays=500, payer="a bank")
    came_in(invoiced, 500, on(4), pays=0, payer="C-2")
    asked: list[tuple[str, Any]] = []
    event.listen(invoiced.engine, "before_cursor_execute", lambda *args: asked.append(args[2:4]))
    with invoiced.reading() as books:
        every = free_cash(books.connection, on(5))
        asked.clear()
        mine = free_cash(books.connection, on(5), "C-1")
        plans = [plan_of(books, *one) for one in asked[:]]

    assert mine == [one for one in every if one.customer == "C-1"]
    assert [one.amount.minor for one in mine] == [100, 700, 800]
    if invoiced.engine.dialect.name == "sqlite":
        assert not any("ix_payment_free" in step for plan in plans for step in plan)


def plan_of(books: Books, statement: str, given: tuple[Any, ...]) -> list[str]:
    if books.connection.dialect.name != "sqlite" or not statement.startswith("SELECT"):
        return []
    rows = books.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
    return [row[3] for row in rows]


def test_cash_that_was_used_up_later_was_unapplied_before(invoiced: Ledger) -> None:
    received = PaymentReceived(
        at=AT, by="i", payment="P-9", amount=eur(900), on=on(1), reference="?", payer="C-1"
    )
    applied = facts.PaymentApplied(at=LATER, by="ada", payment="P-9", amount=eur(900), on=on(9))
    invoiced.transact(lambda books: books.record_payment(received, 900))
    invoiced.transact(lambda books: books.record("I-1", applied))

    found = [aged(invoiced, on(day))[0] for day in (8, 9)]
    assert [(row.gross, row.unapplied) for row in found] == [(150_000, -900), (149_100, 0)]
