"""Where the desk is measured: books of any size on either database, made for now or kept."""

from __future__ import annotations

import json
import os
import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, event, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlmodel import SQLModel

from bench.copies import CASE
from bench.desk_books import desk_books
from bench.desk_sample import Sample, desk_sample
from commands.rehearsal.playing import fresh_home
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.projections import note_owed
from ledger.schema import upgrade
from settings import Settings, read_settings
from tests.servers.postgres_server import postgres_binaries, running_postgres

_DATABASE = "desk"


@dataclass(frozen=True)
class DeskSite:
    """Books and who sees them; an open invoice of the largest customer, and one of another."""

    settings: Settings
    largest: str
    session: str
    key: str
    invoice: str
    other: str

    def database_seconds(self) -> float:
        """Seconds of processor that PostgreSQL used so far; those of SQLite are the desk's own."""
        if not self.settings.database_url:
            return 0
        home = make_url(self.settings.database_url).query["host"]
        first = Path(str(home), "data", "postmaster.pid").read_text().split()[0]
        others = Path("/proc", first, "task", first, "children").read_text().split()
        return _used(first, ended=True) + sum(_used(one) for one in others)


@contextmanager
def desk_site(asked: Namespace) -> Iterator[DeskSite]:
    """Books of so many open invoices; `asked.keep` names a folder that keeps them."""
    with TemporaryDirectory(prefix="bench-") as passing:
        folder = asked.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        sample = _sample(folder, asked.days)
        if not asked.postgres:
            large = fresh_home(sample.settings, folder / "large")
            yield _made(folder / "sqlite.json", sample, large, asked.invoices)
            return
        with _postgres(folder / "pg" if asked.keep else None) as address:
            settings = sample.settings.model_copy(update={"database_url": address})
            yield _made(folder / "postgresql.json", sample, settings, asked.invoices)


def _sample(folder: Path, days: int) -> Sample:
    kept = folder / "sample.json"
    if not kept.exists():
        made = desk_sample(folder, days)
        named = {one: getattr(made, one) for one in ("largest", "session", "key")}
        kept.write_text(json.dumps(named))
    settings = fresh_home(read_settings(), folder / "template")
    upgrade(open_engine(settings.books_url))
    return Sample(settings, **json.loads(kept.read_text()))


def _made(kept: Path, sample: Sample, settings: Settings, invoices: int) -> DeskSite:
    """The site with its books, copied now unless that was done before."""
    who = {"largest": sample.largest, "session": sample.session, "key": sample.key}
    if not kept.exists():
        _filled(sample.settings, settings)
        invoice, other = _copied(settings, sample, invoices)
        site = DeskSite(settings, **who, invoice=invoice, other=other)
        found = asdict(site) | {"settings": None}
        kept.write_text(json.dumps(found))
    return DeskSite(**(json.loads(kept.read_text()) | {"settings": settings}))


@contextmanager
def _postgres(kept: Path | None) -> Iterator[str]:
    """A server of its own, as the tests have it, with a database for the books."""
    binaries = postgres_binaries()
    assert binaries is not None, "PostgreSQL is not here: make setup installs it"
    with running_postgres(binaries, kept) as address:
        engine = create_engine(address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            known = text("SELECT 1 FROM pg_database WHERE datname = :name")
            if connection.execute(known, {"name": _DATABASE}).scalar() is None:
                connection.execute(text(f"CREATE DATABASE {_DATABASE}"))
        engine.dispose()
        url = make_url(address).set(database=_DATABASE)
        yield url.render_as_string(hide_password=False)


def _used(process: str, *, ended: bool = False) -> float:
    """Seconds of a process, with its children that have ended; 0 when it has ended itself."""
    with suppress(FileNotFoundError):
        fields = Path("/proc", process, "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11 : 15 if ended else 13])) / os.sysconf("SC_CLK_TCK")
    return 0


def _filled(source: Settings, target: Settings) -> None:
    """The sample's rows where the books will be."""
    if not target.database_url:
        shutil.copytree(source.home, target.home)
        return
    old, new = open_engine(source.books_url), open_engine(target.books_url)
    upgrade(new)
    with old.connect() as reading, new.begin() as writing:
        for one in SQLModel.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(one)).mappings()]
            if not rows:
                continue
            writing.execute(insert(one), rows)
            if "id" in one.c and one.c.id.primary_key:
                last = max(row["id"] for row in rows)
                named = {"name": one.name, "last": last}
                renew = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)")
                writing.execute(renew, named)
    old.dispose()
    new.dispose()


def _copied(settings: Settings, sample: Sample, invoices: int) -> tuple[str, str]:
    """Copy the books; an open invoice of the largest customer, and one of another."""
    engine = open_engine(settings.books_url)
    if not settings.database_url:
        event.listen(engine, "connect", _hasten)
    print(f"{desk_books(engine, sample.largest, invoices):,} open invoices", flush=True)
    ledger = Ledger(engine)
    ledger.transact(lambda books: note_owed(books.connection))
    if settings.database_url:
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
    mine = CASE.c.customer == sample.largest
    with ledger.reading() as books:
        newest = select(func.max(CASE.c.invoice)).where(CASE.c.closed_on.is_(None))
        found = [books.connection.execute(newest.where(one)).scalar_one() for one in (mine, ~mine)]
    engine.dispose()
    return str(found[0]), str(found[1])


def _hasten(connection: DBAPIConnection, _record: object) -> None:
    """Books that are made anew after a crash need no journal."""
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000"):
        connection.execute(f"PRAGMA {pragma}")
