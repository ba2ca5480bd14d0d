"""Outgoing webhooks: which systems are told of events, what came of it, and trying again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Response

from commands.webhooks.actions import KINDS, Subscribed, WebhookActions
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.pages.keys import check_manages
from console.reading.paging import Order, Place, read_page
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from ledger.event_deliveries import deliveries_of, states_of
from ledger.event_subscriptions import (
    DEAD,
    DELIVERED,
    DELIVERY,
    EVERYTHING,
    WAITING,
    subscription_of,
    subscriptions_of,
)

router = APIRouter(prefix="/subscribers")
_PAGE = "/subscribers"
_SHOWN_ONCE = "The secret was shown once; make another one when it is lost."
_STATES = (WAITING, DELIVERED, DEAD)
_ORDER = Order(DELIVERY.c.happened_at, DELIVERY.c.delivery, datetime.fromisoformat, descending=True)


@router.get("")
def subscribers(desk: TheDesk) -> Response:
    """Every address that is or was told of events."""
    return _list(desk)


@router.get("/{subscription}")
def subscriber(
    desk: TheDesk, subscription: str, state: str = "", after: str = "", before: str = ""
) -> Response:
    """One address: what was delivered, waits, or was given up, and why."""
    return _one(desk, subscription, state, Place(after, before))


@router.post("/do/add")
def add(desk: TheDesk, typed: TheForm) -> Response:
    """Tell an address from now on; the answer shows its secret, once."""
    made: list[Subscribed] = []

    def work() -> str:
        url = typed.text("url", required=True)
        kinds = [one for one in typed.lists.get("kind", ()) if one in KINDS]
        typed.check()
        made.append(_actions(desk).add(url, kinds or [EVERYTHING]))
        return _SHOWN_ONCE

    done = acted_once(desk, typed, work, _PAGE, lambda shown, status: _list(desk, shown, status))
    return _with_secret(desk, done, made)


@router.post("/{subscription}/do/rotate")
def rotate(desk: TheDesk, typed: TheForm, subscription: str) -> Response:
    """Make another secret; the answer shows it, once."""
    made: list[Subscribed] = []

    def work() -> str:
        made.append(_actions(desk).rotate(subscription))
        return _SHOWN_ONCE

    return _with_secret(desk, _acted(desk, typed, subscription, work), made)


@router.post("/{subscription}/do/test")
def try_out(desk: TheDesk, typed: TheForm, subscription: str) -> Response:
    """Queue an event that is about nothing."""

    def work() -> str:
        _actions(desk).test(subscription)
        return "A test is queued: this page shows what comes of it."

    return _acted(desk, typed, subscription, work)


@router.post("/{subscription}/do/retry")
def retry(desk: TheDesk, typed: TheForm, subscription: str) -> Response:
    """Queue again what was given up."""

    def work() -> str:
        if not _actions(desk).replay(subscription):
            raise NotAllowed("Nothing was given up here.")
        return "What was given up is queued again."

    return _acted(desk, typed, subscription, work)


@router.post("/{subscription}/do/end")
def end(desk: TheDesk, typed: TheForm, subscription: str) -> Response:
    """Tell an address nothing any more."""

    def work() -> str:
        _actions(desk).end(subscription)
        return "This address is told nothing any more."

    return _acted(desk, typed, subscription, work)


def _actions(desk: Desk) -> WebhookActions:
    known = desk.parts.settings
    private = known.webhooks_private if known else False
    return WebhookActions(desk.parts.ledger, desk.visit.by, desk.now(), private)


def _acted(desk: Desk, typed: Typed, subscription: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _one(desk, subscription, "", Place(), shown, status)

    return acted_once(desk, typed, work, f"{_PAGE}/{subscription}", again)


def _with_secret(desk: Desk, done: Response, made: list[Subscribed]) -> Response:
    if not made:
        return done
    back = f"{_PAGE}/{made[0].subscription}"
    return desk.page("secret_made.html", secret=made[0].secret, of="webhook", back=back)


def _list(desk: Desk, typed: Typed | None = None, status: int = 200) -> Response:
    check_manages(desk)
    with desk.parts.ledger.reading() as books:
        rows, states = subscriptions_of(books.connection), states_of(books.connection)
    return desk.page("subscribers.html", status, typed=typed, rows=rows, states=states, kinds=KINDS)


def _one(
    desk: Desk,
    subscription: str,
    state: str,
    place: Place,
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    check_manages(desk)
    with desk.parts.ledger.reading() as books:
        row = subscription_of(books.connection, subscription)
        if row is None:
            raise NotAllowed("There is no such webhook.")
        counts = states_of(books.connection, subscription).get(subscription, {})
        query = deliveries_of(subscription, state if state in _STATES else "")
        page = read_page(books.connection, query, _ORDER, place)
    values = {"row": row, "counts": counts, "page": page, "state": state}
    return desk.page("subscriber.html", status, typed=typed, **values)
