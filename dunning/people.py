"""The people of the team: what each role may do, and which duties nobody may hold together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dunning import person_facts
from dunning.may import NotAllowed
from dunning.person_facts import PersonFact

# What a right covers, in the words of the sentence that refuses it.
RIGHTS = {
    "read": "look at the books",
    "follow_up": "act on cases",
    "approve_letters": "approve letters",
    "change_contacts": "change contacts and consents",
    "place_hold": "hold a customer",
    "lift_hold": "lift a hold",
    "post_cash": "post or take back money",
    "approve": "decide proposals",
    "assign": "hand work to colleagues",
    "release_channel": "stop or release a channel",
    "import_files": "take in files",
    "work_findings": "work on findings of the audit",
    "draft_policy": "draft policies and letters",
    "approve_policy": "approve policies and letters",
    "prepare_close": "prepare the month end",
    "sign_close": "sign the month end",
    "manage_people": "manage people and keys",
    "see_reads": "see who read what",
}
# Source: the roles and the conflicts of duties that an auditor of accounts receivable asks for:
# who posts cash gives nothing up, who drafts does not approve, who manages people does no business.
ROLES: dict[str, frozenset[str]] = {
    "viewer": frozenset({"read"}),
    "associate": frozenset(
        {"read", "follow_up", "approve_letters", "place_hold", "post_cash", "import_files"}
    ),
    "senior": frozenset(
        {
            "read",
            "follow_up",
            "change_contacts",
            "place_hold",
            "lift_hold",
            "approve",
            "assign",
            "import_files",
            "work_findings",
            "draft_policy",
            "prepare_close",
        }
    ),
    "manager": frozenset(
        {
            "read",
            "follow_up",
            "approve_letters",
            "place_hold",
            "lift_hold",
            "approve",
            "assign",
            "release_channel",
            "work_findings",
            "approve_policy",
        }
    ),
    "controller": frozenset({"read", "approve", "approve_policy", "sign_close", "see_reads"}),
    "auditor": frozenset({"read", "see_reads"}),
    "administrator": frozenset({"read", "manage_people", "see_reads"}),
}
# As which roles of the policies (their limits and ladders) a role of the team decides.
SPEAKS_AS: dict[str, tuple[str, ...]] = {
    "associate": ("associate",),
    "senior": ("associate", "ar_lead"),
    "manager": ("associate", "ar_lead", "account_manager"),
    "controller": ("controller", "finance_director"),
}
# Rights by which nothing is done.
_NO_DUTY = ("read", "see_reads", "manage_people")
CONFLICTS = (
    ("post_cash", "approve"),
    ("change_contacts", "approve_letters"),
    ("draft_policy", "approve_policy"),
    ("follow_up", "sign_close"),
    ("prepare_close", "sign_close"),
    *(("manage_people", right) for right in RIGHTS if right not in _NO_DUTY),
)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,62}[a-z0-9])?")
# These stand in facts for Duncan itself.
_TAKEN = frozenset({"duncan", "import", "person", "system", "nobody"})


class NoAuthority(NotAllowed):
    """The person may not do this; the sentence says why, and the refusal is recorded."""


@dataclass(frozen=True)
class Person:
    """Somebody of the team. `person` acts in facts; `name` is what colleagues read."""

    person: str
    name: str
    roles: tuple[str, ...] = ()
    active: bool = True

    @property
    def rights(self) -> frozenset[str]:
        """What the person may do; nothing after leaving."""
        found = (ROLES.get(role, frozenset()) for role in self.roles) if self.active else ()
        return frozenset().union(*found)

    @property
    def speaks_as(self) -> tuple[str, ...]:
        """The roles of the policies that the person decides as."""
        spoken = (name for role in self.roles for name in SPEAKS_AS.get(role, ()))
        return tuple(dict.fromkeys(spoken)) if self.active else ()


def checked_name(text: str) -> str:
    """The name under which a person acts, as it is kept. Raises NotAllowed."""
    name = text.strip().casefold()
    if not _NAME.fullmatch(name):
        raise NotAllowed(
            "A name for signing in has up to 64 letters a-z, digits and . _ @ - between them."
        )
    if name in _TAKEN:
        raise NotAllowed(f"{name} stands for Duncan itself; choose another name.")
    return name


def fold_person(facts: Iterable[PersonFact]) -> Person:
    """The person as the facts of its stream give it; the first one adds it."""
    person = Person("", "")
    for fact in facts:
        person = _after(person, fact)
    return person


def check_right(person: Person, right: str) -> None:
    """Raises NoAuthority when the person has left or has not the right."""
    if not person.active:
        raise NoAuthority(f"{person.person} has left the team and does nothing any more.")
    if right not in person.rights:
        able = ", ".join(role for role, rights in ROLES.items() if right in rights)
        held = ", ".join(person.roles) or "no role"
        raise NoAuthority(
            f"{person.person} ({held}) may not {RIGHTS[right]}; these roles may: {able}."
        )


def check_speaks_as(person: Person, role: str) -> None:
    """Raises NoAuthority when the person does not decide as this role of the policies."""
    if role not in person.speaks_as:
        held = ", ".join(person.roles) or "no role"
        raise NoAuthority(f"{person.person} ({held}) does not decide as {role}.")


def check_roles(roles: Sequence[str]) -> None:
    """Raises NotAllowed for an unknown role, or for duties that one person may not hold."""
    for role in roles:
        if role not in ROLES:
            raise NotAllowed(f"{role!r} is no role; use one of {', '.join(ROLES)}.")
    if "auditor" in roles and set(roles) - {"auditor", "viewer"}:
        raise NotAllowed("An auditor reads everything and writes nothing: no other role goes with.")
    rights = frozenset().union(*(ROLES[role] for role in roles))
    for one, other in CONFLICTS:
        if one in rights and other in rights:
            raise NotAllowed(
                f"Nobody may both {RIGHTS[one]} and {RIGHTS[other]}: {', '.join(roles)} do not"
                " go together."
            )


def _after(person: Person, fact: PersonFact) -> Person:
    match fact:
        case person_facts.PersonAdded():
            return Person(fact.person, fact.name)
        case person_facts.RoleGiven(role=role) if role not in person.roles:
            return replace(person, roles=(*person.roles, role))
        case person_facts.RoleTaken(role=role):
            return replace(person, roles=tuple(one for one in person.roles if one != role))
        case person_facts.PersonDeactivated():
            return replace(person, active=False)
        case person_facts.PersonReactivated():
            return replace(person, active=True)
        case _:
            return person
