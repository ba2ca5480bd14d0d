"""Versions of the policies in the books: their facts, and their contents by SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import Connection, LargeBinary, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from dunning.policy_version_facts import (
    POLICY_STREAM,
    PolicyAdopted,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyVersionFact,
)
from ledger.books import Books
from ledger.doorbells import DoorbellRow
from ledger.rows import chunks
from ledger.tables import CaseRow, FactRow, table


class PolicyContentRow(SQLModel, table=True):
    """One file of a version, or the list of its files; never changed, never deleted."""

    __tablename__ = "policy_content"
    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


CONTENT, FACT = table(PolicyContentRow), table(FactRow)
CASE, DOORBELL = table(CaseRow), table(DoorbellRow)
# What makes a version names its content.
_MADE = (PolicyAdopted, PolicyDrafted, PolicyRolledBack)
_LENGTH = select(func.max(FACT.c.number)).where(FACT.c.stream == POLICY_STREAM)


def policy_history(books: Books) -> list[PolicyVersionFact]:
    """Everything that happened to versions, oldest first."""
    found = books.histories([POLICY_STREAM]).get(POLICY_STREAM, [])
    return cast("list[PolicyVersionFact]", found)


def policy_history_length(connection: Connection) -> int:
    """How many facts there are about versions: whether one has to look again."""
    return int(connection.execute(_LENGTH).scalar() or 0)


def change_versions(books: Books) -> list[PolicyVersionFact]:
    """The history, and nobody else adds to it before the transaction ends."""
    books.lock_customers([POLICY_STREAM])
    return policy_history(books)


def keep_contents(connection: Connection, contents: Iterable[bytes]) -> None:
    """Keep contents under their SHA-256; those that are known stay as they are."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    rows = {sha256_of(content): content for content in contents}
    if rows:
        connection.execute(
            insert(CONTENT).on_conflict_do_nothing(index_elements=["sha256"]),
            [{"sha256": digest, "content": content} for digest, content in rows.items()],
        )


def kept_contents(connection: Connection, digests: Iterable[str]) -> Mapping[str, bytes]:
    """The contents there are of these, whatever they hash to by now."""
    found: dict[str, bytes] = {}
    for some in chunks(sorted(set(digests))):
        query = select(CONTENT.c.sha256, CONTENT.c.content).where(CONTENT.c.sha256.in_(some))
        found.update((digest, bytes(content)) for digest, content in connection.execute(query))
    return found


def sha256_of(content: bytes) -> str:
    """The name of a content."""
    return hashlib.sha256(content).hexdigest()


def has_cases(connection: Connection) -> bool:
    """Whether an invoice was ever followed."""
    return connection.execute(select(CASE.c.invoice).limit(1)).first() is not None


def wake_open_cases(connection: Connection) -> int:
    """Ring for every open case; how many they are."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    is_open = CASE.c.closed_on.is_(None)
    cases = select(CASE.c.invoice, literal(1), literal(value=False)).where(is_open)
    columns = ["invoice", "rung", "opening"]
    statement = dialect.insert(DOORBELL).from_select(columns, cases)
    rung = {"rung": DOORBELL.c.rung + 1, "opening": False}
    connection.execute(statement.on_conflict_do_update(index_elements=["invoice"], set_=rung))
    count = select(func.count()).select_from(CASE).where(is_open)
    return int(connection.execute(count).scalar_one())


def damaged_contents(connection: Connection, history: Iterable[PolicyVersionFact]) -> set[str]:
    """The kept contents that facts name and that are missing or say something else by now.

    A list of files is damaged when one of its files is.
    """
    known = list(history)
    manifests = {one.content for one in known if isinstance(one, _MADE)}
    results = {one.result for one in known if isinstance(one, PolicySimulated)}
    kept = kept_contents(connection, manifests | results)
    damaged = {one for one in manifests | results if sha256_of(kept.get(one, b"")) != one}
    listed = {one: _digests(kept[one]) for one in manifests - damaged}
    files = kept_contents(connection, {file for some in listed.values() for file in some})
    sound = {digest for digest, content in files.items() if sha256_of(content) == digest}
    return damaged | {one for one, some in listed.items() if not some <= sound}


def _digests(manifest: bytes) -> set[str]:
    return {line.partition("  ")[0] for line in manifest.decode().splitlines()}
