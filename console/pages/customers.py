"""The page of one customer, and what can be done there."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from commands.acting import PAUSE_REASONS
from commands.cases.actions import Actions
from commands.cases.contact_actions import SPOKEN, ContactActions
from console.addresses import customer_page, list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.cases import CaseFilter, case_page, closed_count
from console.reading.customers import next_of, open_disputes_of, promised_of, thread
from console.reading.paging import Place
from console.reading.tasks import about, tasks_of_customer
from console.sums import sums_of
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from dunning.reports.buckets import BUCKETS
from ledger.notes import notes_of

router = APIRouter()


@router.get("/customers/{customer:path}")
def customer(desk: TheDesk, customer: str, after: str = "", before: str = "") -> Response:
    """What the customer owes, what was said both ways, what comes next, and what is to do."""
    return _page(desk, customer, Place(after, before))


@router.post("/customers/{customer:path}/do/pause")
def pause(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Stop every cadence of the customer."""

    def work() -> str:
        reason, note = typed.choice("reason", PAUSE_REASONS), typed.text("note")
        until = typed.day("until")
        typed.check()
        desk.acting(Actions).pause_customer(customer, reason, until, note)
        return "Paused."

    return _acted(desk, typed, customer, work)


@router.post("/customers/{customer:path}/do/resume")
def resume(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Lift the customer's pause."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        desk.acting(Actions).resume_customer(customer, note=note)
        return "Resumed: it goes on at the next opening."

    return _acted(desk, typed, customer, work)


@router.post("/customers/{customer:path}/do/note")
def note(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Note that somebody spoke or wrote to the customer."""

    def work() -> str:
        channel, said = typed.choice("channel", SPOKEN), typed.text("note", required=True)
        typed.check()
        desk.acting(ContactActions).note_contact(customer, channel, said)
        return "Noted."

    return _acted(desk, typed, customer, work)


def customer_page_of(desk: Desk, customer: str, typed: Typed, status: int) -> Response:
    """The page of a customer with a refused form shown again."""
    return _page(desk, customer, Place(), typed, status)


def _acted(desk: Desk, typed: Typed, customer: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return customer_page_of(desk, customer, shown, status)

    return acted_once(desk, typed, work, customer_page(customer), again)


def _page(
    desk: Desk, customer: str, place: Place, typed: Typed | None = None, status: int = 200
) -> Response:
    which = CaseFilter(customer=customer)
    with desk.parts.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        connection, today = books.connection, desk.today
        tasks = tasks_of_customer(connection, customer)
        values = {
            "customer": books.customer(customer),
            "page": case_page(connection, which, today, place),
            "closed": closed_count(connection, customer),
            "tasks": tasks,
            "about": about(connection, [task.task for task in tasks]),
            "thread": thread(books, customer),
            "coming": next_of(connection, customer),
            "disputes": open_disputes_of(connection, customer),
            "promised": promised_of(connection, customer),
            "notes": notes_of(books, customer),
        }

    def link(**changes: str) -> str:
        return list_page("/", customer=customer, **changes)

    values |= {
        "owed": sums_of(desk, which),
        "buckets": BUCKETS,
        "link": link,
        "pause_reasons": PAUSE_REASONS,
        "spoken": SPOKEN,
    }
    return desk.page("customer.html", status, typed=typed, **values)
