"""A mailbox that is polled by IMAP: each mail is stored as it came, and only then marked as seen.

Whoever dies in between finds the mail again; a mail that is here already is not stored twice.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from commands.sending.fault_log import traced
from intake.mail.limits import LARGEST_MAIL_BYTES
from ledger.arrivals import Incoming, latest_named, store
from ledger.books import Books
from ledger.ledger import Ledger
from settings import Settings

POLL_EVERY = timedelta(seconds=30)
# A server that is away is left alone for longer and longer.
LONGEST_PAUSE = timedelta(minutes=10)
PATIENCE = timedelta(seconds=30)
# Mails in one connection: then what came is handled, and the next ones are fetched.
AT_ONCE = 200
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_log = structlog.get_logger()


class MailboxAway(Exception):  # noqa: N818 - the server is away or refuses; nothing of ours is wrong
    """The mailbox cannot be read now; says why, without the password."""


@dataclass(frozen=True)
class Mailbox:
    """Where the mails are. Without TLS the password is readable on the way."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int = 993
    folder: str = "INBOX"
    tls: bool = True
    # Who vouches for the server; the system's authorities without it.
    context: ssl.SSLContext | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The mailbox, as arrivals are named after it."""
        return sha256(f"{self.user}@{self.host}/{self.folder}".encode()).hexdigest()[:16]


def mailbox_readers(ledger: Ledger, settings: Settings) -> list[MailboxReader]:
    """The reader of the mailbox that the settings name; none without a host."""
    if not settings.imap_host:
        return []
    mailbox = Mailbox(
        host=settings.imap_host,
        user=settings.imap_user,
        password=settings.imap_password.get_secret_value(),
        port=settings.imap_port,
        folder=settings.imap_folder,
        tls=settings.imap_tls,
    )
    return [MailboxReader(mailbox, ledger)]


@dataclass(frozen=True)
class MailboxReader:
    """Stores what comes into a mailbox."""

    mailbox: Mailbox
    ledger: Ledger

    async def run(self, now: Callable[[], datetime]) -> None:
        """Poll until cancelled, whatever is away meanwhile."""
        pause = POLL_EVERY
        while True:
            try:
                fetched = await asyncio.to_thread(self.poll, now)
                pause = timedelta(0) if fetched == AT_ONCE else POLL_EVERY
            except (MailboxAway, OperationalError) as error:
                pause = min(max(pause, POLL_EVERY) * 2, LONGEST_PAUSE)
                _log.warning("mailbox_waits", error=str(error) or type(error).__name__)
            except Exception as error:  # noqa: BLE001 - what comes in must be stopped by no bug of ours
                pause = min(max(pause, POLL_EVERY) * 2, LONGEST_PAUSE)
                _log.error("mailbox_fails", fault=traced(error))
            await asyncio.sleep(pause.total_seconds())

    def poll(self, now: Callable[[], datetime]) -> int:
        """Store the mails nobody has seen; how many these were. Raises MailboxAway."""
        with self._connected() as server:
            _answered(server.select(_quoted(self.mailbox.folder)))
            validity = _validity(server)
            uids = self._waiting(server, validity)[:AT_ONCE]
            for uid in uids:
                self._take(server, validity, uid, now())
        return len(uids)

    def _waiting(self, server: imaplib.IMAP4, validity: str) -> list[int]:
        """What nobody has seen, and what came since, even if a colleague has read it meanwhile."""
        found = set(_uids(server.uid("SEARCH", "UNSEEN")))
        with self.ledger.reading() as books:
            last = latest_named(books.connection, self._prefix(validity))
        if last:
            known = int(last.rpartition(":")[2])
            since = _uids(server.uid("SEARCH", "UID", f"{known + 1}:*"))
            found |= {uid for uid in since if uid > known}
        return sorted(found)

    def _prefix(self, validity: str) -> str:
        # A mailbox that was made anew counts its mails anew: then the validity is another.
        return f"imap:{self.mailbox.name}:{validity}:"

    def _take(self, server: imaplib.IMAP4, validity: str, uid: int, now: datetime) -> None:
        try:
            raw = _fetched(server, str(uid))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            # It is asked for again; the others must not wait for it.
            _log.warning("mail_cannot_be_fetched", uid=uid, error=type(error).__name__)
            return
        if raw is not None:
            name = f"{self._prefix(validity)}{uid:010}"
            incoming = Incoming("mail", name, raw, {"door": "imap"}, now)

            def keep(books: Books) -> bool:
                return store(books.connection, incoming)

            self.ledger.transact(keep, durable=True)
        _answered(server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        box = self.mailbox
        try:
            server = _connect(box)
            try:
                server.login(box.user, box.password)
                yield server
            finally:
                _leave(server)
        except imaplib.IMAP4.error as error:
            raise MailboxAway(f"The mailbox refuses: {_worded(error, box.password)}") from None
        except (OSError, EOFError) as error:
            raise MailboxAway(f"The mail server is away ({type(error).__name__}).") from None


def _connect(box: Mailbox) -> imaplib.IMAP4:
    seconds = PATIENCE.total_seconds()
    if not box.tls:
        return imaplib.IMAP4(box.host, box.port, timeout=seconds)
    context = box.context or ssl.create_default_context()
    return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=seconds)


def _leave(server: imaplib.IMAP4) -> None:
    """Close the connection; the server may have closed it before."""
    try:
        server.logout()
    except (OSError, EOFError, imaplib.IMAP4.error):
        server.shutdown()


def _fetched(server: imaplib.IMAP4, uid: str) -> bytes | None:
    """The mail with this number; of one that is too big no more than shows that; None if gone."""
    told = _answered(server.uid("FETCH", uid, "(RFC822.SIZE)"))
    size = _SIZE.search(b" ".join(one for one in told if isinstance(one, bytes)))
    if size is None:
        return None
    # To read does not mark it: that comes when it is safe.
    part = "" if int(size[1]) <= LARGEST_MAIL_BYTES else f"<0.{LARGEST_MAIL_BYTES + 1}>"
    parts = _answered(server.uid("FETCH", uid, f"(BODY.PEEK[]{part})"))
    return next((one[1] for one in parts if isinstance(one, tuple)), None)


def _validity(server: imaplib.IMAP4) -> str:
    """The number that changes when the mailbox counts anew."""
    _, told = server.response("UIDVALIDITY")
    first = told[0] if told else None
    return first.decode("ascii", "replace") if isinstance(first, bytes) else "0"


def _uids(answer: tuple[str, list[Any]]) -> list[int]:
    first = next(iter(_answered(answer)), None) or b""
    return [int(uid) for uid in first.split()]


def _answered(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        said = next(iter(data), None) or b""
        raise imaplib.IMAP4.error(said.decode("utf-8", "replace"))
    return data


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _worded(error: Exception, secret: str) -> str:
    text = str(error)
    return (text.replace(secret, "…") if secret else text)[:200]
