"""Noting who reads personal data: beside the pages, in batches, where the setting asks for it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from threading import Condition, Lock, Thread

import structlog
from fastapi import Request, Response
from sqlalchemy.exc import SQLAlchemyError

from ledger.books import Books
from ledger.ledger import Ledger
from ledger.reads import API, DESK, Read, append_reads

# Pages read themselves again while they are open: the same is noted once in this time.
SAME_SECONDS = 300.0
_BATCH, _PAUSE_SECONDS = 500, 1.0
_MOST_WAITING = 20_000
_MOST_REMEMBERED = 50_000
_LONGEST_ABOUT = 200
_OK = 200
# Pages about nobody: what a path of theirs names is a version, a job or a token. Files that
# somebody takes away are noted wherever they come from.
NOT_PERSONAL = frozenset(
    {
        "experiments",
        "health",
        "jobs",
        "keys",
        "letters",
        "live",
        "policies",
        "policy_documents",
        "settings",
        "sign_in",
        "single_sign_on",
        "subscribers",
    }
)
_log = structlog.get_logger()


@dataclass
class ReadLog:
    """What waits to be appended to the register; nobody waits for it."""

    ledger: Ledger
    _waiting: deque[Read] = field(default_factory=deque)
    _noted: dict[tuple[str, ...], float] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)
    _writer: Thread | None = None
    _flushing: Lock = field(default_factory=Lock)

    def note(self, read: Read) -> None:
        """Note a read, unless the same was noted a moment ago."""
        known = (read.person, read.way, read.what, read.about, read.key)
        now = time.monotonic()
        with self._changed:
            if now - self._noted.get(known, -SAME_SECONDS) < SAME_SECONDS:
                return
            if len(self._noted) >= _MOST_REMEMBERED:
                self._noted.clear()
            self._noted[known] = now
            if len(self._waiting) >= _MOST_WAITING:
                _log.error("reads_are_lost", waiting=len(self._waiting))
                return
            self._waiting.append(read)
            if self._writer is None:
                self._writer = Thread(target=self._write, name="read-log", daemon=True)
                self._writer.start()
            self._changed.notify()

    def flush(self) -> None:
        """Append what waits. Raises SQLAlchemyError when the books cannot be written."""
        with self._flushing:
            while batch := list(islice(self._waiting, _BATCH)):
                self.ledger.transact(partial(_append, batch))
                for _ in batch:
                    self._waiting.popleft()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: bool(self._waiting))
            # What comes together is appended together.
            time.sleep(_PAUSE_SECONDS)
            try:
                self.flush()
            except SQLAlchemyError as error:
                _log.warning("reads_wait", error=type(error).__name__)


def _append(reads: list[Read], books: Books) -> None:
    append_reads(books.connection, reads)


def page_read(request: Request, response: Response, person: str, at: datetime) -> Read | None:
    """What a page of the desk showed of somebody; None when it was about nobody."""
    endpoint = request.scope.get("endpoint")
    page = str(getattr(endpoint, "__module__", "")).rpartition(".")[2]
    is_file = "attachment" in response.headers.get("content-disposition", "")
    about = _about(request.scope.get("path_params", {}))
    if response.status_code != _OK or not page:
        return None
    if not is_file and (not about or page in NOT_PERSONAL):
        return None
    what = f"{page} file" if is_file else page
    return Read(at, person, DESK, what, about if page not in NOT_PERSONAL else "")


def call_read(request: Request, person: str, key: str, at: datetime) -> Read:
    """What a call of the API answered."""
    endpoint = request.scope.get("endpoint")
    what = str(getattr(endpoint, "__name__", "call"))
    return Read(at, person, API, what, _about(request.scope.get("path_params", {})), key)


def _about(found: Mapping[str, object]) -> str:
    """The number in the address: of a customer, an invoice, a message; never a name."""
    numbers = (str(value) for name, value in found.items() if name != "form")
    return next(numbers, "")[:_LONGEST_ABOUT]
