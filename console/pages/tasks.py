"""The open tasks for people."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.addresses import list_page
from console.desk import TheDesk
from console.reading.paging import Place
from console.reading.tasks import about, role_counts, task_page

router = APIRouter()


@router.get("/tasks")
def tasks(desk: TheDesk, role: str = "", after: str = "", before: str = "") -> HTMLResponse:
    """What people have to do, the oldest first."""
    with desk.parts.ledger.reading() as books:
        page = task_page(books.connection, role, Place(after, before))
        counts = role_counts(books.connection)
        invoices = about(books.connection, [task.task for task in page.rows])

    def link(**changes: str) -> str:
        return list_page("/tasks", **({"role": role} | changes))

    return desk.page("tasks.html", page=page, counts=counts, role=role, about=invoices, link=link)
