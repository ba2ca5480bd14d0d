"""Sets of rows are written alike on both databases, one by one or as lists."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from ledger.doorbells import DOORBELL, Doorbell, ring, waiting
from ledger.ledger import Ledger
from ledger.rows import ONE_BY_ONE, append, insert_missing, upsert
from ledger.tables import CustomerRow, FactRow, table
from tests.ledger.entries import AT

CUSTOMER, FACT = table(CustomerRow), table(FactRow)
MANY = 3 * ONE_BY_ONE


@pytest.mark.parametrize("count", [1, MANY])
def test_rows_are_inserted_or_updated_or_left_alone(ledger: Ledger, count: int) -> None:
    with ledger.engine.begin() as connection:
        upsert(connection, CustomerRow, customers(count, "first"))
        upsert(connection, CustomerRow, customers(count + 1, "second"))
        insert_missing(connection, CustomerRow, customers(count + 2, "third"))
        query = select(CUSTOMER.c.name, func.count()).group_by(CUSTOMER.c.name)
        named = {row.name: row[1] for row in connection.execute(query)}

    assert named == {"second": count + 1, "third": 1}


def test_of_rows_that_come_twice_the_last_counts(ledger: Ledger) -> None:
    with ledger.engine.begin() as connection:
        upsert(connection, CustomerRow, [*customers(MANY, "first"), *customers(MANY, "last")])
        names = set(connection.execute(select(CUSTOMER.c.name)).scalars())

    assert names == {"last"}


def test_facts_keep_their_order_and_everything_they_say(ledger: Ledger) -> None:
    rows = [fact(number) for number in range(MANY)]
    with ledger.engine.begin() as connection:
        append(connection, FactRow, rows)
        found = connection.execute(select(FACT).order_by(FACT.c.id)).mappings().all()

    assert [{name: row[name] for name in rows[0]} for row in found] == rows


@pytest.mark.parametrize("count", [1, MANY])
def test_a_doorbell_rings_once_for_many_and_again_for_more(ledger: Ledger, count: int) -> None:
    invoices = [f"I-{number}" for number in range(count)]
    with ledger.engine.begin() as connection:
        ring(connection, invoices, opening=True)
        assert {(one.rung, one.opening) for one in waiting(connection, MANY)} == {(1, True)}
        ring(connection, [*invoices, *invoices], opening=False)
        bells = waiting(connection, MANY)
        assert connection.execute(select(func.count()).select_from(DOORBELL)).scalar() == count

    assert sorted(bells) == sorted(Doorbell(invoice, 2, opening=False) for invoice in invoices)


def customers(count: int, name: str) -> list[dict[str, Any]]:
    """Rows with texts that a list has to quote, and with nothing in a column."""
    texts = {"name": name, "country": "", "segment": '{"a", b}', "entity": "NULL"}
    return [
        {"customer": f"C,{number}", "key": "\\", **texts, "paused_until": None}
        | {"contacts": number, "addresses": "ü\n", "collector": "it's"}
        for number in range(count)
    ]


def fact(number: int) -> dict[str, Any]:
    hashes = {"previous_hash": "0" * 64, "hash": f"{number:064}"}
    body = '{"note":"ü \\" \\\\ {}"}'
    told = {"kind": "paused", "body": body, "recorded_at": AT, "by": "ada"}
    return {"stream": f"invoice:I-{MANY - number}", "number": 1, **told, **hashes}
