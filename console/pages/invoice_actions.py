"""What the buttons of an invoice do: the same actions as on the command line."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from commands.acting import PAUSE_REASONS, ROLES
from commands.cases.actions import Actions
from commands.cases.task_actions import TaskActions
from console.addresses import invoice_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.pages.invoices import invoice_page_of
from console.typed import TheForm, Typed
from dunning.dispute import REASONS

router = APIRouter(prefix="/invoices/{invoice:path}/do")


@router.post("/pause")
def pause(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Stop the cadence for a while."""

    def work() -> str:
        reason, note = typed.choice("reason", PAUSE_REASONS), typed.text("note")
        until = typed.day("until")
        typed.check()
        desk.acting(Actions, typed).pause(invoice, reason, until, note)
        return "Paused."

    return _acted(desk, typed, invoice, work)


@router.post("/resume")
def resume(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Lift the pause, promise or escalation."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        desk.acting(Actions, typed).resume(invoice, note=note)
        return "Resumed: it goes on at the next opening."

    return _acted(desk, typed, invoice, work)


@router.post("/escalate")
def escalate(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Hand the case to a role."""

    def work() -> str:
        role, note = typed.choice("role", ROLES), typed.text("note", required=True)
        typed.check()
        desk.acting(Actions, typed).escalate(invoice, role, note)
        return "Escalated: nothing is sent until somebody resumes it."

    return _acted(desk, typed, invoice, work)


@router.post("/promise")
def promise(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Record a promise to pay."""

    def work() -> str:
        on, amount = typed.day("on", required=True), typed.amount("amount")
        note = typed.text("note")
        typed.check()
        assert on is not None, "checked above"
        before = desk.acting(Actions, typed).promise(invoice, amount, on, note)
        waits = before.case.promise is None or before.case.promise.at != desk.now()
        asked = any(one.what == "promise" and not one.outcome for one in before.case.proposals)
        return "A colleague has to approve it." if waits and asked else "The promise is recorded."

    return _acted(desk, typed, invoice, work)


@router.post("/dispute")
def dispute(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Open a dispute."""

    def work() -> str:
        reason, amount = typed.choice("reason", REASONS), typed.amount("amount")
        note = typed.text("note")
        typed.check()
        desk.acting(Actions, typed).dispute(invoice, reason, amount, note)
        return "The dispute is open; its owner is asked."

    return _acted(desk, typed, invoice, work)


@router.post("/write-off")
def write_off(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Give up what is open, or propose it."""

    def work() -> str:
        reason, waiver = typed.text("reason", required=True), typed.text("waiver")
        typed.check()
        done = desk.acting(Actions, typed).write_off(invoice, reason, waiver)
        return "Written off." if done.case.written_off else "A colleague has to approve it."

    return _acted(desk, typed, invoice, work)


@router.post("/decide")
def decide(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Approve or decline what somebody proposed."""

    def work() -> str:
        decision = typed.choice("decision", ("approve", "decline"))
        what, note = typed.text("what"), typed.text("note")
        typed.check()
        actions = desk.acting(Actions, typed)
        if decision == "approve":
            actions.approve_proposal(invoice, what, note=note)
            return "Approved."
        actions.decline_proposal(invoice, what, note)
        return "Declined."

    return _acted(desk, typed, invoice, work)


@router.post("/letter")
def letter(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Approve or decline the letter that waits."""

    def work() -> str:
        decision = typed.choice("decision", ("approve", "decline"))
        note = typed.text("note")
        typed.check()
        actions = desk.acting(TaskActions, typed)
        if decision == "approve":
            actions.approve(invoice, note)
            return "Approved."
        actions.decline(invoice, note)
        return "Declined."

    return _acted(desk, typed, invoice, work)


def _acted(desk: Desk, typed: Typed, invoice: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return invoice_page_of(desk, invoice, shown, status)

    return acted_once(desk, typed, work, invoice_page(invoice), again)
