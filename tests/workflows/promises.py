"""What must be true after every story, whatever it was about."""

from __future__ import annotations

from collections import Counter
from typing import cast

from sqlalchemy import select

from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.may import is_closed
from dunning.touch_facts import TouchStarted
from ledger.answers import CLAIMED_BY_REPLY
from ledger.books import FACT, Books
from ledger.chain import Link, breaks
from ledger.doorbells import count
from ledger.messages import covered_invoices
from ledger.rebuild import differences
from tests.stories import MESSAGE, Stage


def assert_promises_are_kept(stage: Stage) -> None:
    """Nobody is told twice, nobody who is done is told at all, and the books are whole."""
    attempts = [message.attempt for message in stage.post.handed_over]

    assert len(attempts) == len(set(attempts))
    assert stage.read(_chain_breaks) == []
    assert stage.read(lambda books: list(differences(books))) == []
    assert stage.read(lambda books: count(books.connection)) == 0
    assert stage.read(_days_with_two_messages) == []
    assert stage.read(_told_although_closed) == []
    assert stage.read(_messages_without_claim) == set()


def _chain_breaks(books: Books) -> list[str]:
    columns = (FACT.c[name] for name in Link._fields)
    rows = books.connection.execute(select(*columns).order_by("stream", "number"))
    return list(breaks(Link(*row) for row in rows))


def _days_with_two_messages(books: Books) -> list[object]:
    query = select(MESSAGE.c.customer, MESSAGE.c.channel, MESSAGE.c.local_date)
    told = (MESSAGE.c.state != "refused", ~MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY))
    slots = Counter(map(tuple, books.connection.execute(query.where(*told))))
    return [slot for slot, messages in slots.items() if messages > 1]


def _told_although_closed(books: Books) -> list[tuple[str, str]]:
    found = []
    for attempt, at in books.connection.execute(select(MESSAGE.c.attempt, MESSAGE.c.claimed_at)):
        for invoice in covered_invoices(books.connection, attempt):
            history = [fact for _, fact in books.history(invoice)]
            before = [fact for fact in history[: _claim_of(history, attempt)] if fact.at <= at]
            if is_closed(fold(before)):
                found.append((invoice, attempt))
    return found


def _claim_of(history: list[InvoiceFact], attempt: str) -> int:
    claims = (
        i for i, f in enumerate(history) if isinstance(f, TouchStarted) and f.attempt == attempt
    )
    return next(claims)


def _messages_without_claim(books: Books) -> set[str]:
    streams = books.connection.execute(select(FACT.c.stream).distinct()).scalars()
    histories = books.histories([one for one in streams if one.startswith("invoice:")])
    claims = {
        fact.attempt
        for history in histories.values()
        for fact in cast("list[InvoiceFact]", history)
        if isinstance(fact, TouchStarted)
    }
    # An answer to a customer's message is claimed in its own row.
    touches = select(MESSAGE.c.attempt).where(~MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY))
    return claims ^ set(books.connection.execute(touches).scalars())
