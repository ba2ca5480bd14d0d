"""Replies in a rehearsal: taken in as the mailroom does, at their own moments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from commands.mailroom.arrivals import mailroom_of
from commands.mailroom.inbound import Inbound
from commands.mailroom.matching import assigned
from intake.reply_files import ReplyFileRow
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.tables import table
from worker import Wiring

REPLY = table(ReplyRow)


def take_replies(wiring: Wiring, replies: Sequence[ReplyFileRow]) -> None:
    """Take the messages in and send what goes back at once."""
    mailroom = mailroom_of(wiring)
    for row in replies:
        message = _inbound(row)

        def take(books: Books, row: ReplyFileRow = row, message: Inbound = message) -> str:
            # A file may name the customer instead of an address.
            if books.knows_customer(row.sender):
                named = replace(message, sender=_address_of(books, row))
                found = assigned(books, row.sender, named, "customer")
                taker, now = mailroom.taker, row.received_at
                return taker.take_for(books, row.row, named, found, now, "person")
            return mailroom.taker.take(books, row.row, message, row.received_at, "person")

        wiring.ledger.transact(take)
        mailroom.answers.send_all(row.received_at)


def told_replies(books: Books) -> list[dict[str, Any]]:
    """How each message was read and what followed from it, oldest first."""
    columns = "reply received_at customer matched_by state new_text outcome reading".split()
    query = select(*(REPLY.c[name] for name in columns)).order_by(REPLY.c.received_at)
    rows = books.connection.execute(query.order_by(REPLY.c.reply)).mappings()
    return [
        {
            **row,
            "received_at": row["received_at"].isoformat(),
            "reading": json.loads(row["reading"]),
        }
        for row in rows
    ]


def _inbound(row: ReplyFileRow) -> Inbound:
    named = f"{row.received_at.isoformat()}\x1f{row.sender}\x1f{row.text}\x1f{row.row}"
    return Inbound(
        reply="R" + sha256(named.encode()).hexdigest()[:16],
        kind="message",
        channel=row.channel,
        received_at=row.received_at,
        sender=row.sender,
        sender_name="",
        recipients=(row.to,),
        subject="",
        text=row.text,
        message_id="",
        answers=(),
        is_authenticated=True,
    )


def _address_of(books: Books, row: ReplyFileRow) -> str:
    contact = books.customer(row.sender).contact_for("billing", row.channel)
    if contact is None:
        return ""
    return contact.phone if row.channel == "sms" else contact.email
