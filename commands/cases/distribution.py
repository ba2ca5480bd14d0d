"""Proof of delivery: when an invoice or its copy went out, to whom, and what became of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ledger.books import Books
from ledger.tables import MessageItemRow, MessageRow, table

MESSAGE, ITEM = table(MessageRow), table(MessageItemRow)
_LETTERS = ("invoice", "invoice_copy")


def distribution_of(books: Books, invoice: str, *, distributed: bool) -> dict[str, Any]:
    """Whether the customer has the invoice, and every message that carried it, oldest first.

    `delivery` is the furthest that the provider's own events say; `content_hash` is the SHA-256 of
    the message as it was handed over. An invoice that the ledger sent has no messages.
    """
    query = (
        select(MESSAGE)
        .join(ITEM, ITEM.c.attempt == MESSAGE.c.attempt)
        .where(ITEM.c.invoice == invoice, MESSAGE.c.letter.in_(_LETTERS))
        .order_by(MESSAGE.c.claimed_at)
    )
    messages = [
        {
            "letter": row.letter,
            "sent_at": row.claimed_at.isoformat(),
            "to": row.address,
            "channel": row.channel,
            "state": row.state,
            "delivery": row.delivery or None,
            "provider_id": row.provider_id or None,
            "content_hash": row.content_hash or None,
        }
        for row in books.connection.execute(query)
    ]
    return {"has_it": distributed, "by": "duncan" if messages else "ledger", "messages": messages}
