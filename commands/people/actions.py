"""What administrators do with the people of the team."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe

from commands.authority import needs
from dunning.may import NotAllowed
from dunning.people import Person, check_roles, checked_name
from dunning.person_facts import (
    IdentityGiven,
    IdentityTaken,
    PersonAdded,
    PersonDeactivated,
    PersonReactivated,
    RoleGiven,
    RoleTaken,
    SignedOut,
)
from ledger.books import Books
from ledger.identities import LONGEST, email_identity, person_of_identity
from ledger.ledger import Ledger
from ledger.people import has_administrator, person_of, record_person
from ledger.sign_ins import end_sessions_of, keep_link

LINK_LASTS = timedelta(days=2)
_NAME_LENGTH = 120


@dataclass(frozen=True)
class PeopleActions:
    """Actions of an administrator; what answers with a link answers with its secret part."""

    ledger: Ledger
    by: str
    now: datetime

    @needs("manage_people")
    def add(self, person: str, name: str, *roles: str) -> str:
        """Add somebody; the link lets the person choose a password once."""
        known = checked_name(person)
        shown = name.strip() or known
        if len(shown) > _NAME_LENGTH:
            raise NotAllowed(f"A person's name has at most {_NAME_LENGTH} characters.")
        check_roles(roles)

        def work(books: Books) -> str:
            if person_of(books.connection, known):
                raise NotAllowed(f"{known} is on the team already, or was: reactivate them.")
            added = PersonAdded(at=self.now, by=self.by, person=known, name=shown)
            given = [RoleGiven(at=self.now, by=self.by, role=role) for role in dict.fromkeys(roles)]
            record_person(books, known, added, *given)
            return self._link(books, known)

        return self.ledger.transact(work)

    @needs("manage_people")
    def give_role(self, person: str, role: str) -> Person:
        """Give somebody a role, unless its duties conflict with those the person has."""

        def work(books: Books) -> Person:
            known = self._other(books, person)
            if role in known.roles:
                raise NotAllowed(f"{known.person} is {role} already.")
            check_roles([*known.roles, role])
            given = RoleGiven(at=self.now, by=self.by, role=role)
            return record_person(books, known.person, given)

        return self.ledger.transact(work)

    @needs("manage_people")
    def take_role(self, person: str, role: str) -> Person:
        """Take a role from somebody; it counts from the next click on."""

        def work(books: Books) -> Person:
            known = self._other(books, person)
            if role not in known.roles:
                raise NotAllowed(f"{known.person} is no {role}.")
            taken = RoleTaken(at=self.now, by=self.by, role=role)
            return record_person(books, known.person, taken)

        return self.ledger.transact(work)

    @needs("manage_people")
    def deactivate(self, person: str, reason: str) -> Person:
        """Let nobody act under the name any more, and end the person's sessions."""
        if not reason.strip():
            raise NotAllowed("Say why.")

        def work(books: Books) -> Person:
            known = self._other(books, person)
            if not known.active:
                raise NotAllowed(f"{known.person} has left already.")
            end_sessions_of(books.connection, known.person)
            left = PersonDeactivated(at=self.now, by=self.by, reason=reason)
            return record_person(books, known.person, left)

        return self.ledger.transact(work)

    @needs("manage_people")
    def reactivate(self, person: str, reason: str) -> Person:
        """Let somebody who left act again, with the roles of before."""

        def work(books: Books) -> Person:
            known = self._other(books, person)
            if known.active:
                raise NotAllowed(f"{known.person} is active.")
            back = PersonReactivated(at=self.now, by=self.by, reason=reason)
            return record_person(books, known.person, back)

        return self.ledger.transact(work)

    @needs("manage_people")
    def reset(self, person: str) -> str:
        """A link to choose another password; every session of the person ends."""

        def work(books: Books) -> str:
            known = _known(books, person)
            if not known.active:
                raise NotAllowed(f"{known.person} has left: reactivate them first.")
            end_sessions_of(books.connection, known.person)
            ended = SignedOut(at=self.now, by=self.by, why="another password was asked for")
            record_person(books, known.person, ended)
            return self._link(books, known.person)

        return self.ledger.transact(work)

    @needs("manage_people")
    def give_identity(self, person: str, identity: str) -> Person:
        """Let an account at the identity provider be this person's: its e-mail or its subject."""
        checked = _checked_identity(identity)

        def work(books: Books) -> Person:
            known = _known(books, person)
            owner = person_of_identity(books.connection, checked)
            if owner:
                raise NotAllowed(f"This account is {owner}'s already.")
            given = IdentityGiven(at=self.now, by=self.by, identity=checked)
            return record_person(books, known.person, given)

        return self.ledger.transact(work)

    @needs("manage_people")
    def take_identity(self, person: str, identity: str) -> Person:
        """Let an account open nothing for the person any more; every session ends."""

        def work(books: Books) -> Person:
            known = _known(books, person)
            if person_of_identity(books.connection, identity) != known.person:
                raise NotAllowed(f"This account is not {known.person}'s.")
            end_sessions_of(books.connection, known.person)
            taken = IdentityTaken(at=self.now, by=self.by, identity=identity)
            return record_person(books, known.person, taken)

        return self.ledger.transact(work)

    def _other(self, books: Books, person: str) -> Person:
        """Somebody else: nobody gives themselves a role or leaves the team without one who may."""
        known = _known(books, person)
        if known.person == self.by.strip().casefold():
            raise NotAllowed("Another administrator has to do this for you.")
        return known

    def _link(self, books: Books, person: str) -> str:
        token = token_urlsafe(32)
        keep_link(books.connection, token, person, self.now + LINK_LASTS)
        return token


def first_link(ledger: Ledger, now: datetime) -> str:
    """A one-time link by which the first administrator is made; empty when there is one."""

    def work(books: Books) -> str:
        if has_administrator(books.connection):
            return ""
        token = token_urlsafe(32)
        keep_link(books.connection, token, "", now + LINK_LASTS)
        return token

    return ledger.transact(work)


def _checked_identity(text: str) -> str:
    """An identity as it is kept. Raises NotAllowed."""
    kind, _, value = text.strip().partition(":")
    if len(text) > LONGEST or not text.isprintable():
        raise NotAllowed(f"An account's name has at most {LONGEST} ordinary characters.")
    if kind == "subject" and all(value.partition(" ")):
        return text.strip()
    if kind != "email" or not re.fullmatch(r"[^@\s]+@[^@\s]+", value.strip()):
        raise NotAllowed("Give the e-mail address of the account, or its subject at the provider.")
    return email_identity(value)


def _known(books: Books, person: str) -> Person:
    found = person_of(books.connection, person)
    if found is None:
        raise NotAllowed(f"Nobody on the team is called {person!r}.")
    return found
