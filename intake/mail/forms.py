"""Reads the forms SendGrid's Inbound Parse posts, with the whole mail or with its fields."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from intake.mail.assembly import Opened, incoming
from intake.mail.attachments import attachment
from intake.mail.bodies import body_from
from intake.mail.charsets import decoded, one_line
from intake.mail.headers import tidy
from intake.mail.limits import (
    LARGEST_MAIL_BYTES,
    LONGEST_FORM_FIELD_BYTES,
    LONGEST_NAME,
    LONGEST_TEXT_BYTES,
    MOST_ADDRESSES,
    MOST_PARTS,
)
from intake.mail.message import Attachment, Envelope, IncomingMail, TooBig
from intake.mail.parsing import parse
from intake.mail.parts import Part, tree_of
from intake.mail.reading import read_mail
from intake.mail.reports import is_report
from intake.mail.trust import verdicts

_MEDIA_TYPES_OF_REPORTS = ("message/", "text/rfc822-header")
_ATTACHMENT = re.compile(r"attachment[1-9]\d{0,3}")
_HEADERS_SHOWN = {"from": "From", "to": "To", "cc": "Cc", "subject": "Subject"}


def read_parsed_form(fields: Mapping[str, bytes]) -> IncomingMail | TooBig:
    """The mail in a form of Inbound Parse: raw (field ``email``) or parsed; never raises.

    Each field of a parsed form has the character set the field ``charsets`` names for it.
    Envelope and verdicts (``dkim``, ``SPF``) are the provider's own and are believed.
    """
    size = sum(map(len, fields.values()))
    if size > LARGEST_MAIL_BYTES:
        return TooBig(size, LARGEST_MAIL_BYTES)
    checked = verdicts(_text(fields, "dkim"), _text(fields, "SPF"))
    if "email" in fields:
        return read_mail(fields["email"], _envelope(fields), checked)
    return incoming(_opened(fields), _envelope(fields), checked)


def _opened(fields: Mapping[str, bytes]) -> Opened:
    charsets = _object(fields, "charsets")
    parsed = parse(_headers(fields, charsets))
    plain, html = (_decoded(fields, name, charsets) for name in ("text", "html"))
    files = list(_files(fields))
    parts = [part for _, part in files if part is not None]
    return Opened(
        message=parsed.message,
        body=body_from([(plain, html)]),
        parts=tuple(parts),
        attachments=tuple(file for file, part in files if part is None or not is_report(part)),
        defects=(*parsed.defects, *_defects(fields)),
    )


def _headers(fields: Mapping[str, bytes], charsets: Mapping[str, Any]) -> bytes:
    """The mail's headers as bytes; where they are missing, those that the form shows decoded."""
    given = fields.get("headers", b"").strip()
    if given:
        return given + b"\r\n\r\n"
    shown = ((title, _decoded(fields, name, charsets)) for name, title in _HEADERS_SHOWN.items())
    lines = [f"{title}: {' '.join(text.split())}" for title, text in shown if text.strip()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")


def _files(fields: Mapping[str, bytes]) -> Iterator[tuple[Attachment, Part | None]]:
    """Each attachment, with its part where it is a closed mail or a report."""
    known = _object(fields, "attachment-info")
    for number, name in enumerate(_attachment_fields(fields)[:MOST_PARTS], 1):
        told = known.get(name)
        info = told if isinstance(told, dict) else {}
        kind = str(info.get("type", "")).strip().lower()[:100] or "application/octet-stream"
        title = str(info.get("filename") or info.get("name") or "")
        is_inline = kind.startswith("image/") and bool(info.get("content-id"))
        content = fields[name]
        part = _part(kind, content) if kind.startswith(_MEDIA_TYPES_OF_REPORTS) else None
        yield attachment(title, kind, content, number, is_inline=is_inline), part


def _attachment_fields(fields: Mapping[str, bytes]) -> list[str]:
    """The fields attachment1, attachment2, … in the order of their numbers."""
    names = filter(_ATTACHMENT.fullmatch, fields)
    return sorted(names, key=lambda name: (len(name), name))


def _part(kind: str, content: bytes) -> Part:
    head = f"Content-Type: {kind.partition(';')[0]}\n\n".encode("ascii", "replace")
    return tree_of(parse(head + content).message)[0]


def _envelope(fields: Mapping[str, bytes]) -> Envelope:
    told = _object(fields, "envelope")
    sender, to = told.get("from"), told.get("to")
    recipients = to if isinstance(to, list) else [to]
    addresses = (tidy(each) for each in recipients[:MOST_ADDRESSES] if isinstance(each, str))
    return Envelope(
        # A sender such as root is none to answer, but it is not the null sender either.
        sender=tidy(sender) or one_line(sender, LONGEST_NAME) if isinstance(sender, str) else None,
        recipients=tuple(address for address in addresses if address),
    )


def _defects(fields: Mapping[str, bytes]) -> tuple[str, ...]:
    is_long = any(len(fields.get(name, b"")) > LONGEST_TEXT_BYTES for name in ("text", "html"))
    has_more = len(_attachment_fields(fields)) > MOST_PARTS
    return ("TEXT_LEFT_OUT",) * is_long + ("PARTS_LEFT_OUT",) * has_more


def _decoded(fields: Mapping[str, bytes], name: str, charsets: Mapping[str, Any]) -> str:
    return decoded(fields.get(name, b"")[:LONGEST_TEXT_BYTES], str(charsets.get(name, "")))


def _text(fields: Mapping[str, bytes], name: str) -> str:
    return decoded(fields.get(name, b"")[:LONGEST_FORM_FIELD_BYTES])


def _object(fields: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    """The JSON object in a field; empty where there is none."""
    try:
        value = json.loads(_text(fields, name) or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
