"""Facts of an invoice and of a customer stand in the order in which they were recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dunning.customer_facts import CustomerPaused
from ledger.ledger import Ledger
from ledger.rebuild import differences
from tests.ledger.entries import AT, described, open_case, paid

LATER = AT + timedelta(minutes=3)
AN_INSTANT = timedelta(microseconds=1)


def test_a_fact_that_waited_takes_effect_when_it_is_recorded(ledger: Ledger) -> None:
    open_case(ledger)
    ledger.transact(lambda books: books.record("I-1", paid(1, at=LATER)))
    ledger.transact(lambda books: books.record("I-1", paid(2, at=AT), paid(3, at=LATER)))
    with ledger.reading() as books:
        found = [fact.at for _, fact in books.history("I-1")]

        assert found == [AT, LATER, LATER + AN_INSTANT, LATER + AN_INSTANT]
        assert list(differences(books)) == []


def test_a_customers_pause_is_not_earlier_than_what_is_known_of_it(ledger: Ledger) -> None:
    ledger.transact(lambda books: books.record_customer("C-1", replace(described(), at=LATER)))
    pause = CustomerPaused(at=AT, by="ada", reason="system", until=AT.date())
    ledger.transact(lambda books: books.record_customer("C-1", pause))
    with ledger.reading() as books:
        facts = books.histories(["customer:C-1"])["customer:C-1"]

    assert [fact.at for fact in facts] == [LATER, LATER + AN_INSTANT]
