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
        if not self.address:
            return settings
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{database}"'))
        engine.dispose()
        url = make_url(self.address).set(database=database)
        return settings.model_copy(
            update={"database_url": url.render_as_string(hide_password=False)}
        )

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


@contextmanager
def servers() -> Iterator[Sequence[Server]]:
    """SQLite, and PostgreSQL where it is installed."""
    binaries = postgres_binaries()
    if binaries is None:
        yield [Server("sqlite")]
        return
    with running_postgres(binaries) as address:
        yield [Server("sqlite"), Server("postgresql", address)]
