"""Identities: by which names an identity provider knows the people of the team."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, select
from sqlmodel import Field, SQLModel

from ledger.tables import table

Kind = Literal["email", "subject"]
LONGEST = 600


class IdentityRow(SQLModel, table=True):
    """One identity of a person: an e-mail address, or a subject of an issuer."""

    __tablename__ = "person_identity"
    identity: str = Field(primary_key=True)
    person: str = Field(index=True)


IDENTITY = table(IdentityRow)


def email_identity(email: str) -> str:
    """The identity of an e-mail address, however it is written."""
    return f"email:{email.strip().casefold()}"


def subject_identity(issuer: str, subject: str) -> str:
    """The identity of a subject, which only its issuer gives; cases differ."""
    return f"subject:{issuer} {subject}"


def person_of_identity(connection: Connection, identity: str) -> str:
    """The name of the person whose identity it is; empty when it is nobody's."""
    query = select(IDENTITY.c.person).where(IDENTITY.c.identity == identity)
    return connection.execute(query).scalar() or ""


def identities_of(connection: Connection, person: str) -> Sequence[str]:
    """The identities of a person."""
    query = select(IDENTITY.c.identity).where(IDENTITY.c.person == person)
    return connection.execute(query.order_by(IDENTITY.c.identity)).scalars().all()


def all_identities(connection: Connection) -> dict[str, list[str]]:
    """The identities of everybody, by person."""
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(IDENTITY).order_by(IDENTITY.c.identity)):
        found.setdefault(row.person, []).append(row.identity)
    return found
