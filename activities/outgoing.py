"""A consolidated message as it is handed over, and as the books keep it."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.account import Covered
from activities.consolidation import Consolidated, reworded
from activities.gateways.interface import OutgoingMessage
from activities.letter_request import Creditor, RenderedLetter
from activities.planning import DUNCAN
from activities.policies import Entity
from activities.reply_address import conversation_of, reply_address
from dunning import touch_facts
from dunning.at_the_door import Objection
from dunning.send_gate import passed_guards


def text_of(content: bytes) -> str:
    """The words of a message that was kept as evidence; empty when nothing was."""
    return str(json.loads(content)["text"]) if content else ""


@dataclass(frozen=True)
class ReplyAddresses:
    """How customers' replies find their conversation: an own domain whose addresses are signed.

    Without a domain replies go to the creditor's own mailbox.
    """

    domain: str = ""
    secrets: tuple[str, ...] = ()

    def address(self, attempt: str, creditor: Creditor) -> str:
        """Where a reply to this message goes."""
        if not self.domain:
            return creditor.email
        return reply_address(self.domain, attempt, self.secrets)

    def conversation(self, address: str) -> str:
        """The attempt a signed reply address of ours belongs to; empty for any other address."""
        if address.rpartition("@")[2].lower() != self.domain.lower() or not self.domain:
            return ""
        return conversation_of(address, self.secrets) or ""


def outgoing(
    one: Consolidated,
    letter: RenderedLetter,
    entity: Entity,
    now: datetime,
    replies: ReplyAddresses,
) -> OutgoingMessage:
    """The message with its addresses, its own Message-ID and those it follows."""
    creditor, contact = entity.creditor, one.contact
    domain = creditor.email.partition("@")[2]
    return OutgoingMessage(
        attempt=one.attempt,
        at=now,
        channel=one.letter.channel,
        to_name=contact.name,
        to_address=contact.email if one.letter.channel == "email" else contact.phone,
        from_name=creditor.name,
        from_address=creditor.email,
        reply_to=replies.address(one.attempt, creditor),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=message_id(one.attempt, domain),
        references=tuple(message_id(attempt, domain) for attempt in one.thread),
        attachments=letter.attachments,
        valid_until=_end_of_window(one, now),
    )


def message_id(attempt: str, domain: str) -> str:
    """The Message-ID of our own mails."""
    return f"<{attempt}@{domain}>"


def _end_of_window(one: Consolidated, now: datetime) -> datetime:
    situation = one.covered[0].situation
    window = situation.policy.windows[one.letter.channel]
    return situation.calendar.closing(window, now)


def content_of(message: OutgoingMessage) -> bytes:
    """The message as evidence: canonical JSON of everything that is handed over."""
    fields = {
        "attempt": message.attempt,
        "channel": message.channel,
        "to": [message.to_name, message.to_address],
        "from": [message.from_name, message.from_address],
        "reply_to": message.reply_to,
        "message_id": message.message_id,
        "references": message.references,
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "attachments": [
            [one.name, one.media_type, base64.b64encode(one.content).decode()]
            for one in message.attachments
        ],
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def started(
    one: Consolidated, covered: Covered, claimant: str, content: bytes = b""
) -> touch_facts.TouchStarted:
    """The claim, as the case of a covered invoice keeps it."""
    situation, touch = covered.situation, covered.touch
    step = situation.policy.step(touch.step)
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
        content=hashlib.sha256(content).hexdigest() if content else "",
        guards=passed_guards(),
        policies_version=situation.policy.policies_version,
        experiment=step.experiment if step else "",
        arm=step.arm if step else "",
        worded_by=_worded_by(one, covered),
    )


def _worded_by(one: Consolidated, covered: Covered) -> str:
    found = reworded(one.covered)
    mine = found is not None and found[0].invoice == covered.invoice
    return found[1].by if found is not None and mine else ""


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


def message_row(
    one: Consolidated, message: OutgoingMessage, claimant: str, content: bytes
) -> dict[str, Any]:
    """The message's row: the customer's slot of the day on the channel."""
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
