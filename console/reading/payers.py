"""Payers that people taught Duncan, page by page in the order of their hashes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from console.reading.paging import PAGE_ROWS
from dunning.cash_facts import PayerAliasLearnt
from ledger.books import Books
from ledger.tables import FactRow, table

FACT = table(FactRow)
# Streams of payers, and nothing else, stand between these two.
_PREFIX, _BEYOND = "payer:", "payer;"


@dataclass(frozen=True)
class Payers:
    """Payers who are remembered, and where the next page begins ("" where there is none)."""

    rows: Sequence[PayerAliasLearnt]
    next: str
    previous: str = ""


def payers_after(books: Books, after: str, size: int = PAGE_ROWS) -> Payers:
    """The payers behind a place. Those that were forgotten are left out, so a page may be short."""
    query = (
        select(FACT.c.stream)
        .where(FACT.c.stream > f"{_PREFIX}{after}", FACT.c.stream < _BEYOND)
        .distinct()
        .order_by(FACT.c.stream)
        .limit(size + 1)
    )
    streams = list(books.connection.execute(query).scalars())
    latest = books.latest(streams[:size]).values()
    learnt = [fact for fact in latest if isinstance(fact, PayerAliasLearnt)]
    last = streams[size - 1].removeprefix(_PREFIX) if len(streams) > size else ""
    return Payers(sorted(learnt, key=lambda fact: fact.payer), last)


def every_payer(books: Books) -> Iterator[PayerAliasLearnt]:
    """All of them."""
    after = ""
    while True:
        page = payers_after(books, after, 500)
        yield from page.rows
        after = page.next
        if not after:
            return
