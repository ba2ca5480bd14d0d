"""Facts about the people of the team: who they are, what they may do, how they came in.

They stand in the stream ``person:<name>``. Passwords and keys are never in a fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dunning.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Fact):
    """Somebody joined the team. `person` is the name that acts, `name` the one that is shown."""

    kind: Literal["person_added"] = "person_added"
    person: str
    name: str


@dataclass(frozen=True, kw_only=True)
class RoleGiven(Fact):
    """The person has a role from now on."""

    kind: Literal["role_given"] = "role_given"
    role: str


@dataclass(frozen=True, kw_only=True)
class RoleTaken(Fact):
    """The person has the role no longer."""

    kind: Literal["role_taken"] = "role_taken"
    role: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Fact):
    """The person has another password: by themselves (`own`) or by a one-time link (`link`)."""

    kind: Literal["password_changed"] = "password_changed"
    way: str


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(Fact):
    """The person left: nothing is done under this name any more, and every session ended."""

    kind: Literal["person_deactivated"] = "person_deactivated"
    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(Fact):
    """The person is back, with the roles of before."""

    kind: Literal["person_reactivated"] = "person_reactivated"
    reason: str


@dataclass(frozen=True, kw_only=True)
class IdentityGiven(Fact):
    """An identity provider knows the person so: ``email:…``, or ``subject:<issuer> <subject>``."""

    kind: Literal["identity_given"] = "identity_given"
    identity: str


@dataclass(frozen=True, kw_only=True)
class IdentityTaken(Fact):
    """The identity opens nothing for the person any more."""

    kind: Literal["identity_taken"] = "identity_taken"
    identity: str


@dataclass(frozen=True, kw_only=True)
class SignedIn(Fact):
    """The person came in; `refused_before` counts the refused tries since the last time."""

    kind: Literal["signed_in"] = "signed_in"
    way: str
    refused_before: int = 0


@dataclass(frozen=True, kw_only=True)
class SignedOut(Fact):
    """The person, or whoever ended all sessions of the person, ended the session."""

    kind: Literal["signed_out"] = "signed_out"
    why: str


@dataclass(frozen=True, kw_only=True)
class SignInsRefused(Fact):
    """So many tries with a wrong password came together that the next one has to wait."""

    kind: Literal["sign_ins_refused"] = "sign_ins_refused"
    tries: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class ActionRefused(Fact):
    """Something was tried under the person's name that it may not do; nothing of it happened."""

    kind: Literal["action_refused"] = "action_refused"
    action: str
    right: str
    about: str
    why: str


PersonFact = (
    PersonAdded
    | RoleGiven
    | RoleTaken
    | PasswordChanged
    | PersonDeactivated
    | PersonReactivated
    | IdentityGiven
    | IdentityTaken
    | SignedIn
    | SignedOut
    | SignInsRefused
    | ActionRefused
)
