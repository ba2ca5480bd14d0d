"""What every mail is looked at for before it is handed over, whatever the provider."""

from __future__ import annotations

import re
from dataclasses import replace

from email_validator import EmailNotValidError, validate_email

from activities.gateways.interface import OutgoingMessage, Refused

# Line ends of every kind, other control characters, and halves of characters.
_BREAKS = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")


def checked(message: OutgoingMessage) -> OutgoingMessage | Refused:
    """The message with its domains as the wire has them (`xn--…`), or why it cannot be a mail.

    A line break in a name, an address or the subject could forge a header.
    """
    fields = {
        "recipient": f"{message.to_name}{message.to_address}",
        "sender": f"{message.from_name}{message.from_address}",
        "reply address": message.reply_to,
        "subject": message.subject,
        "conversation": "".join((message.message_id, *message.references)),
        "attachment": "".join(f"{one.name}{one.media_type}" for one in message.attachments),
    }
    broken = [name for name, value in fields.items() if _BREAKS.search(value)]
    if broken:
        where = " and the ".join(broken)
        return Refused("INVALID_MESSAGE", f"There is a line break in the {where} of the message.")
    to, sender = _ascii(message.to_address), _ascii(message.from_address)
    if to is None:
        why = "The part of the address before the @ has letters that mail servers do not take."
        return Refused("ADDRESS_NOT_SUPPORTED", why, address_is_dead=True)
    if sender is None:
        return Refused("INVALID_MESSAGE", "Our own address has letters mail servers do not take.")
    reply_to = _ascii(message.reply_to) or sender
    return replace(message, to_address=to, from_address=sender, reply_to=reply_to)


def _ascii(address: str) -> str | None:
    if address.isascii():
        return address
    try:
        return validate_email(address, check_deliverability=False).ascii_email
    except EmailNotValidError:
        return None
