"""Storing what was posted: whatever came while the books were written goes in together next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from sqlalchemy.exc import OperationalError

from ledger.arrivals import Incoming, store_all
from ledger.ledger import Ledger

# In one transaction: more, and the first of them would wait for long.
MOST_TOGETHER = 200
Made = Callable[[], Incoming]
_Kept = asyncio.Future[None]


class Storing:
    """Writes posts in the order in which they came, in one thread; belongs to one event loop."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._waiting: dict[_Kept, Made] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="webhook")
        self._work: asyncio.Task[None] | None = None

    async def store(self, made: Made, patience: float) -> None:
        """Return once it would survive a power failure; `patience` is in seconds.

        Raises TimeoutError, after which it may be stored all the same, and SQLAlchemyError.
        """
        kept: _Kept = asyncio.get_running_loop().create_future()
        self._waiting[kept] = made
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._store_waiting())
        try:
            await asyncio.wait_for(kept, patience)
        finally:
            # Nobody waits for it any more, so it holds no memory either.
            self._waiting.pop(kept, None)

    async def _store_waiting(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            some = list(islice(self._waiting.items(), MOST_TOGETHER))
            for kept, _ in some:
                del self._waiting[kept]
            errors = await loop.run_in_executor(self._thread, self._write, [m for _, m in some])
            for (kept, _), error in zip(some, errors, strict=True):
                if kept.done():
                    continue
                if error is None:
                    kept.set_result(None)
                else:
                    kept.set_exception(error)

    def _write(self, made: Sequence[Made]) -> list[Exception | None]:
        """Store all of them, and answer for each with what kept it out."""
        try:
            incoming = [one() for one in made]
            self._ledger.transact(lambda books: store_all(books.connection, incoming), durable=True)
        except OperationalError as error:
            # The books are away for all of them.
            return [error] * len(made)
        except Exception as error:  # noqa: BLE001 - handed to who posted it
            if len(made) == 1:
                return [error]
            # One of them cannot be written, and must not keep the others out.
            return [found for one in made for found in self._write([one])]
        return [None] * len(made)
