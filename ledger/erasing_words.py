"""Erasing the words of messages and replies by their age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from dunning.erasure_facts import ContentsErased
from ledger.books import Books
from ledger.correspondence import MessageContentRow, ReplyRow
from ledger.erased import CONTENTS, MESSAGE_, REPLY_, Erased, digest_of, erased_in, list_erased
from ledger.erasing_rows import empty_arrivals, erase_messages, erase_replies
from ledger.tables import MessageRow, OutboxRow, table

MESSAGE, CONTENT, REPLY = table(MessageRow), table(MessageContentRow), table(ReplyRow)
OUTBOX = table(OutboxRow)


def old_messages(books: Books, before: datetime, most: int) -> list[str]:
    """Messages claimed before the moment whose words are kept still, oldest first."""
    query = select(MESSAGE.c.attempt).join(CONTENT, CONTENT.c.attempt == MESSAGE.c.attempt)
    query = query.where(MESSAGE.c.claimed_at < before).order_by(MESSAGE.c.claimed_at)
    return list(books.connection.execute(query.limit(most)).scalars())


def old_replies(books: Books, before: datetime, most: int) -> list[str]:
    """Replies that were dealt with and came before the moment, and still have their words."""
    query = select(REPLY.c.reply).where(
        REPLY.c.received_at < before, REPLY.c.state == "handled", REPLY.c.from_address != ""
    )
    found = books.connection.execute(query.order_by(REPLY.c.received_at).limit(most)).scalars()
    return list(found)


def erase_words(books: Books, names: Sequence[str], fact: ContentsErased) -> list[str]:
    """Erase the words of these messages or replies; the files of the outbox that go with them.

    The fact that is recorded has the count and the digest that `fact` lacks.
    """
    what = MESSAGE_ if fact.what == "messages" else REPLY_
    listed = erased_in(books.connection, what, names)
    items = [Erased(what, name) for name in names if name not in listed]
    done = replace(fact, count=len(names), digest=digest_of(items))
    books.append(CONTENTS, done)
    number = len(books.histories([CONTENTS])[CONTENTS])
    list_erased(books.connection, items, (CONTENTS, number), fact.at, fact.by)
    if what == REPLY_:
        arrivals = select(REPLY.c.arrival).where(REPLY.c.reply.in_(names))
        empty_arrivals(books.connection, list(books.connection.execute(arrivals).scalars()))
        erase_replies(books.connection, names)
        return []
    query = select(OUTBOX.c.file).where(OUTBOX.c.attempt.in_(names))
    files = list(books.connection.execute(query).scalars())
    erase_messages(books.connection, names)
    return files
