"""Replies as the books list them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert

from activities.planning import DUNCAN
from commands.inbound import Inbound
from commands.matching import Match
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.tables import table
from replies.decision import Decision
from replies.new_text import new_text
from replies.reading import Reading
from replies.standing import Standing

LONGEST_TEXT = 200_000


def keep(books: Books, row: dict[str, Any]) -> None:
    """List a reply."""
    books.connection.execute(insert(table(ReplyRow)), [row])


def unread_row(arrival: int, message: Inbound, found: Match) -> dict[str, Any]:
    """A report, or a message nobody can be found for: that one waits for a person."""
    is_message = message.kind == "message"
    own = new_text(message.text, message.channel) if is_message else ""
    state = "unassigned" if is_message else "handled"
    return _columns(arrival, message, found) | {
        "state": state,
        "new_text": own,
        "outcome": found.why,
    }


def read_row(
    arrival: int,
    message: Inbound,
    found: Match,
    reading: Reading,
    standing: Standing,
    decision: Decision,
) -> dict[str, Any]:
    """A message that was read, with the evidence for everything that was done."""
    is_open = bool(decision.left)
    return _columns(arrival, message, found) | {
        "new_text": reading.new_text,
        "reading": json.dumps(told(reading, decision), ensure_ascii=False, sort_keys=True),
        "state": "open" if is_open else "handled",
        "hold_until": standing.answer_by if is_open else None,
        "handled_at": None if is_open else standing.now,
        "handled_by": "" if is_open else DUNCAN,
        "outcome": "; ".join(decision.acted),
    }


def told(reading: Reading, decision: Decision) -> dict[str, Any]:
    """The reading as people see it: what was understood, from which words, and what follows."""
    day, amount = reading.promised_date, reading.promised_amount
    return {
        "language": reading.language,
        "intents": list(reading.intents),
        "flags": list(reading.flags),
        "evidence": [
            {
                "intent": one.intent,
                "text": one.text,
                "rule": one.rule,
                "invoices": list(one.invoices),
            }
            for one in reading.evidence
        ],
        "promised_date": day.isoformat() if day else None,
        "promised_amount": str(amount) if amount is not None else None,
        "dispute_reason": reading.dispute_reason,
        "new_contact": reading.contacts.new_contact,
        "confidence": reading.confidence,
        "classifier": reading.classifier,
        "acted": decision.acted,
        "left": decision.left,
    }


def _columns(arrival: int, message: Inbound, found: Match) -> dict[str, Any]:
    return {
        "reply": message.reply,
        "arrival": arrival,
        "kind": message.kind,
        "channel": message.channel,
        "received_at": message.received_at,
        "from_address": message.sender,
        "from_name": message.sender_name,
        "to_address": ", ".join(message.recipients)[:1000],
        "subject": message.subject,
        "message_id": message.message_id,
        "text": message.text[:LONGEST_TEXT],
        "new_text": "",
        "customer": found.customer,
        "contact": found.contact,
        "attempt": found.attempt,
        "matched_by": found.by,
        "authenticated": message.is_authenticated,
        "reading": "{}",
        "state": "handled",
        "hold_until": None,
        "handled_at": message.received_at,
        "handled_by": DUNCAN,
        "outcome": "",
    }
