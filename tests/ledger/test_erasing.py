"""Erasing on both databases: what goes, what stays, and what nobody may do besides."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError

from dunning.contact_facts import Contact
from dunning.erasure_facts import ContentsErased, CustomerErased
from dunning.facts import TaskOpened
from dunning.payment import PaymentReceived
from dunning.personal import ERASED, ERASED_EMAIL
from ledger.audit_facts import Streams
from ledger.books import Books
from ledger.chain import Link, breaks
from ledger.correspondence import DeliveryEventRow, MessageContentRow, ReplyRow
from ledger.erased import CONTENTS, erased_facts, unfounded_erasures
from ledger.erasing import erase
from ledger.erasing_words import erase_words, old_messages, old_replies
from ledger.imports import RejectRow
from ledger.ledger import Ledger
from ledger.leftovers import leftovers
from ledger.projections import project_payments
from ledger.rebuild import differences
from ledger.seals import broken_seals
from ledger.tables import FactRow, ImportRow, MessageRow, PaymentRow, table
from ledger.whose import whose
from tests.ledger.entries import AT, described, eur, open_case, paid

FACT, MESSAGE, PAYMENT = table(FactRow), table(MessageRow), table(PaymentRow)
EMIL = Contact("C-1/1", "Emil Quittenbaum", "billing", "emil@quittenbaum.example", "+4915112345678")
SECRET = (
    "Quittenbaum",
    "quittenbaum",
    "Ünal",
    "4915112345678",
    "DE89370400440532013000",
    "my back",
)


def fill(ledger: Ledger) -> None:
    """A customer with all that may name it, and another one of the same accountant."""
    for number in ("C-1", "C-2"):
        ledger.transact(lambda b, n=number: b.record_customer(n, described(n, EMIL)))  # type: ignore[misc]
    for invoice, customer in (("I-1", "C-1"), ("I-2", "C-1"), ("I-3", "C-2")):
        open_case(ledger, invoice, customer)
    ledger.transact(_money)
    task = TaskOpened(
        at=AT, by="duncan", task="t-1", what="call", role="associate", why=f"Call {EMIL.name}."
    )
    ledger.transact(lambda books: books.record("I-1", task))
    ledger.transact(_mail)


def _money(books: Books) -> None:
    for number in ("P-1", "P-2"):
        came = PaymentReceived(
            at=AT, by="import", payment=number, amount=eur(200), on=AT.date(), payer=EMIL.name,
            reference="for my back", payer_iban="DE89370400440532013000", texts=("my back",),
        )  # fmt: skip
        books.append(f"payment:{number}", came)
        project_payments(books.connection, [came], 200)
    books.record("I-1", paid(200, "P-1"), paid(100, "P-2"))
    books.record("I-3", paid(100, "P-2"))


def _mail(books: Books) -> None:
    sent = {
        "attempt": "a-1", "customer": "C-1", "channel": "email", "local_date": AT.date(),
        "letter": "reminder", "level": 1, "contact": "C-1/1", "address": EMIL.email,
        "claimant": "I-1", "state": "sent", "claimed_at": AT, "subject": "Dear Emil Quittenbaum",
        "content_hash": "h",
    }  # fmt: skip
    books.connection.execute(insert(MESSAGE), [sent])
    words = {"attempt": "a-1", "content": zlib.compress(b"Dear Emil Quittenbaum")}
    books.connection.execute(insert(table(MessageContentRow)), [words])
    said = {
        "event": "e-1", "attempt": "a-1", "channel": "email", "kind": "delivered", "at": AT,
        "recorded_at": AT, "why": f"250 queued for {EMIL.email}",
    }  # fmt: skip
    books.connection.execute(insert(table(DeliveryEventRow)), [said])
    reply = {
        "reply": "r-1", "arrival": 1, "kind": "message", "channel": "email", "received_at": AT,
        "from_address": EMIL.email, "text": "my back", "customer": "C-1", "state": "handled",
        "reading": "{}",
    }  # fmt: skip
    books.connection.execute(insert(table(ReplyRow)), [reply])
    run = {
        "id": 1, "kind": "customers", "file": "Emil Quittenbaum.csv", "sha256": "", "by": "ada",
        "imported_at": AT, "rows": 1, "accepted": 0, "updated": 0, "unchanged": 0, "rejected": 1,
    }  # fmt: skip
    books.connection.execute(insert(table(ImportRow)), [run])
    row = {
        "import_id": 1, "row": 2, "column": "email", "code": "X", "reason": "no",
        "cells": '{"name": "\\u00dcnal & S\\u00f8n"}',
    }  # fmt: skip
    books.connection.execute(insert(table(RejectRow)), [row])


def erased(ledger: Ledger) -> CustomerErased:
    """Erase C-1."""
    done = CustomerErased(
        at=AT + timedelta(days=9), by="grace", customer="C-1", pseudonym="Erased customer 1",
        asked_by="ada", facts=0, digest="",
    )  # fmt: skip
    return ledger.transact(lambda books: erase(books, whose(books.connection, "C-1"), done))


def everything(ledger: Ledger) -> str:
    """Every value of every row, but those of the other customer."""
    with ledger.reading() as books:
        rows = [
            row
            for name in inspect(books.connection).get_table_names()
            for row in books.connection.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608 - our own tables
        ]
    mine = [row for row in rows if not {"customer:C-2", "C-2", "payment:P-2", "P-2"} & set(row)]
    return "\n".join(_plain(value) for row in mine for value in row)


def _plain(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes) else str(value)


def test_nothing_of_the_customer_is_left_in_any_table(ledger: Ledger) -> None:
    fill(ledger)
    before = everything(ledger)
    done = erased(ledger)
    after = everything(ledger)

    assert [one for one in SECRET if one not in before] == []
    assert [one for one in SECRET if one in after] == []
    assert done.facts >= 3


def test_where_a_name_still_stands_is_told(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.reading() as books:
        names = whose(books.connection, "C-1").names
        before = list(leftovers(books.connection, names))
    erased(ledger)
    with ledger.reading() as books:
        after = list(leftovers(books.connection, names))

    assert {"message.address: 1", "fact.body: 5", "reply.from_address: 1"} <= set(before)
    # Of the other customer, and of the payment that paid both.
    assert sorted(after) == [
        "customer.addresses: 1",
        "customer.name: 1",
        "fact.body: 2",
        "payment.payer: 1",
    ]


def test_what_others_share_with_it_stays(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.reading() as books:
        shared = whose(books.connection, "C-1").shared
    erased(ledger)
    with ledger.reading() as books:
        other, mine = books.customer("C-2"), books.customer("C-1")
        payer = select(PAYMENT.c.payer).where(PAYMENT.c.payment == "P-2")

        assert other.contacts == (EMIL,)
        assert mine.contacts[0].email == ERASED_EMAIL
        assert shared == ("P-2",)
        assert books.connection.execute(payer).scalar_one() == EMIL.name


def test_the_chain_verifies_and_the_money_is_what_it_was(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.reading() as books:
        before = {one: books.case(one).balance for one in ("I-1", "I-2", "I-3")}
    erased(ledger)
    with ledger.reading() as books:
        query = select(*(FACT.c[name] for name in Link._fields)).order_by("stream", "number")
        links = [Link(*row) for row in books.connection.execute(query)]
        found: list[Any] = []
        Streams(books, found).read({link.stream for link in links}, check=True)

        assert list(breaks(links, erased_facts(books.connection))) == []
        assert found == []
        # Without the list of erasures it shows: nothing pretends that nothing was changed.
        assert len(list(breaks(links))) >= 3
        assert list(unfounded_erasures(books.connection)) == []
        assert list(broken_seals(books)) == []
        assert list(differences(books)) == []
        assert {one: books.case(one).balance for one in before} == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET body = '{}' WHERE stream = 'payment:P-1'",
        "UPDATE fact SET hash = '' WHERE stream = 'payment:P-1'",
        "DELETE FROM fact WHERE stream = 'payment:P-1'",
        "UPDATE erased SET body = '{}'",
        "DELETE FROM erased",
        "UPDATE delivery_event SET why = 'x'",
        "UPDATE delivery_event SET kind = 'bounced'",
        "DELETE FROM delivery_event",
    ],
)
def test_an_erasure_opens_no_other_door(ledger: Ledger, statement: str) -> None:
    fill(ledger)
    erased(ledger)

    with pytest.raises(DBAPIError, match="append-only"):
        ledger.transact(lambda books: books.connection.execute(text(statement)))


def test_old_words_go_and_everything_else_stays(ledger: Ledger) -> None:
    fill(ledger)
    later = AT + timedelta(days=800)

    def sweep(books: Books) -> list[list[str]]:
        names = [old_messages(books, later, 10), old_replies(books, later, 10)]
        for what, some in (("messages", names[0]), ("replies", names[1])):
            told: Any = {"what": what, "before": later, "years": 2, "count": 0, "digest": ""}
            erase_words(books, some, ContentsErased(at=later, by="duncan", **told))
        return names

    assert ledger.transact(sweep) == [["a-1"], ["r-1"]]
    assert ledger.transact(sweep) == [[], []]
    with ledger.reading() as books:
        assert list(unfounded_erasures(books.connection)) == []
        assert [one.count for one in _recorded(books)] == [1, 1, 0, 0]
        row = books.connection.execute(select(MESSAGE)).mappings().one()
        assert (row["subject"], row["address"], row["content_hash"]) == (ERASED, EMIL.email, "h")
        assert books.customer("C-1").contacts == (EMIL,)


def _recorded(books: Books) -> list[ContentsErased]:
    facts = books.histories([CONTENTS])[CONTENTS]
    return [one for one in facts if isinstance(one, ContentsErased)]
