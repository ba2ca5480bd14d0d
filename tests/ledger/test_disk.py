from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from ledger.books import Books
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.ledger.entries import opened

Sync = Callable[[int], None]


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Ledger]:
    """Empty books in one file."""
    engine = open_engine(f"sqlite:///{tmp_path / 'books.db'}")
    upgrade(engine)
    yield Ledger(engine)
    engine.dispose()


def known(ledger: Ledger) -> set[str]:
    """The streams in the books, as everybody sees them."""
    with ledger.reading() as books:
        return set(books.connection.exec_driver_sql("SELECT stream FROM fact").scalars())


def open_one(ledger: Ledger, number: int, *, durable: bool = True) -> str:
    """Record an invoice; its stream."""
    fact = opened(f"I-{number}")
    ledger.transact(lambda books: books.open_case(fact), durable=durable)
    return f"invoice:{fact.invoice}"


def test_what_is_durable_is_on_the_disk_before_it_is_acknowledged(
    on_sqlite: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, set[str]]] = []

    def seen(file: int) -> None:
        is_log = os.path.samestat(
            os.fstat(file), Path(f"{on_sqlite.engine.url.database}-wal").stat()
        )
        synced.append(("log" if is_log else "folder", known(on_sqlite)))

    monkeypatch.setattr(os, "fsync", seen)
    first = open_one(on_sqlite, 1, durable=False)
    without = len(synced)
    second = open_one(on_sqlite, 2)

    assert without == 0
    assert synced == [("log", {first, second}), ("folder", {first, second})]
    open_one(on_sqlite, 3)
    # The folder has the name of the log by now.
    assert [what for what, _ in synced[2:]] == ["log"]


def test_many_wait_for_the_disk_together_and_none_for_an_earlier_sync(
    on_sqlite: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_disk: set[str] = set()
    syncs: list[int] = []

    def slow(file: int) -> None:
        written = known(on_sqlite)
        time.sleep(0.02)
        on_disk.update(written)
        syncs.append(file)

    def one(number: int) -> bool:
        return open_one(on_sqlite, number) in on_disk

    monkeypatch.setattr(os, "fsync", slow)
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(one, range(40)))

    assert all(kept)
    assert len(syncs) < 30


def test_who_could_not_reach_the_disk_is_told(
    on_sqlite: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OperationalError):
        open_one(on_sqlite, 1)
    monkeypatch.undo()
    open_one(on_sqlite, 2)


def test_a_log_that_went_into_the_database_needs_no_sync(on_sqlite: Ledger) -> None:
    def work(books: Books) -> str:
        return str(books.connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())

    on_sqlite.engine.dispose()
    for log in Path(str(on_sqlite.engine.url.database)).parent.glob("*-wal"):
        log.unlink()

    assert on_sqlite.transact(work, durable=True) == "wal"
