from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from tests.servers.postgres import fresh_database


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_a_table_keeps_its_rows(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE invoice (id TEXT PRIMARY KEY)"))
    connection.execute(text("INSERT INTO invoice VALUES ('INV-1')"))
    connection.commit()

    assert connection.execute(text("SELECT id FROM invoice")).scalars().all() == ["INV-1"]


def test_the_next_test_finds_an_empty_database(connection: Connection) -> None:
    assert inspect(connection).get_table_names() == []


def test_a_database_can_start_as_a_copy(postgres_url: str) -> None:
    with fresh_database(postgres_url) as first:
        engine = create_engine(first)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE invoice (id TEXT)"))
        engine.dispose()
        with fresh_database(postgres_url, template=make_url(first).database or "") as copy:
            copied = create_engine(copy)

            assert inspect(copied).get_table_names() == ["invoice"]
            copied.dispose()
