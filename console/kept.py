"""Sums over large books: worked out beside the pages, and shown with their time until renewed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

import structlog

from ledger.books import Books
from ledger.ledger import Ledger

T = TypeVar("T")
# So old may a sum become before it is worked out anew, and so many are kept.
_FRESH_SECONDS, _MOST_KEPT = 60.0, 64
_log = structlog.get_logger()


@dataclass(frozen=True)
class Sum(Generic[T]):
    """What was worked out, and as of when."""

    value: T
    at: datetime
    made: float


@dataclass
class Kept:
    """The sums of one process, the latest asked for last."""

    _known: OrderedDict[Hashable, Sum[Any]] = field(default_factory=OrderedDict)
    _coming: set[Hashable] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="desk-sum")
    )

    def of(
        self, ledger: Ledger, key: Hashable, work: Callable[[Books], T], now: datetime
    ) -> Sum[T] | None:
        """What is known of `key`; None while it is worked out for the first time."""
        with self._lock:
            found = self._known.get(key)
            old = found is None or time.monotonic() - found.made > _FRESH_SECONDS
            if found is not None:
                self._known.move_to_end(key)
            if old and key not in self._coming and len(self._coming) < _MOST_KEPT:
                self._coming.add(key)
                self._threads.submit(self._renew, ledger, key, work, now)
        return found

    def _renew(
        self, ledger: Ledger, key: Hashable, work: Callable[[Books], Any], now: datetime
    ) -> None:
        try:
            with ledger.reading() as books:
                made = Sum(work(books), now, time.monotonic())
        except Exception:  # noqa: BLE001 - whatever it was, the page goes on without
            # The page shows that it is not there, and asks again with its next visitor.
            _log.exception("sum_failed")
            made = None
        with self._lock:
            self._coming.discard(key)
            if made is not None:
                self._known[key] = made
            while len(self._known) > _MOST_KEPT:
                self._known.popitem(last=False)
