"""The payments of a file are applied together, as if one came after the other."""

from __future__ import annotations

from sqlalchemy import event

from ledger.ledger import Ledger
from tests.cast import day, eur, invoice, payment
from tests.commands.taking_in import INVOICES, PAYMENTS, paid, take, unapplied

MANY = 60


def test_many_payments_ask_the_database_no_more_often_than_few(ledger: Ledger) -> None:
    names = [f"I-{number}" for number in range(2 * MANY)]
    take(ledger, INVOICES, *(invoice(name) for name in names))
    few = asked(ledger, names[:4])
    many = asked(ledger, names[4 : MANY + 4])

    assert paid(ledger, names[MANY]) == eur("1500.00")
    assert many < few + MANY


def test_a_payment_sees_what_those_before_it_in_the_file_have_paid(ledger: Ledger) -> None:
    take(ledger, INVOICES, invoice("I-1"), invoice("I-2"))
    # Without a reference only the sum of what is still open could tell.
    rows = [
        payment("P-1", eur("1500.00"), day(2), "I-1"),
        payment("P-2", eur("1500.00"), day(2), "I-1"),
        payment("P-3", eur("400.00"), day(2), "I-2"),
        payment("P-4", eur("1100.00"), day(2), "I-2"),
    ]
    taken = take(ledger, PAYMENTS, *rows)

    assert [paid(ledger, name) for name in ("I-1", "I-2")] == [eur("1500.00")] * 2
    assert unapplied(ledger, "P-2") == eur("1500.00")
    assert any("I-1 owes nothing" in warning for warning in taken.warnings)


def asked(ledger: Ledger, names: list[str]) -> int:
    """How many statements it takes to take a payment of each of these invoices in."""
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(ledger.engine, "before_cursor_execute", counted)
    rows = [payment(f"P-{name}", eur("1500.00"), day(2), name) for name in names]
    take(ledger, PAYMENTS, *rows)
    event.remove(ledger.engine, "before_cursor_execute", counted)
    return count
