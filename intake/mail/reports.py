"""Reads the machine-readable reports of mail systems: RFC 3464, RFC 5965, RFC 8098."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.message import EmailMessage

from intake.mail.charsets import clean
from intake.mail.faults import bounced
from intake.mail.headers import address_of, mailboxes, message_id, message_ids
from intake.mail.limits import LONGEST_HEADER, LONGEST_SEARCHED, MOST_REPORTED
from intake.mail.message import NOTHING_RETURNED, BouncedAddress, Returned
from intake.mail.parsing import children, header, parse
from intake.mail.parts import Part

_REPORTS = frozenset(
    "message/delivery-status message/global-delivery-status message/feedback-report "
    "message/disposition-notification text/rfc822-headers text/rfc822-header "
    "message/rfc822-headers".split()
)
_STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED = frozenset(
    "message/rfc822 message/global text/rfc822-headers text/rfc822-header "
    "message/rfc822-headers message/global-headers".split()
)
_ATTEMPT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@+-]{0,199}")
_FIELDS = (
    "action status diagnostic-code x-smtp-diagnostic original-recipient final-recipient "
    "x-actual-recipient feedback-type original-rcpt-to".split()
)
_LONGEST_REPORT_BYTES = 256 * 1024
_FIELD = re.compile(r"^[> \t]{0,8}([A-Za-z-]{2,40})[ \t]*:[ \t]*(.{0,2000})$", re.MULTILINE)

# The fields of one block of a report, by lower-case name.
Block = dict[str, str]


@dataclass(frozen=True, slots=True)
class Report:
    """What the reports in a mail say.

    ``actions`` are those of RFC 3464 (failed, delayed, delivered, relayed, expanded).
    """

    has_status: bool = False
    actions: tuple[str, ...] = ()
    bounced: tuple[BouncedAddress, ...] = ()
    complaint: str = ""
    is_receipt: bool = False
    returned: Returned = NOTHING_RETURNED


def is_report(leaf: Part) -> bool:
    """Whether a part is a report for machines rather than a file for people."""
    return leaf.media_type in _REPORTS


def report_among(leaves: Sequence[Part]) -> Report:
    """Everything that the parts of a mail report."""
    statuses = [leaf for leaf in leaves if leaf.media_type in _STATUSES]
    blocks = [block for leaf in statuses for block in _blocks(leaf)]
    actions = (block["action"].split(maxsplit=1)[:1] for block in blocks if "action" in block)
    kinds = {leaf.media_type for leaf in leaves}
    return Report(
        has_status=bool(statuses),
        actions=tuple(word.strip(";").lower() for words in actions for word in words),
        bounced=_addresses(blocks),
        complaint=_complaint(leaves),
        is_receipt="message/disposition-notification" in kinds,
        returned=_returned([leaf for leaf in leaves if leaf.media_type in _RETURNED]),
    )


def returned_in_text(text: str) -> Returned:
    """What a letter without parts quotes of our mail's headers."""
    fields: Block = {}
    for name, value in _FIELD.findall(text[:LONGEST_SEARCHED]):
        fields.setdefault(name.lower(), value.strip())
    ids = message_ids(fields.get("message-id", ""))
    to = address_of(fields.get("to", ""))
    return Returned(
        message_id=ids[0] if ids else "",
        attempt=_attempt(fields.get("x-duncan-attempt", "")),
        to_addresses=(to,) if to else (),
    )


def addresses_in_text(text: str) -> tuple[BouncedAddress, ...]:
    """The addresses of a delivery report whose parts fell together into one text."""
    blocks = _split(text[:LONGEST_SEARCHED])
    return _addresses([block for block in blocks if "final-recipient" in block])


def _addresses(blocks: Iterable[Block]) -> tuple[BouncedAddress, ...]:
    found: dict[str, BouncedAddress] = {}
    for block in blocks:
        action = block.get("action", "").lower() or "failed"
        names = ("original-recipient", "final-recipient", "x-actual-recipient")
        address = next(filter(None, (address_of(block.get(name, "")) for name in names)), "")
        if not address or not action.startswith(("fail", "error", "delay")):
            continue
        diagnostic = block.get("diagnostic-code", "") or block.get("x-smtp-diagnostic", "")
        is_final = not action.startswith("delay")
        failure = bounced(address, block.get("status", ""), diagnostic, is_final=is_final)
        found.setdefault(address.lower(), failure)
    return tuple(found.values())[:MOST_REPORTED]


def _complaint(leaves: Iterable[Part]) -> str:
    """The ARF feedback type such as ``abuse``, or empty."""
    for leaf in leaves:
        if leaf.media_type == "message/feedback-report":
            types = [block.get("feedback-type", "") for block in _blocks(leaf)]
            return next(filter(None, types), "other")[:40].lower()
    return ""


def _returned(originals: Iterable[Part]) -> Returned:
    for leaf in originals:
        inner = children(leaf.source)
        original = inner[0] if inner else parse(leaf.content()).message
        found = Returned(
            message_id=message_id(original),
            attempt=_attempt(header(original, "X-Duncan-Attempt")),
            to_addresses=tuple(box.address for box in mailboxes(original, "To")),
        )
        if found != NOTHING_RETURNED:
            return found
    return NOTHING_RETURNED


def _attempt(value: str) -> str:
    found = _ATTEMPT.fullmatch(value.strip()[:LONGEST_HEADER])
    return found[0] if found else ""


def _blocks(leaf: Part) -> list[Block]:
    inner = children(leaf.source)
    if inner:
        blocks = [_block(each) for each in inner]
        if any(blocks):
            return blocks
    text = clean(leaf.content()[:_LONGEST_REPORT_BYTES].decode("utf-8", errors="replace"))
    return _split(text)


def _split(text: str) -> list[Block]:
    return [dict(_pairs(block)) for block in re.split(r"\n{2,}", text)]


def _block(part: EmailMessage) -> Block:
    return {name: header(part, name) for name in _FIELDS if name in part}


def _pairs(block: str) -> list[tuple[str, str]]:
    unfolded = re.sub(r"\n[ \t]+", " ", block)
    return [(name.lower(), value.strip()) for name, value in _FIELD.findall(unfolded)]
