"""Replies as the books list them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from activities.planning import DUNCAN
from commands.mailroom.inbound import Inbound
from commands.mailroom.matching import Match
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


def unread_row(arrival: int, message: Inbound, found: Match, *, waits: bool) -> dict[str, Any]:
    """What is no message, or nobody's: the latter `waits` for a person who says whose it is."""
    row = _columns(arrival, message, found) | {"outcome": found.why}
    return row | (_waiting(message) if waits else {})


def stopped_row(
    arrival: int,
    message: Inbound,
    found: Match,
    customers: Sequence[str],
    done: Sequence[tuple[Reading, Decision]],
) -> dict[str, Any]:
    """A message of one of several customers that stopped messages to its address at all of them."""
    reading, _ = done[0]
    said = told(reading, Decision(acted=[one for _, each in done for one in each.acted]))
    said["recorded"] = {"customers": list(customers), "invoices": []}
    row = unread_row(arrival, message, found, waits=True)
    return row | {"reading": _json(said), "outcome": f"{found.why}; stopped all the same"}


def _waiting(message: Inbound) -> dict[str, Any]:
    return {
        "state": "unassigned",
        "new_text": new_text(message.text, message.channel)[:LONGEST_TEXT],
        "handled_at": None,
        "handled_by": "",
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
        "reading": _json(told(reading, decision) | _recorded(standing, decision)),
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
                "start": one.start,
                "end": one.end,
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


def _recorded(standing: Standing, decision: Decision) -> dict[str, Any]:
    """Where to look for what was recorded because of it."""
    customer = standing.customer.customer
    return {"recorded": {"customers": [customer], "invoices": sorted(decision.invoices)}}


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)


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
