"""The open tasks for people, one of them, and what can be done with it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from commands.cases.call_actions import CALL_OUTCOMES
from commands.cases.decision_actions import DECISIONS
from commands.reports.table import Column
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.reading.paging import Place
from console.reading.tasks import (
    TaskFilter,
    about,
    exported,
    kinds_of_tasks,
    role_counts,
    task_named,
    task_page,
)
from console.typed import Typed
from dunning.dispute import REASONS
from ledger.delegations import delegations, does_it
from ledger.people import people_of

router = APIRouter(prefix="/tasks")
# What people write most often when they finish something.
OUTCOMES = ("done", "not_needed", "no_answer", "passed_on", "other")
_PAGE = "/tasks"
_COLUMNS = (
    Column("task"),
    Column("what"),
    Column("role"),
    Column("customer"),
    Column("name"),
    Column("opened_at"),
    Column("why"),
)


@router.get("")
def tasks(
    desk: TheDesk,
    role: str = "",
    who: str = "",
    what: str = "",
    q: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """What people have to do, the oldest first."""
    which = TaskFilter(role, who, what, q.strip()[:200])
    with desk.parts.ledger.reading() as books:
        connection = books.connection
        page = task_page(connection, which, desk.today, Place(after, before))
        values: dict[str, Any] = {
            "counts": role_counts(connection),
            "about": about(connection, [task.task for task in page.rows]),
            "kinds": kinds_of_tasks(connection),
            "people": [one for one in people_of(connection) if "follow_up" in one.rights],
            "known": delegations(connection, desk.today),
        }

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values |= {"page": page, "which": which, "role": role, "filters": asdict(which)}
    return desk.page("tasks.html", link=link, does_it=does_it, **values)


@router.get("/file.{form}")
def file(
    desk: TheDesk, form: str, role: str = "", who: str = "", what: str = "", q: str = ""
) -> Response:
    """The list as a file."""
    which = TaskFilter(role, who, what, q.strip()[:200])
    with desk.parts.ledger.reading() as books:
        found = exported(books.connection, which, desk.today)
        rows = (
            (
                row.task,
                row.what,
                row.owner,
                row.customer,
                row.name or "",
                row.opened_at.isoformat(),
                row.why,
            )
            for row in found
        )
        return list_file(desk, "Tasks", form, _COLUMNS, rows, asdict(which))


@router.get("/{task:path}")
def task(desk: TheDesk, task: str) -> Response:
    """One task: what it is about, and what came of it."""
    return task_page_of(desk, task)


def task_page_of(desk: Desk, name: str, typed: Typed | None = None, status: int = 200) -> Response:
    """The page of a task, with a refused form shown again where there is one."""
    with desk.parts.ledger.reading() as books:
        connection = books.connection
        row = task_named(connection, name)
        concerned = about(connection, [name])[name]
        customer = books.customer(row.customer)
        known = delegations(connection, desk.today)
        people = [one for one in people_of(connection) if "follow_up" in one.rights]
        owed = books.cases(concerned.invoices[:50])
    return desk.page(
        "task.html",
        status,
        typed=typed,
        task=row,
        about=concerned,
        cases=owed,
        customer=customer,
        given=known.get(name),
        who=does_it(known, name if name in known else row.owner),
        people=people,
        outcomes=OUTCOMES,
        call_outcomes=CALL_OUTCOMES,
        reasons=REASONS,
        is_call=row.what == "call",
        decides=row.what in DECISIONS,
    )
