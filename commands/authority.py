"""Authority: who may do what is asked in the actions, whoever calls them, and refusals are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast

from sqlalchemy import Connection

from dunning.may import NotAllowed
from dunning.people import NoAuthority, Person, check_right, check_speaks_as
from dunning.person_facts import ActionRefused
from ledger.books import Books, UnknownInvoice
from ledger.ledger import Ledger
from ledger.people import has_administrator, person_of

# Every action that asks for a right, as ``Class.method``: what the matrix of roles is made from.
ACTIONS: dict[str, str] = {}
_LONGEST = 300


class Actor(Protocol):
    """What acts: it knows the books, the person and the moment."""

    @property
    def ledger(self) -> Ledger:
        """The books."""

    @property
    def by(self) -> str:
        """Who acts."""

    @property
    def now(self) -> datetime:
        """When."""


P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=Actor)
Action = Callable[Concatenate[A, P], R]


class Changed(NotAllowed):
    """Somebody or something changed the case since the person looked at it."""


def needs(right: str) -> Callable[[Action[A, P, R]], Action[A, P, R]]:
    """Ask for a right before the action runs; a refusal is recorded with what it was about."""

    def asking(action: Action[A, P, R]) -> Action[A, P, R]:
        name = action.__qualname__
        ACTIONS[name] = right

        @wraps(action)
        def asked(self: A, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                with self.ledger.reading() as books:
                    check(books.connection, self.by, right)
                return action(self, *args, **kwargs)
            except NotAllowed as refused:
                _note(self, name, right, _about(args, kwargs), refused)
                raise

        return cast("Action[A, P, R]", asked)

    return asking


def demand(ledger: Ledger, by: str, right: str, action: str, about: str, now: datetime) -> None:
    """Ask for a right where no class of actions is. Raises NoAuthority, which is recorded."""
    try:
        with ledger.reading() as books:
            check(books.connection, by, right)
    except NoAuthority as refused:
        fact = _refusal(action, right, about, refused, by, now)
        ledger.transact(lambda books: books.append(_stream(books.connection, by), fact))
        raise


def check(connection: Connection, by: str, right: str) -> None:
    """Raises NoAuthority when the person may not.

    As long as nobody manages people, a name that is nobody's acts as it always did: the books
    then know who acted by the name that was given.
    """
    person = _acting(connection, by)
    if person is not None:
        check_right(person, right)


def check_role(connection: Connection, by: str, role: str) -> None:
    """Raises NoAuthority when the person does not decide as this role of the policies."""
    person = _acting(connection, by)
    if person is not None:
        check_speaks_as(person, role)


def _acting(connection: Connection, by: str) -> Person | None:
    person = person_of(connection, by)
    if person is None and has_administrator(connection):
        raise NoAuthority(f"Nobody on the team is called {by!r}: `duncan people list` names them.")
    return person


def _note(actor: Actor, action: str, right: str, about: str, refused: NotAllowed) -> None:
    """Record the refusal, as far as it says something about the person."""
    if isinstance(refused, UnknownInvoice | Changed):
        return
    fact = _refusal(action, right, about, refused, actor.by, actor.now)

    def keep(books: Books) -> None:
        known = person_of(books.connection, actor.by) is not None
        if known or isinstance(refused, NoAuthority):
            books.append(_stream(books.connection, actor.by), fact)

    actor.ledger.transact(keep)


def _refusal(
    action: str, right: str, about: str, refused: NotAllowed, by: str, now: datetime
) -> ActionRefused:
    why = str(refused)[:_LONGEST]
    return ActionRefused(
        at=now, by=by[:_LONGEST], action=action, right=right, about=about[:_LONGEST], why=why
    )


def _stream(connection: Connection, by: str) -> str:
    """A name that is nobody's must not begin a stream of its own."""
    person = person_of(connection, by)
    return f"person:{person.person if person else 'nobody'}"


def _about(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    found = next((value for value in (*args, *kwargs.values()) if isinstance(value, str)), "")
    return str(found)
