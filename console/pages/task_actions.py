"""What the buttons of a task do: finish it, give it to a colleague, say what came of a call."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response

from commands.cases.call_actions import CALL_OUTCOMES, Call, CallActions
from commands.cases.decision_actions import DECISIONS
from commands.cases.task_actions import TaskActions
from commands.cases.work_actions import WorkActions
from console.addresses import task_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.pages.tasks import OUTCOMES, task_page_of
from console.typed import TheForm, Typed
from dunning.dispute import REASONS
from dunning.may import NotAllowed
from ledger.tasks import invoices_of_tasks, task_of

router = APIRouter(prefix="/tasks/{task:path}/do")


@router.post("/finish")
def finish(desk: TheDesk, typed: TheForm, task: str) -> Response:
    """Finish it with its outcome, for every invoice it is about."""

    def work() -> str:
        outcome, note = typed.choice("outcome", OUTCOMES), typed.text("note")
        if outcome == "other" and not note:
            typed.problems["note"] = "Say what came of it."
        typed.check()
        desk.acting(TaskActions).close_task(_invoice(desk, task), task, outcome, note)
        return "Finished."

    return _acted(desk, typed, task, work)


@router.post("/give")
def give(desk: TheDesk, typed: TheForm, task: str) -> Response:
    """Give it to a colleague for a while."""

    def work() -> str:
        to, note = typed.text("to", required=True), typed.text("note", required=True)
        until = typed.day("until")
        typed.check()
        (outcome,) = desk.acting(WorkActions).assign_work([task], to, note, until)
        if not outcome.done:
            raise NotAllowed(outcome.said)
        return "Given to a colleague."

    return _acted(desk, typed, task, work)


@router.post("/call")
def call(desk: TheDesk, typed: TheForm, task: str) -> Response:
    """Record what came of a call, and do what follows."""

    def work() -> str:
        outcome, note = typed.choice("outcome", CALL_OUTCOMES), typed.text("note")
        on, amount = typed.day("on"), typed.amount("amount")
        reason, invoice = typed.text("reason", longest=60), typed.text("invoice", longest=200)
        if outcome == "right_party_promise" and on is None:
            typed.problems.setdefault("on", "Say for which day it is promised.")
        if outcome == "dispute" and reason not in REASONS:
            typed.problems["reason"] = "Choose one of these."
        typed.check()
        made = Call(outcome, note, on, amount, reason, invoice)
        desk.acting(CallActions).log_call(task, made)
        return "The call is noted, and what follows from it is done."

    return _acted(desk, typed, task, work)


def _invoice(desk: Desk, task: str) -> str:
    """An open invoice of the task. Raises NotAllowed."""
    with desk.parts.ledger.reading() as books:
        found = task_of(books.connection, task)
        invoices = invoices_of_tasks(books.connection, [task])[task]
    if found is None or not invoices:
        raise NotAllowed("This is done already, or was never to do.")
    if found.what in DECISIONS:
        raise NotAllowed("This asks for a decision: approve or decline it.")
    return invoices[0]


def _acted(desk: Desk, typed: Typed, task: str, work: Callable[[], str]) -> Response:
    return acted_once(
        desk,
        typed,
        work,
        task_page(task),
        lambda shown, status: task_page_of(desk, task, shown, status),
    )
