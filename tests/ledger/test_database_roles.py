"""Roles of a real PostgreSQL: each process does its work, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.pool import NullPool

from dunning.may import NotAllowed
from ledger.database_roles import ROLES, statements
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import rebuild
from ledger.schema import NEWEST, upgrade
from tests.ledger.entries import described, opened, paid, paused
from tests.servers.postgres import fresh_database

PASSWORD = "of a test"  # noqa: S105 - of nobody


@pytest.fixture(scope="module")
def prefix() -> str:
    """Roles are the server's, so each run has its own."""
    return f"t{uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def users(postgres_url: str, prefix: str) -> Iterator[dict[str, Ledger]]:
    """One user of each role over the same books, and the owner."""
    with fresh_database(postgres_url) as url:
        owner = open_engine(url)
        upgrade(owner)
        for _ in range(2):
            with owner.begin() as connection:
                for one in list(statements(connection, prefix)):
                    connection.exec_driver_sql(one)
        engines: dict[str, Engine] = {"owner": owner}
        with owner.begin() as connection:
            for role in ROLES:
                login = f"{prefix}_{role}_login"
                connection.exec_driver_sql(
                    f"CREATE ROLE {login} LOGIN PASSWORD '{PASSWORD}' IN ROLE {prefix}_{role}"
                )
                own = make_url(url).set(username=login, password=PASSWORD)
                engines[role] = open_engine(own.render_as_string(hide_password=False))
        yield {name: Ledger(engine) for name, engine in engines.items()}
        for engine in engines.values():
            engine.dispose()
        server = create_engine(url, poolclass=NullPool)
        with server.begin() as connection:
            for role in ROLES:
                for name in (f"{prefix}_{role}_login", f"{prefix}_{role}"):
                    connection.exec_driver_sql(f"DROP OWNED BY {name}")
                    connection.exec_driver_sql(f"DROP ROLE {name}")


def may(ledger: Ledger, statement: str) -> bool:
    try:
        with ledger.engine.begin() as connection:
            connection.execute(text(statement))
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":
            raise
        return False
    return True


def test_worker_and_console_do_their_work(users: dict[str, Ledger]) -> None:
    console, worker = users["console"], users["worker"]
    upgrade(console.engine)
    upgrade(worker.engine)
    console.transact(lambda books: books.record_customer("C-1", described()))
    console.transact(lambda books: books.open_case(opened()))
    worker.transact(lambda books: books.lock_invoices(["I-1"]))
    worker.transact(lambda books: books.record("I-1", paused()))
    console.transact(lambda books: books.record("I-1", paid(100)))
    rebuild(worker, lambda _, __: None, lambda _: None)

    with users["auditor"].reading() as books:
        assert len(books.history("I-1")) == 3


@pytest.mark.parametrize("role", ["worker", "console", "auditor"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE fact SET body = ''",
        "DELETE FROM fact",
        "TRUNCATE fact",
        "ALTER TABLE fact DISABLE TRIGGER ALL",
        "DROP TRIGGER fact_refuses_change ON fact",
        "UPDATE read_record SET person = ''",
        "DELETE FROM read_record",
        "UPDATE alembic_version SET version_num = '0001'",
        "CREATE TABLE mine (id int)",
    ],
)
def test_nobody_but_the_owner_changes_what_stands(
    users: dict[str, Ledger], role: str, statement: str
) -> None:
    assert not may(users[role], statement)


@pytest.mark.parametrize(
    "table", ["password", "desk_session", "one_time_link", "sign_in_tries", "api_key", "api_call"]
)
def test_a_worker_cannot_read_how_people_sign_in(users: dict[str, Ledger], table: str) -> None:
    assert not may(users["worker"], f"TABLE {table}")
    assert may(users["console"], f"TABLE {table}")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT hash FROM password",
        "SELECT hash FROM api_key",
        "SELECT secret FROM event_subscription",
        "SELECT * FROM desk_session",
        "SELECT * FROM one_time_link",
    ],
)
def test_an_auditor_reads_everything_but_what_opens_a_door(
    users: dict[str, Ledger], query: str
) -> None:
    auditor = users["auditor"]

    assert not may(auditor, query)
    assert not may(auditor, "INSERT INTO doorbell (invoice, rung, opening) VALUES ('x', 1, true)")
    for allowed in ("fact", "customer", "message", "read_record", "person", "policy_content"):
        assert may(auditor, f"TABLE {allowed}")
    assert may(auditor, "SELECT key, person, scopes FROM api_key")


def test_who_may_not_upgrade_is_told_who_may(users: dict[str, Ledger]) -> None:
    with users["owner"].engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0016'"))
    try:
        with pytest.raises(NotAllowed, match="as the owner of the tables"):
            upgrade(users["console"].engine)
    finally:
        with users["owner"].engine.begin() as connection:
            newest = text("UPDATE alembic_version SET version_num = :newest")
            connection.execute(newest, {"newest": NEWEST})


def test_books_on_sqlite_and_odd_names_are_refused_with_a_sentence(
    users: dict[str, Ledger],
) -> None:
    sqlite = open_engine("sqlite://")
    with sqlite.connect() as connection, pytest.raises(NotAllowed, match="SQLite"):
        list(statements(connection))
    with users["owner"].reading() as books, pytest.raises(NotAllowed, match="prefix"):
        list(statements(books.connection, "x; DROP TABLE fact"))
