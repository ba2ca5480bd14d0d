"""Keys of the API: given, shown once, and taken away, by who manages people."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from commands.api_keys.actions import SCOPES, ApiKeyActions
from commands.authority import check
from console.desk import NOBODY, Desk, TheDesk
from console.once import acted_once
from console.typed import TheForm, Typed
from dunning.people import NoAuthority
from ledger.api_keys import keys_of
from ledger.people import people_of

router = APIRouter(prefix="/keys")
_PAGE = "/keys"
_SHOWN_ONCE = "The key was shown once; give another one when it is lost."
_LONGEST_NOTE = 200


@router.get("")
def keys(desk: TheDesk) -> Response:
    """Every key: whom it acts as, what for, and when it was last used."""
    return _page(desk)


@router.post("/do/add")
def add(desk: TheDesk, typed: TheForm) -> Response:
    """Give a key; the answer shows it, once."""
    made: list[str] = []

    def work() -> str:
        person = typed.text("person", required=True)
        scopes = [one for one in typed.lists.get("scope", ()) if one in SCOPES]
        if not scopes:
            typed.problems["scope"] = "Choose one of these."
        note = typed.text("note", longest=_LONGEST_NOTE)
        typed.check()
        made.append(_actions(desk).add(person, scopes, note))
        return _SHOWN_ONCE

    done = _acted(desk, typed, work)
    if not made:
        return done
    return desk.page("secret_made.html", secret=made[0], of="key", back=_PAGE)


@router.post("/{key}/do/revoke")
def revoke(desk: TheDesk, typed: TheForm, key: str) -> Response:
    """Let a key open nothing any more."""

    def work() -> str:
        typed.check()
        _actions(desk).revoke(key)
        return "The key opens nothing any more."

    return _acted(desk, typed, work, key)


def _actions(desk: Desk) -> ApiKeyActions:
    return ApiKeyActions(desk.parts.ledger, desk.visit.by, desk.now())


def _acted(desk: Desk, typed: Typed, work: Callable[[], str], which: str = "") -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, shown, status, which)

    return acted_once(desk, typed, work, _PAGE, again)


def _page(desk: Desk, typed: Typed | None = None, status: int = 200, which: str = "") -> Response:
    check_manages(desk)
    with desk.parts.ledger.reading() as books:
        rows = keys_of(books.connection)
        everybody = people_of(books.connection)
    able = [one for one in everybody if one.active and "manage_people" not in one.rights]
    values = {
        "keys": rows,
        "people": [one.person for one in able],
        "scopes": SCOPES,
        "which": which or desk.visit.query.get("which", ""),
    }
    return desk.page("keys.html", status, typed=typed, **values)


def check_manages(desk: Desk) -> None:
    """Raises NoAuthority for who does not manage people and keys."""
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    with desk.parts.ledger.reading() as books:
        check(books.connection, desk.visit.by, "manage_people")
