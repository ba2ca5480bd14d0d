"""SendGrid's Inbound Parse: a mail to us, posted as a signed form, whole or taken apart."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default

from fakes.accounts import Providers
from fakes.posting import Answer, Manner, on_server_error, post
from fakes.signed_posts import signed


@dataclass(frozen=True)
class Envelope:
    """How a mail came in: the addresses SMTP saw, and SendGrid's verdicts on the sender."""

    to: tuple[str, ...]
    sender: str
    dkim: str = "none"
    spf: str = "pass"
    sender_ip: str = "192.0.2.25"
    # Whole as one field, or taken apart into fields that each have their own charset.
    raw: bool = True


@dataclass(frozen=True)
class _Field:
    name: str
    content: bytes
    file_name: str = ""
    media_type: str = ""


def deliver_mail(
    providers: Providers, url: str, mime: bytes, envelope: Envelope, manner: Manner
) -> list[Answer]:
    """Post a mail as it came in."""
    content = _whole(mime) if envelope.raw else _taken_apart(mime)
    fields = [*_envelope(mime, envelope), *content]
    boundary = f"xYzZY{secrets.token_hex(8)}"
    body = _form(fields, boundary)
    headers = {
        "Content-Type": f"multipart/form-data; boundary={boundary}",
        **signed(providers.inbound_key, body, providers.now(), manner),
    }
    return post(url, body, headers, manner, on_server_error)


def _envelope(mime: bytes, envelope: Envelope) -> Iterator[_Field]:
    mail = message_from_bytes(mime, policy=default)
    addresses = {"to": list(envelope.to), "from": envelope.sender}
    yield _text("envelope", json.dumps(addresses))
    for name in ("to", "from", "cc", "subject"):
        if mail[name] is not None:
            yield _text(name, str(mail[name]))
    yield _text("sender_ip", envelope.sender_ip)
    yield _text("dkim", envelope.dkim)
    yield _text("SPF", envelope.spf)


def _whole(mime: bytes) -> Iterator[_Field]:
    names = ("to", "from", "cc", "subject", "email")
    yield _text("charsets", json.dumps(dict.fromkeys(names, "UTF-8")))
    yield _Field("email", mime)


def _taken_apart(mime: bytes) -> Iterator[_Field]:
    mail = message_from_bytes(mime, policy=default)
    assert isinstance(mail, EmailMessage)
    yield _Field("headers", mime.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n")
    charsets = dict.fromkeys(("to", "from", "cc", "subject"), "UTF-8")
    for name, kind in (("text", "plain"), ("html", "html")):
        part = mail.get_body((kind,))
        if part is not None:
            charsets[name] = part.get_content_charset("us-ascii")
            yield _Field(name, _bytes(part))
    yield _text("charsets", json.dumps(charsets))
    yield from _attachments(list(mail.iter_attachments()))


def _attachments(parts: Sequence[MIMEPart]) -> Iterator[_Field]:
    yield _text("attachments", str(len(parts)))
    info = {}
    for number, part in enumerate(parts, start=1):
        file_name, kind = part.get_filename("") or f"part{number}", part.get_content_type()
        info[f"attachment{number}"] = {"filename": file_name, "name": file_name, "type": kind}
        yield _Field(f"attachment{number}", _bytes(part), file_name, kind)
    if info:
        yield _text("attachment-info", json.dumps(info))


def _bytes(part: MIMEPart) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else part.as_bytes()


def _text(name: str, content: str) -> _Field:
    return _Field(name, content.encode("utf-8", errors="surrogateescape"))


def _form(fields: list[_Field], boundary: str) -> bytes:
    parts = [_part(field) for field in fields]
    start = f"--{boundary}\r\n".encode()
    return b"".join(start + part + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _part(field: _Field) -> bytes:
    head = f'Content-Disposition: form-data; name="{field.name}"'
    if field.file_name:
        safe = field.file_name.replace("\\", "\\\\").replace('"', "%22").replace("\n", " ")
        head += f'; filename="{safe}"\r\nContent-Type: {field.media_type}'
    return head.encode() + b"\r\n\r\n" + field.content
