"""The people of the team: the list of them, and the hashes of their passwords."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, delete, select
from sqlmodel import Field, SQLModel

from dunning.people import Person, fold_person
from dunning.person_facts import IdentityGiven, IdentityTaken, PersonFact
from ledger.books import Books
from ledger.identities import IDENTITY, IdentityRow
from ledger.rows import Row, upsert
from ledger.tables import moment, table


class PersonRow(SQLModel, table=True):
    """A person, for lists and for every question after a right; `roles` with spaces between."""

    __tablename__ = "person"
    person: str = Field(primary_key=True)
    name: str
    roles: str
    active: bool
    added_at: datetime = moment()


class PasswordRow(SQLModel, table=True):
    """The hash of a person's password; the facts only say that there is another one."""

    __tablename__ = "password"
    person: str = Field(primary_key=True)
    hash: str
    changed_at: datetime = moment()


PERSON, PASSWORD = table(PersonRow), table(PasswordRow)
# The kinds of facts that the list of people is made from.
LISTED = (
    "person_added",
    "role_given",
    "role_taken",
    "person_deactivated",
    "person_reactivated",
)


def record_person(books: Books, person: str, *facts: PersonFact) -> Person:
    """Record facts of a person; what the lists say follows."""
    stream = f"person:{person}"
    books.append(stream, *facts)
    history = cast("list[PersonFact]", books.histories([stream])[stream])
    found = fold_person(history)
    upsert(books.connection, PersonRow, [person_row(found, history[0].at)])
    _list_identities(books.connection, person, facts)
    return found


def person_row(person: Person, added_at: datetime) -> Row:
    """The row of a person."""
    return {
        "person": person.person,
        "name": person.name,
        "roles": " ".join(person.roles),
        "active": person.active,
        "added_at": added_at,
    }


def person_of(connection: Connection, person: str) -> Person | None:
    """The person of a name, however it is written, or None."""
    query = select(PERSON).where(PERSON.c.person == person.strip().casefold())
    row = connection.execute(query).first()
    return None if row is None else Person(row.person, row.name, _roles(row.roles), row.active)


def people_of(connection: Connection) -> Sequence[Person]:
    """Everybody who ever was on the team, by name."""
    rows = connection.execute(select(PERSON).order_by(PERSON.c.person))
    return [Person(row.person, row.name, _roles(row.roles), row.active) for row in rows]


def has_administrator(connection: Connection) -> bool:
    """Whether somebody manages people: only then the desk asks who comes in."""
    query = select(PERSON.c.roles).where(PERSON.c.active, PERSON.c.roles != "")
    return any("administrator" in _roles(roles) for roles in connection.execute(query).scalars())


def keep_password(connection: Connection, person: str, hashed: str, at: datetime) -> None:
    """Keep the hash of a person's new password."""
    upsert(connection, PasswordRow, [{"person": person, "hash": hashed, "changed_at": at}])


def password_hash(connection: Connection, person: str) -> str:
    """The hash of the person's password; empty when there is none."""
    query = select(PASSWORD.c.hash).where(PASSWORD.c.person == person)
    return connection.execute(query).scalar() or ""


def _list_identities(connection: Connection, person: str, facts: Sequence[PersonFact]) -> None:
    for fact in facts:
        if isinstance(fact, IdentityGiven):
            upsert(connection, IdentityRow, [{"identity": fact.identity, "person": person}])
        elif isinstance(fact, IdentityTaken):
            connection.execute(delete(IDENTITY).where(IDENTITY.c.identity == fact.identity))


def _roles(text: str) -> tuple[str, ...]:
    return tuple(text.split())
