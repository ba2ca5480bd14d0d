"""What goes back to a customer at once: noted with the reply, sent once that is in the books."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from commands.inbound import Inbound
from ledger.answers import CLAIMED_BY_REPLY
from ledger.books import Books
from ledger.tables import MessageItemRow, MessageRow, table
from replies.decision import Decision
from replies.standing import Standing

MESSAGE, ITEM = table(MessageRow), table(MessageItemRow)
# However often somebody writes within a day, the same answer goes back once.
A_DAY = timedelta(days=1)


def queue_answers(
    books: Books, standing: Standing, decision: Decision, message: Inbound
) -> list[str]:
    """Note the answers that are to go out; the letters that do."""
    return [
        letter
        for letter in decision.answers
        if not (letter == "opt_out_confirmation" and message.confirmed)
        and _queue(books, standing, message, letter, sorted(decision.invoices))
    ]


def _queue(
    books: Books, standing: Standing, message: Inbound, letter: str, invoices: list[str]
) -> bool:
    customer = standing.customer.customer
    if _was_answered(books, customer, message.sender, letter, standing):
        return False
    row: dict[str, Any] = {
        "attempt": hashlib.sha256(f"{message.reply}\x1f{letter}".encode()).hexdigest()[:24],
        "customer": customer,
        "channel": message.channel,
        "local_date": standing.today,
        "letter": letter,
        "level": 0,
        "contact": standing.contact,
        "address": message.sender,
        "claimant": f"{CLAIMED_BY_REPLY}{message.reply}",
        "state": "queued",
        "claimed_at": standing.now,
        "subject": message.subject,
    }
    books.connection.execute(insert(MESSAGE), [row])
    cases = [case for case in standing.cases if case.invoice in invoices]
    items = [
        {
            "attempt": row["attempt"],
            "invoice": case.invoice,
            "step": "",
            "level": case.level,
            "currency": case.amount.currency,
            "amount_minor": case.balance.minor,
            "covered": False,
        }
        for case in cases
        if letter == "invoice_copy"
    ]
    if items:
        books.connection.execute(insert(ITEM), items)
    return True


def _was_answered(
    books: Books, customer: str, address: str, letter: str, standing: Standing
) -> bool:
    lately = select(MESSAGE.c.attempt).where(
        MESSAGE.c.customer == customer,
        MESSAGE.c.address == address,
        MESSAGE.c.letter == letter,
        MESSAGE.c.claimed_at > standing.now - A_DAY,
    )
    return books.connection.execute(lately.limit(1)).first() is not None
