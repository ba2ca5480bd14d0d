"""Claims beside a customer's invoices, as they stood at the end of any day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from dunning.claim import Claim, claims_on
from ledger.books import Books
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, table

CASE, FACT = table(CaseRow), table(FactRow)
_PREFIX = len("invoice:")


class OpenClaim(NamedTuple):
    """A claim that is still asked for, with the invoice and its entity."""

    invoice: str
    entity: str
    claim: Claim


def open_claims_on(books: Books, customer: str, day: date) -> Iterator[OpenClaim]:
    """The claims that were asked for at the end of the day, by invoice."""
    stream = "invoice:" + CASE.c.invoice
    query = (
        select(FACT.c.stream, CASE.c.entity)
        .join_from(CASE, FACT, FACT.c.stream == stream)
        .where(CASE.c.customer == customer, FACT.c.kind == "claim_raised")
        .distinct()
        .order_by(FACT.c.stream)
    )
    entities = {row.stream: row.entity for row in books.connection.execute(query)}
    for some in chunks(entities):
        histories = books.histories(some)
        for name in some:
            for one in claims_on(histories[name], day):
                if one.open.minor > 0:
                    yield OpenClaim(name[_PREFIX:], entities[name], one)
