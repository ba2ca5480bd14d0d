"""Large books are read by two connections at once, which both see them as at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, QueuePool, func, select, text
from sqlalchemy.exc import OperationalError

from ledger.tables import FactRow, table

# With fewer facts a report takes no longer than a second connection.
LARGE = 100_000
_NEWEST = select(func.coalesce(func.max(table(FactRow).c.id), 0))
T = TypeVar("T")


def at_once(connection: Connection, reads: Sequence[Callable[[Connection], T]]) -> list[T]:
    """What each of the reads finds, in their order; of large books two go on at a time.

    They go on one after the other where nobody else can see what this connection sees.
    """
    with _second(connection) as second:
        if second is None:
            return [read(connection) for read in reads]
        found: dict[int, T] = {}
        waiting = iter(enumerate(reads))

        def work(mine: Connection) -> None:
            for place, read in waiting:
                found[place] = read(mine)

        with ThreadPoolExecutor(1) as beside:
            other = beside.submit(work, second)
            work(connection)
            other.result()
    return [found[place] for place in range(len(reads))]


@contextmanager
def _second(connection: Connection) -> Iterator[Connection | None]:
    """Another connection to the same moment; none where that is not to be had."""
    pool = connection.engine.pool
    # A report takes nobody's last connection.
    spare = isinstance(pool, QueuePool) and pool.checkedout() < pool.size()
    if not spare or _newest(connection) < LARGE:
        yield None
        return
    engine, name = connection.engine.execution_options(read_only=True), connection.dialect.name
    if name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    try:
        other = engine.connect()
    except OperationalError:
        yield None
        return
    with other:
        if name == "postgresql":
            moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            other.execute(text(f"SET TRANSACTION SNAPSHOT '{moment}'"))
        # Whatever changes a figure comes with a fact.
        yield other if _newest(other) == _newest(connection) else None


def _newest(connection: Connection) -> int:
    return int(connection.execute(_NEWEST).scalar_one())
