"""The page of one customer."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from console.addresses import list_page
from console.desk import TheDesk
from console.reading.aging import aging
from console.reading.cases import CaseFilter, case_page, open_by_due_date, stage_counts
from console.reading.messages import messages_of_customer
from console.reading.paging import Place
from console.reading.tasks import about, tasks_of_customer
from dunning.may import NotAllowed
from dunning.reports.buckets import BUCKETS

router = APIRouter()


@router.get("/customers/{customer:path}")
def customer(desk: TheDesk, customer: str) -> HTMLResponse:
    """What the customer owes, what it was sent, and what people have to do about it."""
    which = CaseFilter(customer=customer)
    with desk.parts.ledger.reading() as books:
        if not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        connection, today = books.connection, desk.today
        page = case_page(connection, which, today, Place())
        owed = aging(open_by_due_date(connection, which, today), today)
        closed = stage_counts(connection, CaseFilter(customer=customer, closed=True), today)
        tasks = tasks_of_customer(connection, customer)

        def link(**changes: str) -> str:
            return list_page("/", customer=customer, **changes)

        return desk.page(
            "customer.html",
            customer=books.customer(customer),
            page=page,
            aging=owed,
            buckets=BUCKETS,
            closed=sum(closed.values()),
            link=link,
            tasks=tasks,
            about=about(connection, [task.task for task in tasks]),
            messages=messages_of_customer(connection, customer),
        )
