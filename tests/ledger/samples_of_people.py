"""One fact of every kind about the people of the team."""

from __future__ import annotations

from dunning import person_facts
from dunning.person_facts import PersonFact
from tests.ledger.entries import AT

PEOPLE: tuple[PersonFact, ...] = (
    person_facts.PersonAdded(at=AT, by="eve", person="ada", name="Ada Åström"),
    person_facts.RoleGiven(at=AT, by="eve", role="associate"),
    person_facts.RoleTaken(at=AT, by="eve", role="associate"),
    person_facts.PasswordChanged(at=AT, by="ada", way="link"),
    person_facts.PersonDeactivated(at=AT, by="eve", reason="left"),
    person_facts.PersonReactivated(at=AT, by="eve", reason="back"),
    person_facts.IdentityGiven(at=AT, by="eve", identity="email:ada@example.com"),
    person_facts.IdentityTaken(at=AT, by="eve", identity="email:ada@example.com"),
    person_facts.SignedIn(at=AT, by="ada", way="password", refused_before=2),
    person_facts.SignedOut(at=AT, by="ada", why="signed out"),
    person_facts.SignInsRefused(at=AT, by="duncan", tries=5, seconds=30),
    person_facts.ActionRefused(
        at=AT, by="ada", action="approve_proposal", right="approve", about="I-1", why="no right"
    ),
)
