from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, select, text, update

from ledger.books import FACT
from ledger.chain import Link, breaks, hash_of
from ledger.ledger import Ledger
from tests.ledger.entries import described, open_case, paid

LINK = [FACT.c[name] for name in Link._fields]


def test_the_chain_of_untouched_books_is_whole(ledger: Ledger) -> None:
    fill(ledger)

    assert broken(ledger) == []


@pytest.mark.parametrize(
    ("tampering", "noticed"),
    [
        (
            "UPDATE fact SET body = replace(body, '200', '900') WHERE number = 3",
            "fact 3 was changed",
        ),
        ("UPDATE fact SET by = 'nobody' WHERE number = 1", "fact 1 was changed"),
        ("UPDATE fact SET kind = 'paused' WHERE number = 2", "fact 2 was changed"),
        ("UPDATE fact SET recorded_at = '2026-02-03 00:00:00' WHERE number = 2", "fact 2 was"),
        ("UPDATE fact SET hash = 'x' WHERE number = 3", "fact 3 was changed"),
        ("DELETE FROM fact WHERE number = 2", "fact 2 is missing"),
    ],
)
def test_a_fact_that_was_tampered_with_is_found(
    ledger: Ledger, tampering: str, noticed: str
) -> None:
    fill(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        connection.execute(text(f"{tampering} AND stream = 'invoice:I-1'"))

    assert any(noticed in sentence for sentence in broken(ledger))
    assert all(sentence.startswith("invoice:I-1") for sentence in broken(ledger))


def test_swapping_two_facts_is_found(ledger: Ledger) -> None:
    fill(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        for old, new in ((2, 20), (3, 2), (20, 3)):
            connection.execute(
                text(
                    "UPDATE fact SET number = :new WHERE number = :old AND stream = 'invoice:I-1'"
                ),
                {"old": old, "new": new},
            )

    assert broken(ledger)[0] == "invoice:I-1: fact 2 was changed after it was recorded"


def test_a_fact_rewritten_with_a_fitting_hash_is_found_by_the_one_after_it(
    ledger: Ledger,
) -> None:
    fill(ledger)
    with ledger.engine.begin() as connection:
        unguard(connection)
        found = connection.execute(select(*LINK).where(FACT.c.stream == "invoice:I-1"))
        forged = next(link for row in found if (link := Link(*row)).number == 2)
        body = forged.body.replace("100", "999")
        fitting = hash_of(forged.previous_hash, *forged[:3], body, forged.recorded_at, forged.by)
        connection.execute(
            update(FACT)
            .where(FACT.c.stream == forged.stream, FACT.c.number == 2)
            .values(body=body, hash=fitting)
        )

    assert broken(ledger) == ["invoice:I-1: fact 3 was changed after it was recorded"]


def fill(ledger: Ledger) -> None:
    open_case(ledger, "I-1")
    open_case(ledger, "I-2")
    ledger.transact(
        lambda books: books.record("I-1", paid(100), paid(200, "P-2"), paid(300, "P-3"))
    )
    ledger.transact(lambda books: books.record_customer("C-1", described()))


def broken(ledger: Ledger) -> list[str]:
    with ledger.reading() as books:
        rows = books.connection.execute(select(*LINK).order_by("stream", "number"))
        return list(breaks(Link(*row) for row in rows))


def unguard(connection: Connection) -> None:
    """What somebody with full rights on the database can do."""
    guards: dict[str, Callable[[], list[str]]] = {
        "sqlite": lambda: [f"DROP TRIGGER fact_refuses_{verb}" for verb in ("update", "delete")],
        "postgresql": lambda: ["ALTER TABLE fact DISABLE TRIGGER ALL"],
    }
    for statement in guards[connection.dialect.name]():
        connection.execute(text(statement))
