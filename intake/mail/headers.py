"""Reads a mail's headers: ids of the conversation, mailboxes, the subject, the date."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

from intake.mail.charsets import one_line
from intake.mail.limits import (
    LONGEST_ADDRESS,
    LONGEST_MESSAGE_ID,
    LONGEST_NAME,
    LONGEST_SUBJECT,
    MOST_ADDRESSES,
    MOST_REFERENCES,
)
from intake.mail.message import Mailbox
from intake.mail.parsing import PARSER_FAULTS, header, headers, is_tangled

_MESSAGE_ID = re.compile(rf"<[^<>\s]{{1,{LONGEST_MESSAGE_ID}}}>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,200}@[^\s@<>,;:\"()\\]{1,255}")


def message_id(message: EmailMessage) -> str:
    """The mail's Message-ID in angle brackets, or empty."""
    found = message_ids(header(message, "Message-ID"))
    return found[0] if found else ""


def message_ids(value: str) -> tuple[str, ...]:
    """Message-IDs in angle brackets in a header's value, the last hundred, each once."""
    return tuple(dict.fromkeys(_MESSAGE_ID.findall(value)))[-MOST_REFERENCES:]


def references(message: EmailMessage) -> tuple[str, ...]:
    """The conversation so far, oldest first."""
    return message_ids(" ".join(headers(message, "References")))


def in_reply_to(message: EmailMessage) -> str:
    """The Message-ID this mail answers, or empty."""
    found = message_ids(header(message, "In-Reply-To"))
    return found[0] if found else ""


def mailboxes(message: EmailMessage, *names: str) -> tuple[Mailbox, ...]:
    """Everybody these headers name, in their order, each address once."""
    values = [value for name in names for value in _values(message, name)]
    found: dict[str, Mailbox] = {}
    for box in values:
        found.setdefault(box.address.lower(), box)
    return tuple(found.values())[:MOST_ADDRESSES]


def every_sender(message: EmailMessage) -> tuple[Mailbox, ...]:
    """All that From names, counting each header and address, even twice the same."""
    return tuple(_values(message, "From"))


def address_of(text: str) -> str:
    """The mail address in a piece of text such as ``rfc822; <a@b.example>``, or empty."""
    found = _ADDRESS.search(text[: 4 * LONGEST_ADDRESS])
    return tidy(found[0]) if found else ""


def tidy(address: str) -> str:
    """An address without brackets, quotes and dots around it, its domain in lower case."""
    bare = one_line(address, LONGEST_ADDRESS).strip("<>'\"`., ")
    local, _, domain = bare.rpartition("@")
    return f"{local}@{domain.lower()}" if local and domain else ""


def subject(message: EmailMessage) -> str:
    """The subject as one line, or empty."""
    return one_line(header(message, "Subject"), LONGEST_SUBJECT)


def date(message: EmailMessage) -> datetime | None:
    """When the sender claims to have written, in UTC; None where that makes no sense."""
    try:
        moment = parsedate_to_datetime(header(message, "Date")[:100])
        known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return known.astimezone(UTC)
    except (*PARSER_FAULTS, OverflowError):
        return None


def _values(message: EmailMessage, name: str) -> list[Mailbox]:
    boxes: list[Mailbox] = []
    for value in headers(message, name):
        boxes += _structured(value) if isinstance(value, AddressHeader) else _loose(value)
    return [box for box in boxes if box.address]


def _structured(value: AddressHeader) -> list[Mailbox]:
    try:
        found = [_mailbox(str(each.display_name), each.addr_spec) for each in value.addresses]
    except PARSER_FAULTS:
        found = []
    return found if any(box.address for box in found) else _loose(str(value))


def _loose(value: str) -> list[Mailbox]:
    """What an address header without form still says, such as Delivered-To."""
    try:
        pairs = [] if is_tangled(value) else getaddresses([value])
    except PARSER_FAULTS:
        pairs = []
    found = [_mailbox(name, address) for name, address in pairs]
    return [box for box in found if box.address] or [Mailbox(address_of(value))]


def _mailbox(name: str, address: str) -> Mailbox:
    return Mailbox(tidy(address), one_line(name, LONGEST_NAME))
