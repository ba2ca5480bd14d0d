"""Payment plans: which stand and which wait, and deciding on one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from commands.cases.plan_actions import PlanActions
from commands.reports.table import Cell, Column
from console.addresses import list_page, plan_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.once import acted_once
from console.reading import plans as reading
from console.reading.paging import Place
from console.reading.plans import STATES, PlanFilter, progress
from console.typed import TheForm, Typed
from dunning.proposal import same_person

router = APIRouter(prefix="/plans")
_PAGE = "/plans"
_COLUMNS = (
    Column("plan"),
    Column("customer"),
    Column("name"),
    Column("currency"),
    Column("amount", "amount"),
    Column("invoices", "number"),
    Column("instalments", "number"),
    Column("first", "date"),
    Column("last", "date"),
    Column("state"),
    Column("proposed_by"),
)


@router.get("")
def plans(
    desk: TheDesk, state: str = "all", customer: str = "", after: str = "", before: str = ""
) -> Response:
    """Payment plans, the newest first."""
    which = PlanFilter(state if state in STATES else "all", customer)
    with desk.parts.ledger.reading() as books:
        page = reading.plan_page(books, which, Place(after, before))

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values: dict[str, Any] = {"which": which, "page": page, "link": link, "states": STATES}
    return desk.page("plans.html", filters=asdict(which), **values)


@router.get("/file.{form}")
def file(desk: TheDesk, form: str, state: str = "all", customer: str = "") -> Response:
    """The list as a file."""
    which = PlanFilter(state if state in STATES else "all", customer)
    with desk.parts.ledger.reading() as books:
        rows = map(_cells, reading.exported(books, which))
        return list_file(desk, "Payment plans", form, _COLUMNS, rows, asdict(which))


@router.get("/{plan:path}")
def plan(desk: TheDesk, plan: str) -> Response:
    """One plan: its instalments, and what came in for them."""
    return _one(desk, plan)


@router.post("/{plan:path}/do/decide")
def decide(desk: TheDesk, typed: TheForm, plan: str) -> Response:
    """Approve or decline what a colleague proposed."""

    def work() -> str:
        decision, note = typed.choice("decision", ("approve", "decline")), typed.text("note")
        typed.check()
        actions = desk.acting(PlanActions)
        if decision == "approve":
            actions.approve_plan(plan, note)
            return "Approved."
        actions.decline_plan(plan, note)
        return "Declined."

    return _acted(desk, typed, plan, work)


@router.post("/{plan:path}/do/cancel")
def cancel(desk: TheDesk, typed: TheForm, plan: str) -> Response:
    """End the plan before its time."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        desk.acting(PlanActions).cancel_plan(plan, reason)
        return "The plan is cancelled; the cadence goes on."

    return _acted(desk, typed, plan, work)


def _acted(desk: Desk, typed: Typed, plan: str, work: Callable[[], str]) -> Response:
    return acted_once(
        desk,
        typed,
        work,
        plan_page(plan),
        lambda shown, status: _one(desk, plan, shown, status),
    )


def _one(desk: Desk, name: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        one = reading.plan_named(books, name)
        cases = books.cases(one.plan.invoices[:50])
    return desk.page(
        "plan.html",
        status,
        typed=typed,
        one=one,
        cases=cases,
        parts=list(progress(one.plan, desk.today)),
        mine=same_person(one.plan.by, desk.visit.by),
    )


def _cells(one: reading.Planned) -> list[Cell]:
    total, days = one.plan.total, [each.on for each in one.plan.instalments]
    return [
        *(one.plan.plan, one.customer.customer, one.customer.name, total.currency, total.major),
        *(len(one.plan.invoices), len(days), days[0], days[-1], one.state, one.plan.by),
    ]
