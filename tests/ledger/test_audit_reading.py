"""Whoever changes a stored fact with SQL, in whatever place, is found by the audit's reading."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import insert

from ledger.audit_facts import Break
from ledger.audit_reading import Reading
from ledger.correspondence import MessageContentRow
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.schema import upgrade
from ledger.tables import MessageRow, table
from tests.dunning.worlds import LONDON
from tests.ledger.entries import AT, described, open_case, paid, paused


@pytest.fixture
def books_file(tmp_path: Path) -> Path:
    """A file of books with an invoice, a customer and five facts; anything may be changed in it."""
    file = tmp_path / "books.db"
    ledger = Ledger(open_engine(f"sqlite:///{file}"))
    upgrade(ledger.engine)
    open_case(ledger)
    ledger.transact(lambda books: books.record_customer("C-1", described()))
    ledger.transact(lambda books: books.record("I-1", paused(), paid(100)))
    ledger.engine.dispose()
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in found.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    return file


def read(file: Path) -> tuple[list[Break], Reading]:
    """Read the books like an audit does."""
    ledger = Ledger(open_engine(f"sqlite:///{file}"))
    with snapshot(ledger) as books:
        reading = Reading(books, lambda *_: LONDON)
        for _, invoices in reading.accounts():
            list(invoices)
        reading.read_the_rest()
    ledger.engine.dispose()
    return reading.breaks, reading


def test_books_nobody_touched_are_whole(books_file: Path) -> None:
    breaks, reading = read(books_file)

    assert breaks == []
    assert reading.facts == 3
    assert (reading.unlisted, reading.unfounded) == ([], [])


def changed(file: Path, statement: str, *values: object) -> None:
    """Change the file with SQL."""
    with sqlite3.connect(file) as connection:
        connection.execute(statement, values)


def write(file: Path, column: str, value: object, fact: int) -> None:
    """Change one column of a fact."""
    statement = 'UPDATE fact SET "{}" = ? WHERE id = ?'.format(column)  # noqa: S608, UP032 - A column's own name.
    changed(file, statement, value, fact)


@pytest.mark.slow
def test_a_change_of_any_byte_of_any_fact_is_found(books_file: Path) -> None:
    with sqlite3.connect(books_file) as connection:
        facts = connection.execute("SELECT * FROM fact").fetchall()
        columns = [one[1] for one in connection.execute("PRAGMA table_info(fact)")]
    tried = 0
    for fact, *values in facts:
        for column, value in zip(columns[1:], values, strict=True):
            written = str(value)
            for place, letter in enumerate(written):
                other = "8" if letter == "7" else "7"
                write(books_file, column, written[:place] + other + written[place + 1 :], fact)
                breaks, reading = read(books_file)
                write(books_file, column, value, fact)
                tried += 1

                assert breaks or reading.unfounded, f"{column} {place} of fact {fact}"

    assert tried > 1_000
    assert read(books_file)[0] == []


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM fact WHERE stream = 'invoice:I-1' AND number = 2",
        "UPDATE fact SET recorded_at = replace(recorded_at, ' ', 'T') WHERE number = 2",
        "UPDATE fact SET recorded_at = '2026' WHERE number = 2",
        "UPDATE fact SET body = X'7B7D' WHERE number = 2",
        "UPDATE fact SET body = '' WHERE number = 2",
        "UPDATE fact SET body = body || ' ' WHERE number = 2",
        "UPDATE fact SET number = 9 WHERE stream = 'invoice:I-1' AND number = 3",
        "UPDATE fact SET stream = 'invoice:I-2' WHERE number = 3",
    ],
)
def test_what_is_not_as_it_was_written_is_found(books_file: Path, statement: str) -> None:
    changed(books_file, statement)

    assert read(books_file)[0] != []


def test_an_invoice_without_facts_or_without_a_case_is_noticed(books_file: Path) -> None:
    changed(books_file, "UPDATE dunning_case SET invoice = 'I-9'")
    _, reading = read(books_file)

    assert reading.unlisted == ["I-1"]
    assert reading.unfounded == [("I-9", "C-1")]


def test_a_message_whose_words_cannot_be_read_has_no_words(books_file: Path) -> None:
    ledger = Ledger(open_engine(f"sqlite:///{books_file}"))
    row = {"attempt": "m1", "customer": "C-1", "channel": "email", "local_date": AT.date()}
    row |= {"letter": "reminder", "level": 1, "contact": "C-1/b", "address": "a@b.example"}
    row |= {"claimant": "I-1", "state": "sent", "claimed_at": AT}
    with ledger.engine.begin() as connection:
        connection.execute(insert(table(MessageRow)).values(**row))
        words = {"attempt": "m1", "content": b"\0"}
        connection.execute(insert(table(MessageContentRow)).values(**words))
    with snapshot(ledger) as books:
        ((account, _),) = list(Reading(books, lambda *_: LONDON).accounts())
    ledger.engine.dispose()

    assert [(one.digest, one.text) for one in account.messages] == [("unreadable", "")]
