from __future__ import annotations

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from dunning.case import Case
from dunning.customer_facts import CustomerResumed
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from ledger.books import FACT, Books, UnknownInvoice
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.ledger.entries import AT, described, eur, open_case, opened, paid, paused
from tests.servers.postgres import fresh_database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET body = '{}'",
        "UPDATE fact SET by = 'nobody' WHERE id = 1",
        "DELETE FROM fact",
    ],
)
def test_the_database_itself_refuses_to_change_a_fact(ledger: Ledger, statement: str) -> None:
    open_case(ledger)

    with pytest.raises(DBAPIError, match="facts are append-only"):
        ledger.transact(lambda books: books.connection.execute(text(statement)))
    assert ledger.transact(lambda books: len(books.history("I-1"))) == 1


def test_postgresql_refuses_to_empty_the_facts(postgres_url: str) -> None:
    with fresh_database(postgres_url) as url:
        ledger = Ledger(open_engine(url))
        upgrade(ledger.engine)
        open_case(ledger)

        with pytest.raises(DBAPIError, match="facts are append-only"):
            ledger.transact(lambda books: books.connection.execute(text("TRUNCATE fact")))
        ledger.engine.dispose()


def test_what_was_recorded_reads_the_same_and_in_order(ledger: Ledger) -> None:
    open_case(ledger)
    recorded: list[InvoiceFact] = [paused(note="rang twice: “später”"), paid(100), paid(200, "P-2")]
    ledger.transact(lambda books: books.record("I-1", *recorded))
    with ledger.reading() as books:
        history = books.history("I-1")

    assert history == list(enumerate([opened(), *recorded], start=1))


def test_two_facts_never_have_one_number(ledger: Ledger) -> None:
    open_case(ledger)

    def forge(number: int) -> None:
        with ledger.engine.begin() as connection:
            row = dict(connection.execute(select(FACT)).mappings().one())
            connection.execute(insert(FACT).values({**row, "id": 99, "number": number}))

    with pytest.raises(IntegrityError):
        forge(1)


def test_a_refusal_records_nothing_of_what_came_with_it(ledger: Ledger) -> None:
    open_case(ledger)
    too_late = paused(days=-5)

    with pytest.raises(NotAllowed, match="cannot end in the past"):
        ledger.transact(lambda books: books.record("I-1", paid(100), too_late))
    with ledger.reading() as books:
        assert len(books.history("I-1")) == 1
        assert books.case("I-1").paid == eur(0)


def test_a_refusal_of_one_case_records_nothing_of_the_others(ledger: Ledger) -> None:
    cases = [open_case(ledger, "I-1"), open_case(ledger, "I-2")]
    changes: list[tuple[Case, list[InvoiceFact]]] = [
        (cases[0], [paid(100)]),
        (cases[1], [paused(days=-5)]),
    ]

    with pytest.raises(NotAllowed):
        ledger.transact(lambda books: books.record_all(changes))
    with ledger.reading() as books:
        assert books.case("I-1").paid == eur(0)


def test_an_invoice_nobody_knows_is_named(ledger: Ledger) -> None:
    with pytest.raises(UnknownInvoice, match="There is no invoice I-9"):
        ledger.transact(lambda books: books.record("I-9", paid(1)))


def test_nothing_can_happen_to_a_customer_nobody_knows(ledger: Ledger) -> None:
    resumed = CustomerResumed(at=AT, by="ada")

    with pytest.raises(NotAllowed, match="no customer C-9"):
        ledger.transact(lambda books: books.record_customer("C-9", resumed))


def test_an_exception_takes_everything_back(ledger: Ledger) -> None:
    def half(books: Books) -> None:
        books.open_case(opened())
        raise RuntimeError("the worker died")

    with pytest.raises(RuntimeError):
        ledger.transact(half)
    with ledger.reading() as books:
        assert books.cases(["I-1"]) == {}


def test_a_customer_is_described_by_its_latest_record(ledger: Ledger) -> None:
    ledger.transact(lambda books: books.record_customer("C-1", described()))
    with ledger.reading() as books:
        assert books.customer("C-1").name == "Ünal & Søn"
        assert books.customer("C-2").contacts == ()
