"""Whoever changes a stored fact with SQL, in whatever place, is found by the audit's reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger.audit_facts import Break
from ledger.audit_reading import Reading
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.schema import upgrade
from tests.dunning.worlds import LONDON
from tests.ledger.entries import described, open_case, paid, paused

COLUMNS = ("stream", "number", "kind", "body", "recorded_at", "by", "previous_hash", "hash")


@pytest.fixture
def books_file(tmp_path: Path) -> Iterator[Path]:
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
    yield file


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


@pytest.mark.slow
def test_a_change_of_any_byte_of_any_fact_is_found(books_file: Path) -> None:
    with sqlite3.connect(books_file) as connection:
        names = ", ".join(f'"{one}"' for one in COLUMNS)
        facts = connection.execute(f"SELECT id, {names} FROM fact").fetchall()
    tried = 0
    for fact_id, *values in facts:
        for column, value in zip(COLUMNS, values, strict=True):
            written = str(value)
            for place, letter in enumerate(written):
                other = "7" if letter != "7" else "8"
                tampered = written[:place] + other + written[place + 1 :]
                changed(
                    books_file, f'UPDATE fact SET "{column}" = ? WHERE id = ?', tampered, fact_id
                )
                breaks, reading = read(books_file)
                changed(books_file, f'UPDATE fact SET "{column}" = ? WHERE id = ?', value, fact_id)
                tried += 1

                assert breaks or reading.unfounded, f"{column} {place} of fact {fact_id}"

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
    with ledger.engine.begin() as connection:
        columns = (
            "attempt, customer, channel, local_date, letter, level, contact, address, claimant"
        )
        more = "state, claimed_at, provider_id, subject, content_hash, why, delivery"
        connection.execute(
            text(
                f"INSERT INTO message ({columns}, {more}) VALUES ('m1', 'C-1', 'email',"
                " '2026-03-05', 'reminder', 1, 'C-1/b', 'a@b.example', 'I-1', 'sent',"
                " '2026-03-05 09:00:00.000000', 'p', '', '', '', '')"
            )
        )
        connection.execute(text("INSERT INTO message_content VALUES ('m1', X'00')"))
    with snapshot(ledger) as books:
        ((account, _),) = list(Reading(books, lambda *_: LONDON).accounts())
    ledger.engine.dispose()

    assert [(one.digest, one.text) for one in account.messages] == [("unreadable", "")]
