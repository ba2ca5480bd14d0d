"""What waits for a decision of the person who visits, whatever it is, in one list."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from commands.adjustments.decisions import APPROVAL
from commands.cases.decision_actions import CREDIT, DECISIONS, LETTER, DecisionActions
from commands.reports.table import Column
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.once import acted_once
from console.reading import approvals as reading
from console.reading.approvals import ApprovalFilter
from console.reading.erasures import waiting as waiting_erasures
from console.reading.paging import Place
from console.reading.tasks import about
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from dunning.policy_versions import PolicyVersion
from dunning.proposal import same_person
from ledger.credits import waiting_moves

router = APIRouter(prefix="/approvals")
_PAGE = "/approvals"
_COLUMNS = (
    Column("what"),
    Column("customer"),
    Column("name"),
    Column("invoice"),
    Column("invoices", "number"),
    Column("currency"),
    Column("amount", "amount"),
    Column("role"),
    Column("proposed_by"),
    Column("since"),
    Column("why"),
)


@router.get("")
def approvals(
    desk: TheDesk, what: str = "", whose: str = "mine", after: str = "", before: str = ""
) -> Response:
    """Decisions that are waited for, the oldest first."""
    which, person = _chosen(what, whose), desk.visit.person
    kinds = DECISIONS if which.whose == "all" else reading.kinds_for(person)
    with desk.parts.ledger.reading() as books:
        page = reading.approval_page(books.connection, which, person, Place(after, before))
        asked = reading.asked_for(books, page.rows)
        counts = reading.approval_counts(books.connection, kinds)
        decides = desk.visit.may("approve") or whose == "all"
        moves = waiting_moves(books) if decides else []
        erasures = waiting_erasures(books) if decides else []

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values: dict[str, Any] = {"which": which, "page": page, "asked": asked, "counts": counts}
    values |= {"kinds": kinds, "versions": _versions(desk), "filters": asdict(which)}
    values |= {"moves": moves, "erasures": erasures}
    return desk.page("approvals.html", link=link, **values)


@router.get("/file.{form}")
def file(desk: TheDesk, form: str, what: str = "", whose: str = "mine") -> Response:
    """The list as a file."""
    which = _chosen(what, whose)
    with desk.parts.ledger.reading() as books:
        asked = reading.exported(books, which, desk.visit.person)
        rows = (
            (
                one.what,
                one.customer,
                one.name,
                one.invoice,
                one.invoices,
                one.amount.currency if one.amount else "",
                one.amount.major if one.amount else None,
                one.role,
                one.by,
                one.since.isoformat(),
                one.why,
            )
            for one in asked
        )
        return list_file(desk, "Approvals", form, _COLUMNS, rows, asdict(which))


@router.get("/{task:path}")
def approval(desk: TheDesk, task: str) -> Response:
    """One decision with what it is about."""
    return _one(desk, task)


@router.post("/{task:path}/do/decide")
def decide(desk: TheDesk, typed: TheForm, task: str) -> Response:
    """Approve or decline; who asked for it is refused."""

    def work() -> str:
        decision = typed.choice("decision", ("approve", "decline"))
        note = typed.text("note", required=decision == "decline")
        typed.check()
        actions = desk.acting(DecisionActions)
        return (actions.approve_task if decision == "approve" else actions.decline_task)(task, note)

    return acted_once(
        desk, typed, work, _PAGE, lambda shown, status: _one(desk, task, shown, status)
    )


def _one(desk: Desk, task: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        asked = reading.asked_of(books, task)
        if asked is None or not asked.invoice:
            raise NotAllowed("There is no such decision any more: a colleague has taken it.")
        case = books.case(asked.invoice)
        customer = books.customer(asked.customer)
        others = about(books.connection, [task])[task]
        waits = next((one for one in case.disputes if one.undecided), None)
    letter, credit, adjustment = asked.what == LETTER, asked.what == CREDIT, asked.what == APPROVAL
    return desk.page(
        "approval.html",
        status,
        typed=typed,
        asked=asked,
        case=case,
        customer=customer,
        others=others,
        dispute=waits if credit else None,
        is_letter=letter,
        adjustment=next((one for one in case.asked if adjustment and one.adjustment == task), None),
        decides=asked.may_be_decided_by(desk.visit.person),
        mine=same_person(asked.by, desk.visit.by),
    )


def _versions(desk: Desk) -> list[PolicyVersion]:
    """The versions of the policies that wait for approval by somebody who did not draft them."""
    versions = desk.parts.planner.versions
    if versions is None or not desk.visit.may("approve_policy"):
        return []
    return [
        one
        for one in versions.all()
        if one.state(desk.now(), -1) == "drafted" and not same_person(one.author, desk.visit.by)
    ]


def _chosen(what: str, whose: str) -> ApprovalFilter:
    return ApprovalFilter(what if what in DECISIONS else "", "all" if whose == "all" else "mine")
