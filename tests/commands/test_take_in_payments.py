"""Taking payments in: each counts once, for what its reference names."""

from __future__ import annotations

from dunning.money import Money
from ledger.ledger import Ledger
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import (
    INVOICES,
    PAYMENTS,
    paid,
    take,
    unapplied,
)


def test_a_payment_settles_the_invoice_it_names(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"))
    taken = take(ledger, PAYMENTS, payment("P-1", eur("1500.00"), day(2)))
    with ledger.reading() as books:
        case = books.case("I-1")

    assert taken.counts == {"accepted": 1}
    assert case.is_settled
    assert case.settled_on == day(2)
    assert paid(ledger, "I-2") == eur("0.00")


def test_the_same_payments_again_change_nothing(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    rows = [payment("P-1", eur("100.00"), day(2)), payment("P-2", eur("50.00"), day(3))]
    take(ledger, PAYMENTS, *rows)
    again = take(ledger, PAYMENTS, *rows)

    assert again.counts == {"unchanged": 2}
    assert paid(ledger) == eur("150.00")


def test_two_payments_of_one_invoice_in_one_file_both_count(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    rows = [payment(f"P-{n}", eur("700.00"), day(n)) for n in range(3)]
    take(ledger, PAYMENTS, *rows)

    # The third is more than was open.
    assert paid(ledger) == eur("1500.00")
    assert unapplied(ledger, "P-2") == eur("600.00")


def test_what_is_paid_too_much_stays_unapplied(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, payment("P-1", eur("1600.00"), day(2)))

    assert paid(ledger) == eur("1500.00")
    assert unapplied(ledger, "P-1") == eur("100.00")


def test_a_payment_for_an_unknown_invoice_is_kept_and_named(ledger: Ledger) -> None:
    taken = take(ledger, PAYMENTS, payment("P-1", eur("10.00"), day(2), "I-9"))

    assert taken.counts == {"accepted": 1}
    assert taken.warnings == ["Row 2: no invoice I-9; kept unapplied."]
    assert unapplied(ledger, "P-1") == eur("10.00")


def test_a_payment_in_another_currency_settles_nothing(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, payment("P-1", Money.parse("1500.00", "USD"), day(2)))

    assert paid(ledger) == eur("0.00")


def test_a_payment_for_a_settled_invoice_stays_unapplied(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice())
    take(ledger, PAYMENTS, payment("P-1", eur("1500.00"), day(2)))
    take(ledger, PAYMENTS, payment("P-2", eur("1500.00"), day(3)))

    assert paid(ledger) == eur("1500.00")
    assert unapplied(ledger, "P-2") == eur("1500.00")
