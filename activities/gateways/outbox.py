"""The outbox: messages that stay at home, as rows in the books and as files to open."""

from __future__ import annotations

from datetime import timedelta
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
from activities.gateways.mime import mail_bytes
from ledger.ledger import Ledger
from ledger.tables import OutboxRow, table

OUTBOX = table(OutboxRow)
_KEEP = insert(OUTBOX)
RETRY_AFTER = timedelta(minutes=15)


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
        content = mail_bytes(mail) if message.html else message.text.encode()
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
        self._ledger.transact(lambda books: books.connection.execute(_KEEP, [row]))
        return Accepted(provider_id=f"outbox:{message.attempt}")

    def look_up(self, message: SentBefore) -> Accepted | None:
        """Look into the books."""
        noted = select(exists().where(OUTBOX.c.attempt == message.attempt))
        with self._ledger.reading() as books:
            there = books.connection.execute(noted).scalar_one()
        return Accepted(provider_id=f"outbox:{message.attempt}") if there else None
