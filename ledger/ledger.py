"""The ledger: opens the books for one transaction, and tries again when two writers met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from threading import RLock
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from ledger.books import Books
from ledger.disk import disk_of
from ledger.spans import span_of

T = TypeVar("T")
ATTEMPTS = 5
# Unique violation, serialization failure, deadlock: another writer was faster.
_MET_ANOTHER_WRITER = {"23505", "40001", "40P01"}


class Ledger:
    """The books of one installation."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._reading = engine.execution_options(read_only=True)
        self._disk = disk_of(engine)
        # SQLite takes one write at a time and lets the others sleep and look again: the threads
        # of one process wait for their turn here instead, where they are woken at once.
        waits = engine.dialect.name == "sqlite"
        self._turn: AbstractContextManager[object] = RLock() if waits else nullcontext()

    def transact(self, work: Callable[[Books], T], *, durable: bool = False) -> T:
        """Do all of `work` in one write transaction, or nothing of it. It may run again.

        What is `durable` survives a power failure once this returns, not only a crash of ours.
        """
        with span_of(work):
            done = self._transacted(work)
            if durable and self._disk:
                self._disk.wait()
            return done

    @contextmanager
    def reading(self) -> Iterator[Books]:
        """The books as they stand, for reading only: readers never wait for writers."""
        with self._reading.connect() as connection:
            yield Books(connection)

    def _transacted(self, work: Callable[[Books], T]) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with self._turn, self.engine.begin() as connection:
                    return work(Books(connection))
            except DBAPIError as error:
                code = getattr(error.orig, "sqlstate", None)
                if code not in _MET_ANOTHER_WRITER or attempt == ATTEMPTS:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")
