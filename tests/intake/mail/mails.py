"""Mails for tests: small ones made here, real ones from the shared data."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.mail.message import Envelope, IncomingMail
from intake.mail.reading import read_mail
from tests.intake.ledgers import SHARED

BOUNCES = SHARED / "email_bounces" / "maildir"
REPLIES = SHARED / "email_replies" / "talon"
# A mail outside the shared data cannot be judged, only skipped.
without_bounces = pytest.mark.skipif(not BOUNCES.is_dir(), reason="no shared data: email_bounces")
without_replies = pytest.mark.skipif(not REPLIES.is_dir(), reason="no shared data: email_replies")
HEADERS = {"From": "Mia Berg <mia@kunde.example>", "To": "ar@firma.example", "Subject": "Invoice"}


def mail(body: str | bytes = "Paid on Friday.", **headers: str) -> bytes:
    """A mail's bytes; ``Content_Type`` stands for Content-Type, an empty header is left out."""
    named = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items() if value)
    return head.encode() + b"\r\n" + (body if isinstance(body, bytes) else body.encode())


def read(raw: bytes, envelope: Envelope | None = None) -> IncomingMail:
    """The mail in these bytes, which is not too big."""
    found = read_mail(raw, envelope) if envelope else read_mail(raw)
    assert isinstance(found, IncomingMail)
    return found


def multipart(*parts: tuple[str, str], kind: str = "mixed", **headers: str) -> bytes:
    """A mail of parts, each as (its headers, its content)."""
    inner = "".join(f"--cut\r\n{head}\r\n\r\n{content}\r\n" for head, content in parts)
    return mail(inner + "--cut--\r\n", Content_Type=f"multipart/{kind}; boundary=cut", **headers)


def real_mails(folder: Path) -> list[Path]:
    """The real mails of a folder and of those below it; none where the shared data is absent."""
    return sorted(path for path in folder.rglob("*.eml") if path.is_file())
