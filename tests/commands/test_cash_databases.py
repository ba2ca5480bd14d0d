"""Cash application on both kinds of books: the same from the payment to the undoing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from activities.planning import Planner
from commands.cash.actions import CashActions
from commands.cash.checks import Target
from commands.cash.listing import alias_rows, cash_worklist, explain, found_payment
from dunning.cash.rules import CashRules
from ledger.cash import applied_of
from ledger.ledger import Ledger
from ledger.payments import credit_of
from ledger.report_cash import free_cash
from tests.cast import customer, day, eur, invoice, payment
from tests.commands.taking_in import CUSTOMERS, INVOICES, PAYMENTS, paid, take

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


def test_the_way_of_payments_through_the_books(ledger: Ledger, planner: Planner) -> None:
    take(ledger, CUSTOMERS, customer("C-1"), customer("C-2"))
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"), invoice("J-1", of="C-2"))
    rows = [
        payment("P-1", eur("3000.00"), day(2), "I-1 + I-2"),
        replace(payment("P-2", eur("1500.00"), day(2), "hello"), payer="Pellworth C-2 Ltd"),
        replace(payment("P-3", eur("70.00"), day(2), "J-1x"), payer_iban="DE89370400440532013000"),
    ]
    take(ledger, PAYMENTS, *rows)
    desk = CashActions(ledger, planner, "ada", NOW)
    desk.undo("I-2#2", "not theirs")
    desk.apply("P-1", [Target("I-2", Decimal(1000))])
    desk.on_account("P-1", "C-1")
    desk.on_account("P-3", "C-2")
    desk.undo("P-3", "somebody else's")
    with ledger.reading() as books:
        told = found_payment(books, "P-1")
        assert told is not None
        explained = explain(books, CashRules(), told, NOW.date())
        listed = cash_worklist(books, CashRules(), NOW.date(), 10)
        rule = applied_of(books, "P-2")[0].rule
        credit = credit_of(books.connection, "C-1", "Pellworth", "EUR", NOW)
        free = {one.payment: one.customer for one in free_cash(books.connection, NOW.date())}
        known = alias_rows(books)

    assert (paid(ledger, "I-1"), paid(ledger, "I-2")) == (eur("1500.00"), eur("1000.00"))
    assert rule == "unique_sum"
    assert explained["applications"][0]["application"] == "I-1#2"
    assert (explained["left"], explained["on_account_of"]) == ("500.00", "C-1")
    assert [one["payment"] for one in listed["payments"]] == ["P-3"]
    assert credit == eur("500.00")
    assert free == {"P-1": "C-1", "P-3": ""}
    assert [one["customer"] for one in known] == ["C-2"]
