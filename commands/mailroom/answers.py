"""What goes back to a customer at once: noted with the reply, sent once that is in the books."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from commands.mailroom.inbound import Inbound
from ledger.answers import CLAIMED_BY_REPLY, CONFIRMATION, add_answer, told_lately
from ledger.books import Books
from replies.decision import Answer, Decision
from replies.standing import Standing

# However often somebody writes within a day, the same answer goes back once.
A_DAY = timedelta(days=1)


def queue_answers(books: Books, standing: Standing, decision: Decision, message: Inbound) -> None:
    """Note the answers that are to go out.

    An opt-out is confirmed by whom it was sent to: the provider does it before we hear of it.
    """
    for answer in decision.answers:
        done = answer.letter == CONFIRMATION and message.confirmed
        if not done and not _was_answered(books, standing, message, answer):
            row = _row(standing, message, answer)
            add_answer(books.connection, row, list(_items(row["attempt"], standing, answer)))


def _was_answered(books: Books, standing: Standing, message: Inbound, answer: Answer) -> bool:
    """Whether all that the answer says went back lately: machines that answer machines end here."""
    since = standing.now - A_DAY
    lately = told_lately(books.connection, message.sender, answer.letter, since)
    return lately is not None and lately.issuperset(answer.invoices)


def _row(standing: Standing, message: Inbound, answer: Answer) -> dict[str, Any]:
    return {
        "attempt": hashlib.sha256(f"{message.reply}\x1f{answer.letter}".encode()).hexdigest()[:24],
        "customer": standing.customer.customer,
        "channel": message.channel,
        "local_date": standing.today,
        "letter": answer.letter,
        "level": 0,
        "contact": standing.contact,
        "address": message.sender,
        "claimant": f"{CLAIMED_BY_REPLY}{message.reply}",
        "state": "queued",
        "claimed_at": standing.now,
        "subject": message.subject,
    }


def _items(attempt: str, standing: Standing, answer: Answer) -> Iterator[dict[str, Any]]:
    for case in standing.cases:
        if case.invoice in answer.invoices:
            yield {
                "attempt": attempt,
                "invoice": case.invoice,
                "step": "",
                "level": case.level,
                "currency": case.amount.currency,
                "amount_minor": case.balance.minor,
                "covered": False,
            }
