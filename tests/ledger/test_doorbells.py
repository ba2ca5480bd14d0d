from __future__ import annotations

import pytest

from ledger.books import Books
from ledger.doorbells import Doorbell, answered, count, waiting
from ledger.ledger import Ledger
from tests.ledger.entries import described, open_case, paid


def bells(ledger: Ledger) -> list[Doorbell]:
    with ledger.reading() as books:
        return sorted(waiting(books.connection, 100))


def test_a_new_case_rings_as_one_that_was_only_opened(ledger: Ledger) -> None:
    open_case(ledger)

    assert bells(ledger) == [Doorbell("I-1", 1, opening=True)]


def test_many_facts_ring_one_doorbell(ledger: Ledger) -> None:
    open_case(ledger)
    for number in range(3):
        payment = paid(1, f"P-{number}")
        ledger.transact(lambda books, payment=payment: books.record("I-1", payment))  # type: ignore[misc]

    assert bells(ledger) == [Doorbell("I-1", 4, opening=False)]


def test_what_is_answered_is_forgotten(ledger: Ledger) -> None:
    open_case(ledger)
    found = bells(ledger)
    ledger.transact(lambda books: answered(books.connection, found))

    assert bells(ledger) == []


def test_a_doorbell_rung_while_it_was_being_answered_stays(ledger: Ledger) -> None:
    open_case(ledger)
    seen = bells(ledger)
    ledger.transact(lambda books: books.record("I-1", paid(1)))
    ledger.transact(lambda books: answered(books.connection, seen))

    assert bells(ledger) == [Doorbell("I-1", 2, opening=False)]


def test_a_fact_and_its_doorbell_are_recorded_together_or_not_at_all(ledger: Ledger) -> None:
    def half(books: Books) -> None:
        books.record("I-1", paid(1))
        raise RuntimeError("the worker died")

    open_case(ledger)
    ledger.transact(lambda books: answered(books.connection, bells_of(books)))
    with pytest.raises(RuntimeError):
        ledger.transact(half)

    assert bells(ledger) == []


def test_duncans_own_facts_ring_nobody(ledger: Ledger) -> None:
    open_case(ledger)
    ledger.transact(lambda books: answered(books.connection, bells_of(books)))
    ledger.transact(lambda books: books.record("I-1", paid(1), rings=False))

    assert bells(ledger) == []


def test_a_customer_rings_its_open_invoices_only(ledger: Ledger) -> None:
    for invoice, customer in (("I-1", "C-1"), ("I-2", "C-1"), ("I-3", "C-2")):
        open_case(ledger, invoice, customer)
    ledger.transact(lambda books: books.record("I-2", paid(150_000)))
    ledger.transact(lambda books: answered(books.connection, bells_of(books)))
    ledger.transact(lambda books: books.record_customer("C-1", described()))

    assert [bell.invoice for bell in bells(ledger)] == ["I-1"]


def test_waiting_doorbells_are_counted(ledger: Ledger) -> None:
    for number in range(7):
        open_case(ledger, f"I-{number}")
    with ledger.reading() as books:
        assert count(books.connection) == 7
        assert len(waiting(books.connection, 5)) == 5


def bells_of(books: Books) -> list[Doorbell]:
    return waiting(books.connection, 100)
