"""The words by which people find customers and invoices: numbers and names, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Select, String, delete, select
from sqlmodel import Field, SQLModel

from ledger.rows import CHUNK, insert_missing
from ledger.tables import CaseRow, CustomerRow, table

CUSTOMERS, INVOICES = "customer", "invoice"
LONGEST_WORD = 60
# Behind every text that begins with what was typed.
_BEYOND = "\U0010ffff"
_WORD = re.compile(r"[^\W\d_]+|\d+")
# Bytes in their order on both databases, whatever collation a PostgreSQL was made with.
_BYTES = String().with_variant(String(collation="C"), "postgresql")


class SearchWordRow(SQLModel, table=True):
    """A number or name from one of its words on, in lower case, and what is found by it."""

    __tablename__ = "search_word"
    __table_args__ = ({"sqlite_with_rowid": False},)
    word: str = Field(primary_key=True, sa_type=_BYTES)
    kind: str = Field(primary_key=True)
    number: str = Field(primary_key=True)


WORD, CASE, CUSTOMER = table(SearchWordRow), table(CaseRow), table(CustomerRow)


def words_of(*texts: str) -> set[str]:
    """Each text from each of its words on: `INV-10` is found by `inv-10` and by `10`."""
    found: set[str] = set()
    for text in texts:
        plain = text.casefold()
        found |= {plain[one.start() :][:LONGEST_WORD].rstrip() for one in _WORD.finditer(plain)}
        found.add(plain[:LONGEST_WORD].strip())
    return found - {""}


def found_by(kind: str, typed: str, most: int) -> Select[Any]:
    """The numbers of a kind that have a word which begins with what was typed."""
    begins = typed.casefold().strip()[:LONGEST_WORD]
    mine = (WORD.c.word >= begins, WORD.c.word < begins + _BEYOND, WORD.c.kind == kind)
    return select(WORD.c.number).where(*mine).order_by(WORD.c.word).limit(most)


def note_invoices(connection: Connection, invoices: Iterable[tuple[str, str]]) -> None:
    """Let new invoices, each with its customer, be found by their numbers."""
    numbers = list(invoices)
    rows = [*_rows(INVOICES, ((invoice,) for invoice, _ in numbers))]
    rows += _rows(CUSTOMERS, {(customer,) for _, customer in numbers})
    insert_missing(connection, SearchWordRow, rows)


def note_customer(connection: Connection, customer: str, before: str | None, name: str) -> None:
    """Let a customer be found by its number and name, and no more by the name before."""
    new = words_of(customer, name)
    gone = words_of(before) - new if before else set()
    if gone:
        mine = (WORD.c.kind == CUSTOMERS, WORD.c.number == customer, WORD.c.word.in_(gone))
        connection.execute(delete(WORD).where(*mine))
    if before != name:
        insert_missing(connection, SearchWordRow, [*_rows(CUSTOMERS, [(customer, name)])])


def rewrite_words(connection: Connection) -> None:
    """Make all of them again from the lists of customers and invoices."""
    connection.execute(delete(WORD))
    for kind, named in (
        (INVOICES, select(CASE.c.invoice)),
        (CUSTOMERS, select(CASE.c.customer).distinct()),
        (CUSTOMERS, select(CUSTOMER.c.customer, CUSTOMER.c.name)),
    ):
        found = connection.execute(named, execution_options={"yield_per": CHUNK})
        for some in found.partitions():
            insert_missing(connection, SearchWordRow, [*_rows(kind, some)])


def _rows(kind: str, named: Iterable[Sequence[str]]) -> Iterator[dict[str, str]]:
    """A row for each word; what is found comes first of its texts."""
    for texts in named:
        for word in words_of(*texts):
            yield {"word": word, "kind": kind, "number": texts[0]}
