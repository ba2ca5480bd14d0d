"""The lists of a healthy installation are what the facts say; broken ones are named and mended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlmodel import SQLModel

from dunning import facts
from dunning.case import Case
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerPaused
from dunning.dispute_facts import DisputeAssigned, DisputeOpened
from dunning.payment import PaymentReceived
from dunning.person_facts import IdentityGiven, IdentityTaken, PersonAdded, RoleGiven
from dunning.promise_facts import PromiseMade
from ledger.books import Books
from ledger.disputes import DisputeRow
from ledger.identities import IdentityRow
from ledger.ledger import Ledger
from ledger.people import PersonRow, record_person
from ledger.promises import PromiseRow
from ledger.rebuild import Difference, differences, rebuild, snapshot
from ledger.tables import CaseRow, CustomerRow, PaymentRow, TaskItemRow, TaskRow, table
from tests.ledger.entries import AT, described, eur, opened, paid, paused

LISTS: tuple[type[SQLModel], ...] = (
    CaseRow,
    DisputeRow,
    PromiseRow,
    CustomerRow,
    PaymentRow,
    TaskRow,
    TaskItemRow,
    PersonRow,
    IdentityRow,
)
CASE, TASK, PAYMENT = table(CaseRow), table(TaskRow), table(PaymentRow)
CUSTOMER, ITEM, DISPUTE = table(CustomerRow), table(TaskItemRow), table(DisputeRow)


@pytest.fixture
def busy(ledger: Ledger) -> Ledger:
    """Books in which something happened to every list."""
    ledger.transact(_describe)
    ledger.transact(_pay)
    ledger.transact(_ask_people)
    ledger.transact(_dispute)
    ledger.transact(_staff)
    return ledger


def test_lists_kept_up_to_date_are_what_the_facts_say(busy: Ledger) -> None:
    assert found(busy) == []
    assert all(count(busy, model) for model in LISTS)


def test_rebuilding_healthy_lists_changes_nothing(busy: Ledger) -> None:
    before = [rows(busy, model) for model in LISTS]
    made_again(busy)

    assert [rows(busy, model) for model in LISTS] == before


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        (
            update(CASE).where(CASE.c.invoice == "I-1").values(balance_minor=1, level=3),
            Difference("dunning_case", "I-1", "balance_minor, level"),
        ),
        (
            update(CASE).where(CASE.c.invoice == "I-2").values(closed_on=None, closed_why=""),
            Difference("dunning_case", "I-2", "closed_on, closed_why"),
        ),
        (
            delete(CASE).where(CASE.c.invoice == "I-3"),
            Difference("dunning_case", "I-3", "missing"),
        ),
        (
            update(DISPUTE).values(owner="sales", followed=False),
            Difference("dispute", "I-1/1", "owner, followed"),
        ),
        (delete(DISPUTE), Difference("dispute", "I-1/1", "missing")),
        (
            update(CUSTOMER).values(paused_until=None),
            Difference("customer", "C-1", "paused_until"),
        ),
        (
            update(PAYMENT).where(PAYMENT.c.payment == "P-1").values(applied_minor=0),
            Difference("payment", "P-1", "applied_minor"),
        ),
        (
            update(TASK).where(TASK.c.task == "T-2").values(outcome=""),
            Difference("task", "T-2", "outcome"),
        ),
        (
            delete(ITEM).where(ITEM.c.task == "T-1", ITEM.c.invoice == "I-1"),
            Difference("task_item", "T-1 / I-1", "missing"),
        ),
        (
            insert(ITEM).values(task="T-1", invoice="I-99", outcome=""),
            Difference("task_item", "T-1 / I-99", "unfounded"),
        ),
        (
            insert(PAYMENT).values(
                payment="P-99",
                on=date(2026, 1, 1),
                currency="EUR",
                amount_minor=1,
                applied_minor=0,
                reference="",
                payer="",
            ),
            Difference("payment", "P-99", "unfounded"),
        ),
    ],
    ids=lambda value: value.what if isinstance(value, Difference) else "",
)
def test_a_broken_row_is_named_and_mended(busy: Ledger, broken: object, named: Difference) -> None:
    healthy = [rows(busy, model) for model in LISTS]
    busy.transact(lambda books: books.connection.execute(broken))  # type: ignore[call-overload]

    assert found(busy) == [named]

    made_again(busy)

    assert found(busy) == []
    assert [rows(busy, model) for model in LISTS] == healthy


def test_lists_that_were_dropped_come_back_whole(busy: Ledger) -> None:
    healthy = [rows(busy, model) for model in LISTS]
    for model in LISTS:
        busy.transact(lambda books, model=model: books.connection.execute(delete(table(model))))  # type: ignore[misc]
    made_again(busy)

    assert [rows(busy, model) for model in LISTS] == healthy


def test_every_case_is_planned_again_in_batches(ledger: Ledger) -> None:
    many = [opened(f"I-{number}") for number in range(1200)]
    ledger.transact(lambda books: books.open_cases(many))
    planned: list[str] = []
    heard: list[int] = []

    def replan(_: Books, cases: Sequence[Case]) -> None:
        planned.extend(case.invoice for case in cases)

    assert rebuild(ledger, replan, heard.append) == 1200
    assert sorted(planned) == sorted(fact.invoice for fact in many)
    assert heard == [500, 1000, 1200]


def test_a_person_changed_behind_the_books_is_found_and_put_right(busy: Ledger) -> None:
    person, identity = table(PersonRow), table(IdentityRow)
    with busy.engine.begin() as connection:
        connection.execute(update(person).values(roles="administrator"))
        connection.execute(update(identity).values(person="mallory"))
        stranger = {"person": "mallory", "name": "M", "roles": "administrator", "active": True}
        connection.execute(insert(person), [{**stranger, "added_at": AT}])
    tampered = {(one.table, one.what) for one in found(busy)}
    made_again(busy)

    people = {("person", "roles"), ("person", "unfounded"), ("person_identity", "person")}
    assert tampered == people
    assert found(busy) == []


def _describe(books: Books) -> None:
    books.record_customer(
        "C-1", described("C-1", Contact("C-1/1", "Ada", "billing", email="a@b.c"))
    )
    until = AT.date() + timedelta(days=9)
    pause = CustomerPaused(at=AT, by="ada", reason="goodwill", until=until)
    books.record_customer("C-1", pause)


def _pay(books: Books) -> None:
    books.open_cases([opened(f"I-{number}") for number in (1, 2, 3)])
    for payment, minor, applied in (("P-1", 50_000, 50_000), ("P-2", 150_000, 150_000)):
        received = PaymentReceived(
            at=AT, by="import", payment=payment, amount=eur(minor), on=AT.date(), reference="I"
        )
        books.record_payment(received, applied)
    books.record("I-1", paid(50_000, "P-1"), paused())
    books.record("I-2", paid(150_000, "P-2"))


def _ask_people(books: Books) -> None:
    def asked(task: str) -> facts.TaskOpened:
        return facts.TaskOpened(
            at=AT, by="duncan", task=task, what="call", role="associate", why="it is time"
        )

    def done(task: str) -> facts.TaskClosed:
        return facts.TaskClosed(at=AT, by="ada", task=task, outcome="reached")

    books.record("I-1", asked("T-1"), asked("T-2"), done("T-2"))
    # One of two invoices of a task is done with: the task stays open.
    books.record("I-3", asked("T-1"), done("T-1"))


def _dispute(books: Books) -> None:
    part = eur(30_000)
    promised = PromiseMade(at=AT, by="ada", amount=part, promised_on=AT.date())
    books.record(
        "I-1",
        promised,
        DisputeOpened(at=AT, by="ada", dispute="I-1/1", reason="price", amount=part),
        DisputeAssigned(at=AT, by="duncan", dispute="I-1/1", owner="pricing"),
    )


def _staff(books: Books) -> None:
    identities = ("email:ada@example.com", "email:ada@old.example")
    given = [IdentityGiven(at=AT, by="eve", identity=one) for one in identities]
    record_person(
        books,
        "ada",
        PersonAdded(at=AT, by="eve", person="ada", name="Ada Åström"),
        RoleGiven(at=AT, by="eve", role="associate"),
        *given,
        IdentityTaken(at=AT, by="eve", identity=identities[1]),
    )


def made_again(ledger: Ledger) -> None:
    """A rebuild by somebody who does not plan."""
    rebuild(ledger, lambda _, __: None, lambda _: None)


def found(ledger: Ledger) -> list[Difference]:
    with snapshot(ledger) as books:
        return list(differences(books))


def rows(ledger: Ledger, model: type[SQLModel]) -> list[tuple[object, ...]]:
    # How much a task was about when it was opened only helps to find the large ones.
    columns = [one for one in table(model).c if one.name != "owed_minor"]
    with ledger.reading() as books:
        query = select(*columns).order_by(*table(model).primary_key)
        return [tuple(row) for row in books.connection.execute(query)]


def count(ledger: Ledger, model: type[SQLModel]) -> int:
    return len(rows(ledger, model))
