"""Contents of policy versions: kept under their SHA-256, never changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dunning.policy_version_facts import POLICY_STREAM, PolicyAdopted
from ledger.doorbells import waiting
from ledger.ledger import Ledger
from ledger.policy_versions import (
    damaged_contents,
    has_cases,
    keep_contents,
    kept_contents,
    policy_history,
    policy_history_length,
    sha256_of,
    wake_open_cases,
)
from tests.ledger.entries import AT, open_case, paid

FILE = b'name = "house"\n'
MANIFEST = f"{sha256_of(FILE)}  policies/house.toml\n".encode()
ADOPTED = PolicyAdopted(at=AT, by="duncan", version=1, content=sha256_of(MANIFEST))


def adopt(ledger: Ledger) -> None:
    ledger.transact(lambda books: keep_contents(books.connection, [FILE, MANIFEST, FILE]))
    ledger.transact(lambda books: books.append(POLICY_STREAM, ADOPTED))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE policy_content SET content = content", "DELETE FROM policy_content"],
)
def test_the_database_refuses_to_change_a_content(ledger: Ledger, statement: str) -> None:
    adopt(ledger)

    with pytest.raises(DBAPIError, match="contents of policy versions are never changed"):
        ledger.transact(lambda books: books.connection.execute(text(statement)))


def test_a_content_is_kept_once_and_read_as_it_was(ledger: Ledger) -> None:
    adopt(ledger)
    ledger.transact(lambda books: keep_contents(books.connection, [FILE]))
    with ledger.reading() as books:
        kept = kept_contents(books.connection, [sha256_of(FILE), "unknown"])

        assert kept == {sha256_of(FILE): FILE}
        assert policy_history(books) == [ADOPTED]
        assert policy_history_length(books.connection) == 1


@pytest.mark.parametrize("what", [FILE, MANIFEST])
@pytest.mark.parametrize("how", ["changed", "deleted"])
def test_a_damaged_content_is_found(ledger: Ledger, what: bytes, how: str) -> None:
    adopt(ledger)
    with ledger.reading() as books:
        assert damaged_contents(books.connection, [ADOPTED]) == set()
    changes = {
        "changed": "UPDATE policy_content SET content = :other WHERE sha256 = :digest",
        "deleted": "DELETE FROM policy_content WHERE sha256 = :digest",
    }
    values = {"digest": sha256_of(what), "other": what + b"#"}
    with ledger.engine.begin() as connection:
        _drop_triggers(connection.dialect.name, connection.exec_driver_sql)
        used = values if how == "changed" else {"digest": values["digest"]}
        connection.execute(text(changes[how]), used)
    with ledger.reading() as books:
        assert damaged_contents(books.connection, [ADOPTED]) == {ADOPTED.content}


def test_every_open_case_is_woken_and_no_closed_one(ledger: Ledger) -> None:
    for invoice in ("I-1", "I-2", "I-3"):
        open_case(ledger, invoice)
    ledger.transact(lambda books: books.record("I-3", paid(150_000)))
    with ledger.reading() as books:
        before = {bell.invoice: bell.rung for bell in waiting(books.connection, 9)}
    woken = ledger.transact(lambda books: wake_open_cases(books.connection))
    with ledger.reading() as books:
        after = {bell.invoice: bell.rung for bell in waiting(books.connection, 9)}
        opening = {bell.invoice: bell.opening for bell in waiting(books.connection, 9)}

        assert has_cases(books.connection)
    assert woken == sum(after[one] > before[one] for one in after)
    assert not opening["I-1"]
    assert woken == 2


def _drop_triggers(dialect: str, run: object) -> None:
    assert callable(run)
    if dialect == "sqlite":
        for verb in ("update", "delete"):
            run(f"DROP TRIGGER policy_content_refuses_{verb}")
    else:
        run("DROP TRIGGER policy_content_refuses_change ON policy_content")
