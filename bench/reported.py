"""Books to report on, at any size: made of a rehearsed sample ledger, or kept from another run."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import func, select

from bench.copies import CASE, rehearsed
from bench.report_books import moved_to, multiply
from bench.servers import Server
from commands.rehearsal.playing import fresh_home
from ledger.engine import open_engine
from ledger.schema import NEWEST
from settings import Settings, read_settings

_POSTINGS_EACH = 5
_DAYS = 60


def reported(folder: Path, server: Server, invoices: int) -> tuple[Settings, int]:
    """Settings of books with so many open invoices, five postings for each; how many are open.

    What the folder has of this version and size is used as it is.
    """
    name = f"reported_{NEWEST}_{invoices}"
    home = fresh_home(read_settings(), folder / f"{server.name}-{name}")
    if server.has(name, home):
        settings = server.found(home, name)
        if (count := _open(settings)) >= invoices:
            return settings, count
        server.drop(name)
        shutil.rmtree(home.home)
    return _made(folder, server, server.settings(home, name), invoices)


def _made(folder: Path, server: Server, settings: Settings, invoices: int) -> tuple[Settings, int]:
    template = fresh_home(read_settings(), folder / "template")
    if not (template.home / "books.db").exists():
        template = rehearsed(folder, _DAYS)
    settings.home.mkdir(parents=True, exist_ok=True)
    source, target = open_engine(template.books_url), open_engine(settings.books_url)
    moved_to(source, target)
    count = multiply(target, invoices, invoices * _POSTINGS_EACH)
    server.settle(target)
    source.dispose()
    target.dispose()
    return settings, count


def _open(settings: Settings) -> int:
    """How many invoices are open; copying is one transaction, so all of them or only a sample."""
    engine = open_engine(settings.books_url)
    with engine.connect() as connection:
        query = select(func.count()).select_from(CASE).where(CASE.c.open_minor != 0)
        count = int(connection.execute(query).scalar_one())
    engine.dispose()
    return count
