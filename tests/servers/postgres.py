"""Databases for tests: a PostgreSQL server a run, and a fresh database of each kind a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.servers.postgres_server import postgres_binaries, running_postgres
from tests.servers.requirement import lacking


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server's maintenance database, as SQLAlchemy reads it.

    DUNCAN_TEST_DATABASE_URL names a server that runs already; else one is started for the run.
    """
    if given := os.environ.get("DUNCAN_TEST_DATABASE_URL"):
        yield given
        return
    binaries = postgres_binaries()
    if binaries is None:
        lacking("postgres", "no PostgreSQL (install one, or set DUNCAN_TEST_DATABASE_URL)")
    with running_postgres(binaries) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of the test's own: the test runs once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'books.sqlite'}"
        return
    with fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@contextmanager
def fresh_database(server_url: str, template: str = "template0") -> Iterator[str]:
    """Create a database as a copy of ``template``, yield its address, and drop it afterwards."""
    server, name = make_url(server_url), f"duncan_{uuid4().hex}"
    _run(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        _run(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
