"""The people of the team: who they are, what they may do, and who left."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from commands.acting import ROLES as WORK_ROLES
from commands.people.actions import LINK_LASTS, PeopleActions
from commands.people.delegating import DelegationActions
from console.desk import NOBODY, Desk, TheDesk
from console.once import acted_once
from console.typed import TheForm, Typed
from dunning.people import RIGHTS, ROLES, NoAuthority
from ledger.delegations import delegations
from ledger.identities import LONGEST, all_identities, email_identity
from ledger.people import people_of

router = APIRouter(prefix="/people")
_PAGE = "/people"
_LONGEST_NAME = 200
_LINK_IS_SHOWN = "The link was shown once; make another one when it is lost."


@router.get("")
def people(desk: TheDesk) -> Response:
    """Everybody who is or was on the team, with what they may do."""
    return _page(desk)


@router.post("/do/add")
def add(desk: TheDesk, typed: TheForm, request: Request) -> Response:
    """Add somebody; the answer shows the link by which the person chooses a password."""
    links: list[str] = []

    def work() -> str:
        person = typed.text("person", required=True, longest=_LONGEST_NAME)
        name, role = typed.text("name", longest=_LONGEST_NAME), typed.choice("role", ROLES)
        typed.check()
        links.append(_actions(desk).add(person, name, role))
        return _LINK_IS_SHOWN

    return _with_link(desk, _acted(desk, typed, work), links, request)


@router.post("/{person}/do/role")
def role(desk: TheDesk, typed: TheForm, person: str) -> Response:
    """Give somebody a role, or take it."""

    def work() -> str:
        role, deed = typed.choice("role", ROLES), typed.choice("deed", ("give", "take"))
        typed.check()
        actions = _actions(desk)
        if deed == "give":
            actions.give_role(person, role)
            return "The role is given."
        actions.take_role(person, role)
        return "The role is taken; it counts from the next click on."

    return _acted(desk, typed, work, person)


@router.post("/{person}/do/leave")
def leave(desk: TheDesk, typed: TheForm, person: str) -> Response:
    """Let nobody act under the name any more."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        _actions(desk).deactivate(person, reason)
        return "The person has left; every session has ended."

    return _acted(desk, typed, work, person)


@router.post("/{person}/do/return")
def come_back(desk: TheDesk, typed: TheForm, person: str) -> Response:
    """Let somebody who left act again."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        _actions(desk).reactivate(person, reason)
        return "The person is back, with the roles of before."

    return _acted(desk, typed, work, person)


@router.post("/{person}/do/reset")
def reset(desk: TheDesk, typed: TheForm, person: str, request: Request) -> Response:
    """A link to choose another password; the answer shows it once."""
    links: list[str] = []

    def work() -> str:
        links.append(_actions(desk).reset(person))
        return _LINK_IS_SHOWN

    return _with_link(desk, _acted(desk, typed, work, person), links, request)


@router.post("/{person}/do/account")
def account(desk: TheDesk, typed: TheForm, person: str) -> Response:
    """Say which account at the identity provider is the person's, or take it away."""

    def work() -> str:
        deed = typed.choice("deed", ("give", "take"))
        identity = typed.text("identity", required=True, longest=LONGEST)
        typed.check()
        if not identity.startswith(("email:", "subject:")):
            identity = email_identity(identity)
        if deed == "take":
            _actions(desk).take_identity(person, identity)
            return "The account opens nothing any more; every session of the person has ended."
        _actions(desk).give_identity(person, identity)
        return "The account is the person's from now on."

    return _acted(desk, typed, work, person)


@router.post("/do/delegate")
def delegate(desk: TheDesk, typed: TheForm) -> Response:
    """Give the work of a role or an absent person to a colleague for a while."""

    def work() -> str:
        of, to = typed.text("of", required=True), typed.text("to", required=True)
        until, note = typed.day("until", required=True), typed.text("note")
        typed.check()
        assert until is not None, "checked above"
        desk.acting(DelegationActions, typed).delegate(of, to, until, note)
        return "The work is handed over until then."

    return _acted(desk, typed, work)


def _actions(desk: Desk) -> PeopleActions:
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    return PeopleActions(desk.parts.ledger, desk.visit.by, desk.now())


def _acted(desk: Desk, typed: Typed, work: Callable[[], str], who: str = "") -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, shown, status, who)

    return acted_once(desk, typed, work, _PAGE, again)


def _with_link(desk: Desk, done: Response, links: list[str], request: Request) -> Response:
    """The link stands in this one answer and nowhere else: the books keep only its hash."""
    if not links:
        return done
    known = desk.parts.settings
    place = (known.public_url if known else "") or str(request.base_url)
    address = f"{place.rstrip('/')}/link/{links[0]}"
    return desk.page("link_made.html", address=address, days=LINK_LASTS.days)


def _page(desk: Desk, typed: Typed | None = None, status: int = 200, who: str = "") -> Response:
    with desk.parts.ledger.reading() as books:
        everybody = people_of(books.connection)
        handed_over = delegations(books.connection, desk.today)
        accounts = all_identities(books.connection)
    ordered = sorted(everybody, key=lambda one: (not one.active, one.person))
    able = [one.person for one in ordered if "follow_up" in one.rights]
    whose = [*WORK_ROLES, *able]
    values = {
        "people": ordered,
        "roles": ROLES,
        "rights": RIGHTS,
        "able": able,
        "accounts": accounts,
        "whose": whose,
        "who": who or desk.visit.query.get("who", ""),
        # Single tasks that are handed over are shown with the tasks.
        "handed_over": [one for of, one in sorted(handed_over.items()) if of in whose],
    }
    return desk.page("people.html", status, typed=typed, **values)
