"""Copies of books in SQLite: made while Duncan works, put back while it does not."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from commands.authority import demand
from commands.restoring.marking import mark_restored
from dunning.may import NotAllowed
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from settings import Settings

_FACTS = "SELECT max(recorded_at), count(*) FROM fact"


def back_up(settings: Settings, file: Path) -> None:
    """Copy the books into a new file, as they stand at one moment; Duncan may work meanwhile.

    Raises NotAllowed for a file that is there already, and for books in PostgreSQL.
    """
    books = _books_file(settings, "pg_dump --format=custom --file=FILE DATABASE")
    if not books.exists():
        raise NotAllowed(f"There are no books at {books} yet.")
    if file.exists():
        raise NotAllowed(f"{file} is there already: a backup never takes the place of another.")
    partial = file.with_name(f"{file.name}.partial")
    with _readable(file):
        _copy(books, partial)
        partial.replace(file)


def restore(
    settings: Settings, file: Path, by: str, now: datetime, *, replaces: bool
) -> Path | None:
    """Put a backup in the place of the books, marked as restored; answers where those before are.

    Raises NotAllowed when the file holds no whole books, while something serves, when the books
    have newer facts than the file unless it `replaces` them, for a person without the right, and
    for books in PostgreSQL.
    """
    books = _books_file(settings, "pg_restore, then duncan restore --mark --by YOU")
    newest, count = _checked(file)
    before = _kept_as(books, now) if books.exists() else None
    if before is not None:
        _refuse_in_use(books)
        there = _facts_of(books)
        if not replaces and (there[0] > newest or there[1] > count):
            raise NotAllowed(
                f"The books at {books} have newer facts than {file}. With --replace they are kept"
                " beside it, and the older ones take their place."
            )
    books.parent.mkdir(parents=True, exist_ok=True)
    coming = books.with_name(f"{books.name}.restoring")
    coming.unlink(missing_ok=True)
    _copy(file, coming)
    _mark(coming, by, now)
    if before is not None:
        # A link, so that no moment is without books.
        before.hardlink_to(books)
    coming.replace(books)
    _flush(books.parent)
    return before


def _books_file(settings: Settings, instead: str) -> Path:
    url = make_url(settings.books_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise NotAllowed(f"These books are in PostgreSQL. Use its own tools: {instead}.")
    return Path(url.database)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    with closing(_reading(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
        # The copy is one file: nothing of it waits in a log beside it.
        new.execute("PRAGMA journal_mode=DELETE")
    _flush(target)


def _flush(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _checked(file: Path) -> tuple[str, int]:
    """The newest moment and the count of a backup's facts. Raises NotAllowed for other files."""
    if not file.is_file():
        raise NotAllowed(f"There is no file {file}.")
    with _readable(file), closing(_reading(file)) as connection:
        said = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if said != "ok":
            raise NotAllowed(f"{file} is damaged: {said}.")
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return _facts(connection)


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise NotAllowed(f"{file} holds no books that can be used: {error}.") from None
    except OSError as error:
        raise NotAllowed(f"{file}: {error.strerror or error}.") from None


def _facts_of(books: Path) -> tuple[str, int]:
    """The same of the books in place; those too damaged to tell may be replaced."""
    try:
        with closing(_reading(books)) as connection:
            return _facts(connection)
    except sqlite3.DatabaseError:
        return "", 0


def _facts(connection: sqlite3.Connection) -> tuple[str, int]:
    newest, count = connection.execute(_FACTS).fetchone()
    return str(newest or ""), int(count)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _refuse_in_use(books: Path) -> None:
    """Raises NotAllowed while any process has the books open; afterwards they are one file."""
    try:
        with closing(sqlite3.connect(books, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError:
        raise NotAllowed(
            f"The books at {books} are in use: stop duncan up, every worker and console first."
        ) from None
    except sqlite3.DatabaseError:
        # What is damaged is exactly what a backup replaces.
        return


def _kept_as(books: Path, now: datetime) -> Path:
    return books.with_name(f"{books.stem}-replaced-{now:%Y%m%dT%H%M%S}{books.suffix}")


def _mark(coming: Path, by: str, now: datetime) -> None:
    engine = open_engine(f"sqlite:///{coming.resolve()}")
    try:
        upgrade(engine)
        ledger = Ledger(engine)
        demand(ledger, by, "release_channel", "restore", "books", now)
        ledger.transact(lambda books: mark_restored(books, by, now))
    finally:
        engine.dispose()
    with closing(sqlite3.connect(coming)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    _flush(coming)
