"""Erasing a customer's personal data: one person asks, another decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from commands.erasure.actions import ErasureActions, Outcome
from commands.erasure.elsewhere import elsewhere
from commands.erasure.grounds import grounds_against, in_flight
from console.addresses import erasure_page, list_page
from console.desk import NOBODY, Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.reading import erasures as reading
from console.reading.paging import Place
from console.typed import FORM, TheForm, Typed
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from dunning.proposal import same_person
from ledger.desk_jobs import ERASING
from settings import Settings

router = APIRouter(prefix="/erasures")
_PAGE = "/erasures"
_UNKNOWN = "Nothing can be erased here: the settings are not known."


@router.get("")
def erasures(desk: TheDesk, after: str = "", before: str = "") -> Response:
    """What waits to be decided, and what was done."""
    return _page(desk, Place(after, before))


@router.post("/do/ask")
def ask(desk: TheDesk, typed: TheForm) -> Response:
    """Ask for an erasure."""

    def work() -> str:
        customer = typed.text("customer", required=True, longest=200)
        reason = typed.text("reason", required=True)
        typed.check()
        _actions(desk).ask(customer, reason)
        return "Asked for: another person decides."

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, Place(), shown, status)

    return acted_once(desk, typed, work, erasure_page(typed.values.get("customer", "")), again)


@router.get("/{customer:path}")
def erasure(desk: TheDesk, customer: str, job: str = "") -> Response:
    """What is asked of one customer's data, what stands against it, and what came of it."""
    return _one(desk, customer, job)


@router.post("/{customer:path}/do/approve")
def approve(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Erase what another person asked for; on large books that takes its time."""

    def carried_out(job: Job) -> str:
        done = _actions(desk).approve(customer, forced)
        job.keep(_told(_settings(desk), done), dict[str, Any])
        return list_page(erasure_page(customer), job=job.job)

    def work() -> str:
        typed.check()
        _actions(desk).check_approval(customer, forced)
        desk.jobs.start(
            desk.job(typed.form, ERASING, "Erasing personal data", customer), carried_out
        )
        return ""

    forced = typed.text("force")
    return _acted(desk, typed, customer, work, job_page(typed.values.get(FORM, "")))


@router.post("/{customer:path}/do/decline")
def decline(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Leave the data where they are."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        _actions(desk).decline(customer, reason)
        return "Declined: the data stay."

    return _acted(desk, typed, customer, work, erasure_page(customer))


def _acted(desk: Desk, typed: Typed, customer: str, work: Callable[[], str], then: str) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _one(desk, customer, "", shown, status)

    return acted_once(desk, typed, work, then, again)


def _page(desk: Desk, place: Place, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        waiting = reading.waiting(books)
        page, done = reading.history_page(books.connection, place)
    asked = desk.visit.query.get("customer", "")[:200]
    values = {"waiting": waiting, "page": page, "done": done, "asked": asked}
    return desk.page("erasures.html", status, typed=typed, **values)


def _one(
    desk: Desk, customer: str, job: str, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        latest = reading.latest_of(books, customer)
        waits = latest is not None and latest.kind == "erasure_asked"
        years = _settings(desk).keep_invoices_years
        values: dict[str, Any] = {
            "customer": customer,
            "name": reading.names_of(books.connection, [customer]).get(customer, customer),
            "latest": latest,
            "waits": waits,
            "mine": waits and latest is not None and same_person(latest.by, desk.visit.by),
            "against": list(grounds_against(books, customer, desk.today, years)),
            "in_flight": in_flight(books, customer),
        }
    values["outcome"] = _outcome(desk, job, customer)
    return desk.page("erasure.html", status, typed=typed, **values)


def _outcome(desk: Desk, job: str, customer: str) -> dict[str, Any] | None:
    """What is left for people to do; told to whoever approved it, for a day."""
    if not job:
        return None
    return desk.jobs.outcome(job, desk.visit.by, ERASING, dict[str, Any], customer)


def _told(settings: Settings, done: Outcome) -> dict[str, Any]:
    return {
        "facts": done.fact.facts,
        "messages": len(done.whose.attempts),
        "replies": len(done.whose.replies),
        "files": done.files,
        "for_people": elsewhere(settings, done),
    }


def _settings(desk: Desk) -> Settings:
    if desk.parts.settings is None:
        raise NotAllowed(_UNKNOWN)
    return desk.parts.settings


def _actions(desk: Desk) -> ErasureActions:
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    known = _settings(desk)
    return ErasureActions(
        ledger=desk.parts.ledger,
        by=desk.visit.by,
        now=desk.now(),
        years=known.keep_invoices_years,
        outbox=known.outbox_folder,
        evidence=known.evidence_folder,
    )
