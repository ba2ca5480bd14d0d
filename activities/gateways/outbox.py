"""The outbox: messages that stay at home, as rows in the books and as files to open."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from pathlib import Path

from sqlalchemy import exists, insert, select

from activities.gateways.interface import (
    Accepted,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    SentBefore,
)
from activities.gateways.mail_check import checked
from ledger.ledger import Ledger
from ledger.tables import OutboxRow, table

OUTBOX = table(OutboxRow)
RETRY_AFTER = timedelta(minutes=15)
# A folded subject reaches some readers with a space before its first word.
UNFOLDED = SMTP.clone(max_line_length=500)


class OutboxGateway:
    """Writes each message as `.eml` (or `.txt` for a text message) and notes it in the books."""

    def __init__(self, ledger: Ledger, folder: Path) -> None:
        self._ledger = ledger
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def send(self, message: OutgoingMessage) -> Outcome:
        """Put the message into the outbox; once, or the books raise IntegrityError."""
        mail = checked(message)
        if isinstance(mail, Refused):
            return mail
        content = as_mime(mail).as_bytes() if message.html else message.text.encode()
        suffix = "eml" if message.html else "txt"
        file = self._folder / f"{message.attempt}.{suffix}"
        try:
            file.write_bytes(content)
        except OSError as error:
            return RetryLater(
                "OUTBOX_FULL", f"The outbox takes no file: {error.strerror}", RETRY_AFTER
            )
        row = {
            "attempt": message.attempt,
            "channel": message.channel,
            "address": message.to_address,
            "subject": message.subject,
            "body": message.text,
            "file": file.name,
            "sent_at": message.at,
        }
        self._ledger.transact(lambda books: books.connection.execute(insert(OUTBOX), [row]))
        return Accepted(provider_id=f"outbox:{message.attempt}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Look into the books."""
        noted = select(exists().where(OUTBOX.c.attempt == message.attempt))
        with self._ledger.reading() as books:
            there = books.connection.execute(noted).scalar_one()
        return Accepted(provider_id=f"outbox:{message.attempt}") if there else None


def as_mime(message: OutgoingMessage) -> EmailMessage:
    """The message as it goes over the wire: text before HTML, threading and auto-reply headers."""
    mime = EmailMessage(policy=UNFOLDED if message.subject.isascii() else SMTP)
    mime["From"] = formataddr((message.from_name, message.from_address))
    mime["To"] = formataddr((message.to_name, message.to_address))
    mime["Reply-To"] = message.reply_to
    mime["Subject"] = message.subject
    mime["Date"] = format_datetime(message.at)
    mime["Message-ID"] = message.message_id
    if message.references:
        mime["In-Reply-To"] = message.references[-1]
        mime["References"] = " ".join(message.references)
    mime["Auto-Submitted"] = "auto-generated"
    mime["X-Duncan-Attempt"] = message.attempt
    mime.set_content(message.text)
    if message.html:
        mime.add_alternative(message.html, subtype="html")
    for attachment in message.attachments:
        main, _, sub = attachment.media_type.partition("/")
        mime.add_attachment(
            attachment.content, maintype=main, subtype=sub, filename=attachment.name
        )
    return mime
