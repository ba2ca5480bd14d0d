"""A consolidated message as it is handed over, and as the books keep it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from activities.account import Covered
from activities.consolidation import Consolidated
from activities.gateways.interface import OutgoingMessage
from activities.letter_request import RenderedLetter
from activities.planning import DUNCAN
from activities.policies import Entity
from dunning import touch_facts
from dunning.at_the_door import Objection


def outgoing(
    one: Consolidated, letter: RenderedLetter, entity: Entity, now: datetime
) -> OutgoingMessage:
    """The message with its addresses and its own Message-ID."""
    creditor, contact = entity.creditor, one.contact
    return OutgoingMessage(
        attempt=one.attempt,
        at=now,
        channel=one.letter.channel,
        to_name=contact.name,
        to_address=contact.email if one.letter.channel == "email" else contact.phone,
        from_name=creditor.name,
        from_address=creditor.email,
        reply_to=one.letter.reply_to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"<{one.attempt}@{creditor.email.partition('@')[2]}>",
        attachments=letter.attachments,
    )


def started(one: Consolidated, covered: Covered, claimant: str) -> touch_facts.TouchStarted:
    """The claim, as the case of a covered invoice keeps it."""
    situation, touch = covered.situation, covered.touch
    return touch_facts.TouchStarted(
        at=situation.now,
        by=DUNCAN,
        attempt=one.attempt,
        step=touch.step,
        channel=touch.channel,
        letter=touch.letter,
        level=touch.level,
        amount=situation.case.balance - situation.case.disputed,
        contact=one.contact.contact,
        policy=f"{situation.policy.name} v{situation.policy.version}",
        claimant=claimant,
    )


def withheld(one: Covered, objection: Objection) -> touch_facts.TouchWithheld:
    """Why the touch does not go out, as its case keeps it."""
    return touch_facts.TouchWithheld(
        at=one.situation.now,
        by=DUNCAN,
        step=one.touch.step,
        code=objection.code,
        why=objection.why,
        until=objection.until,
        passed_over=objection.until is None,
    )


def message_row(one: Consolidated, message: OutgoingMessage, claimant: str) -> dict[str, Any]:
    """The message's row: the customer's slot of the day on the channel."""
    content = f"{message.subject}\x1f{message.text}\x1f{message.html}".encode()
    return {
        "attempt": one.attempt,
        "customer": one.letter.customer,
        "channel": message.channel,
        "local_date": one.local_date,
        "letter": one.letter.letter,
        "level": one.spoken.level,
        "contact": one.contact.contact,
        "address": message.to_address,
        "claimant": claimant,
        "state": "started",
        "claimed_at": message.at,
        "subject": message.subject,
        "content_hash": hashlib.sha256(content).hexdigest(),
    }


def item_rows(one: Consolidated) -> list[dict[str, Any]]:
    """What the message covers and lists, with the amounts it states."""
    touches = {covered.invoice: covered.touch for covered in one.covered}
    return [
        {
            "invoice": item.invoice,
            "step": touches[item.invoice].step if item.invoice in touches else "",
            "level": touches[item.invoice].level if item.invoice in touches else item.level,
            "currency": item.balance.currency,
            "amount_minor": item.balance.minor,
            "covered": item.invoice in touches,
        }
        for item in one.listed
    ]
