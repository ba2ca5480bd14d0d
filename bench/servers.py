"""The databases there are to measure on: SQLite in a folder, PostgreSQL as a throw-away server."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from settings import Settings
from tests.servers.postgres_server import postgres_binaries, running_postgres

NAMES = ("sqlite", "postgresql")
_TICKS = "SC_CLK_TCK"
# In /proc/<pid>/stat, after the name: what the process used, and its children that are gone.
_TIMES = slice(11, 15)


@dataclass(frozen=True)
class Server:
    """Where books are; `address` is that of PostgreSQL's maintenance database, "" for SQLite."""

    name: str
    address: str = ""

    def settings(self, settings: Settings, database: str) -> Settings:
        """The settings with a new database of this server."""
        if self.address:
            self._said(f'CREATE DATABASE "{database}"')
        return self.found(settings, database)

    def found(self, settings: Settings, database: str) -> Settings:
        """The settings with a database that is there."""
        if not self.address:
            return settings
        url = make_url(self.address).set(database=database)
        return settings.model_copy(
            update={"database_url": url.render_as_string(hide_password=False)}
        )

    def has(self, database: str, settings: Settings) -> bool:
        """Whether the database is there; that of SQLite is in the settings' home."""
        if not self.address:
            return (settings.home / "books.db").exists()
        query = text("SELECT count(*) FROM pg_database WHERE datname = :name")
        engine = create_engine(self.address)
        with engine.connect() as connection:
            count = int(connection.execute(query, {"name": database}).scalar_one())
        engine.dispose()
        return count > 0

    def drop(self, database: str) -> None:
        """Remove a database of PostgreSQL, where it is there."""
        if self.address:
            self._said(f'DROP DATABASE IF EXISTS "{database}"')

    def settle(self, engine: Engine) -> None:
        """What the database does by itself after a while: clean up, and count what it has."""
        if self.address:
            with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                connection.execute(text("VACUUM ANALYZE"))

    def processor(self) -> float:
        """Seconds of processor that the server used so far, for connections that are closed."""
        if not self.address:
            return 0
        home = make_url(self.address).query["host"]
        pid = Path(str(home), "data", "postmaster.pid").read_text().split()[0]
        used = Path("/proc", pid, "stat").read_text().rpartition(")")[2].split()[_TIMES]
        return sum(map(int, used)) / os.sysconf(_TICKS)

    def _said(self, statement: str) -> None:
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def servers(wanted: Sequence[str] = NAMES, kept: Path | None = None) -> Iterator[Sequence[Server]]:
    """SQLite, and PostgreSQL where it is installed; its databases in a folder that is kept."""
    binaries = postgres_binaries() if "postgresql" in wanted else None
    local = [Server("sqlite")] if "sqlite" in wanted else []
    if binaries is None:
        yield local
        return
    with running_postgres(binaries, kept) as address:
        yield [*local, Server("postgresql", address)]
