"""Whose account at an identity provider it is, and which roles come with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commands.people.id_tokens import Claims
from dunning.may import NotAllowed
from dunning.people import Person, check_roles, checked_name
from dunning.person_facts import (
    ActionRefused,
    IdentityGiven,
    PersonAdded,
    PersonFact,
    RoleGiven,
    RoleTaken,
)
from ledger.books import Books
from ledger.identities import (
    email_identity,
    identities_of,
    person_of_identity,
    subject_identity,
)
from ledger.ledger import Ledger
from ledger.people import person_of, record_person

_BY = "duncan"
_LONGEST_NAME = 120
_UNKNOWN = "Nobody on the team belongs to this account: ask an administrator."
_LEFT = "Who this account belongs to has left the team: ask an administrator."
_OTHER = (
    "Another account was used for this person before: an administrator has to take the old one"
    " away first."
)
_NO_GROUP = "Your account is in none of the groups that may come in here."


@dataclass(frozen=True)
class ProviderAccounts:
    """The team's terms: roles come from the claim `role_claim` by the map `roles`, where it is set.

    `adds_people`: who is unknown, and whose groups give a role, is added; else nobody is.
    `untouched` is the administrator for emergencies, whose roles no claim changes.
    """

    role_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    adds_people: bool = False
    untouched: str = ""

    def person_of(self, ledger: Ledger, claims: Claims, now: datetime) -> str:
        """The name of the person. Raises NotAllowed, which is recorded."""
        wanted = self._wanted(claims)

        def work(books: Books) -> tuple[str, str]:
            known = _known(books, claims, now)
            if isinstance(known, str):
                return self._unknown(books, claims, wanted, now, known)
            return known.person, self._given(books, known, wanted, now)

        person, problem = ledger.transact(work)
        if problem:
            ledger.transact(lambda books: _note(books, person, problem, now))
            raise NotAllowed(problem)
        return person

    def _wanted(self, claims: Claims) -> Sequence[str] | None:
        """The roles that the claim gives; None where it says nothing."""
        value: Any = claims.others
        for part in self.role_claim.split(".") if self.role_claim else ():
            value = value.get(part) if isinstance(value, Mapping) else None
        if not self.role_claim or value is None:
            return None
        groups = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        found = [self.roles[one] for one in groups if isinstance(one, str) and one in self.roles]
        return list(dict.fromkeys(found))

    def _unknown(
        self,
        books: Books,
        claims: Claims,
        wanted: Sequence[str] | None,
        now: datetime,
        why: str,
    ) -> tuple[str, str]:
        if why != _UNKNOWN or not self.adds_people or not claims.email:
            return "", why
        if not wanted:
            return "", _NO_GROUP
        try:
            name = checked_name(claims.email)
            check_roles(wanted)
        except NotAllowed as refused:
            return "", str(refused)
        if person_of(books.connection, name):
            return "", _UNKNOWN
        shown = claims.name.strip()[:_LONGEST_NAME] or name
        facts: list[PersonFact] = [PersonAdded(at=now, by=_BY, person=name, name=shown)]
        facts += [RoleGiven(at=now, by=_BY, role=role) for role in wanted]
        identity = subject_identity(claims.issuer, claims.subject)
        facts.append(IdentityGiven(at=now, by=_BY, identity=identity))
        record_person(books, name, *facts)
        return name, ""

    def _given(
        self, books: Books, known: Person, wanted: Sequence[str] | None, now: datetime
    ) -> str:
        """Let the person have just the roles of the claim; what is wrong with them, if anything."""
        if not self.role_claim or known.person == self.untouched:
            return ""
        if wanted is None:
            return "The identity provider does not say which groups you are in."
        try:
            check_roles(wanted)
        except NotAllowed as refused:
            return str(refused)
        taken = [one for one in known.roles if one not in wanted]
        given = [one for one in wanted if one not in known.roles]
        facts: list[PersonFact] = [RoleTaken(at=now, by=_BY, role=one) for one in taken]
        facts += [RoleGiven(at=now, by=_BY, role=one) for one in given]
        if facts:
            record_person(books, known.person, *facts)
        return "" if wanted else _NO_GROUP


def _known(books: Books, claims: Claims, now: datetime) -> Person | str:
    """The person of an account, by its subject, else once by its verified address; or why not."""
    subject = subject_identity(claims.issuer, claims.subject)
    name = person_of_identity(books.connection, subject)
    if not name and claims.email:
        name = person_of_identity(books.connection, email_identity(claims.email)) or claims.email
    person = person_of(books.connection, name) if name else None
    if person is None:
        return _UNKNOWN
    if not person.active:
        return _LEFT
    own = identities_of(books.connection, person.person)
    if subject not in own:
        # An address may be given to somebody else one day; a subject never is.
        if any(one.startswith(f"subject:{claims.issuer} ") for one in own):
            return _OTHER
        given = IdentityGiven(at=now, by=_BY, identity=subject)
        record_person(books, person.person, given)
    return person


def _note(books: Books, person: str, why: str, now: datetime) -> None:
    fact = ActionRefused(
        at=now, by=person or "nobody", action="SingleSignOn.finish", right="read", about="", why=why
    )
    books.append(f"person:{person or 'nobody'}", fact)
