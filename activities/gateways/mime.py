"""A mail as it goes over the wire: text before HTML, threading and auto-reply headers."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr

from activities.gateways.interface import OutgoingMessage

_LONGEST_HEADER = 500
# What no server has to take in one line; an encoded line is short.
_LONGEST_LINE = 990
# A folded subject reaches some readers with a space before its first word.
_UNFOLDED = SMTP.clone(max_line_length=_LONGEST_HEADER)


def as_mime(message: OutgoingMessage) -> EmailMessage:
    """The message as a mail. Raises ValueError for a line break in a header."""
    mime = EmailMessage(policy=_UNFOLDED if message.subject.isascii() else SMTP)
    for name, value in _headers(message):
        mime[name] = value
    mime.set_content(message.text)
    if message.html:
        mime.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        mime.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=attachment.name
        )
    return mime


def mail_bytes(message: OutgoingMessage) -> bytes:
    """The mail of text and HTML as the bytes of a file.

    Where nothing has to be encoded they are put together plainly, at a tenth of the cost.
    Raises ValueError for a line break in a header.
    """
    headers = [f"{name}: {value}" for name, value in _headers(message)]
    parts = [_part("plain", message.text), _part("html", message.html)]
    boundary = f"=_{message.attempt}_=".encode()
    if (
        message.attachments
        or not all(_is_plain(one) for one in headers)
        or any(boundary in part or _has_long_line(part) for part in parts)
    ):
        return as_mime(message).as_bytes()
    headers.append("MIME-Version: 1.0")
    headers.append(f'Content-Type: multipart/alternative; boundary="{boundary.decode()}"')
    head = "\r\n".join(headers).encode()
    inner = b"".join(b"\r\n--%b\r\n%b" % (boundary, part) for part in parts)
    return b"%b\r\n%b\r\n--%b--\r\n" % (head, inner, boundary)


def _headers(message: OutgoingMessage) -> Iterator[tuple[str, str]]:
    yield "From", formataddr((message.from_name, message.from_address))
    yield "To", formataddr((message.to_name, message.to_address))
    yield "Reply-To", message.reply_to
    yield "Subject", message.subject
    yield "Date", format_datetime(message.at)
    yield "Message-ID", message.message_id
    if message.references:
        yield "In-Reply-To", message.references[-1]
        yield "References", " ".join(message.references)
    yield "Auto-Submitted", "auto-generated"
    yield "X-Duncan-Attempt", message.attempt


def _part(subtype: str, text: str) -> bytes:
    encoding = "7bit" if text.isascii() else "8bit"
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}'
    lines = b"\r\n".join(text.encode().splitlines())
    return b"%b\r\n\r\n%b\r\n" % (head.encode(), lines)


def _is_plain(header: str) -> bool:
    return header.isascii() and header.isprintable() and len(header) <= _LONGEST_HEADER


def _has_long_line(part: bytes) -> bool:
    return max(map(len, part.split(b"\r\n"))) > _LONGEST_LINE
