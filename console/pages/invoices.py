"""The page of one invoice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from commands.cases.show import show
from console.desk import TheDesk
from console.reading.messages import messages_of_invoice
from console.timeline import timeline

router = APIRouter()


# A number may hold a slash, which arrives decoded.
@router.get("/invoices/{invoice:path}")
def invoice(desk: TheDesk, invoice: str) -> HTMLResponse:
    """What comes next and why, everything that happened, and what is owed."""
    now, planner = desk.now(), desk.parts.planner
    with desk.parts.ledger.reading() as books:
        shown = show(books, planner, invoice, now)
        case = books.case(invoice)
        customer = books.customer(case.customer)
        messages = messages_of_invoice(books.connection, invoice)
    situation = planner.situation(case, customer, now)
    silent = {step.id for step in situation.policy.steps if step.action != "touch"}
    return desk.page(
        "invoice.html",
        shown=shown,
        case=case,
        customer=customer,
        messages=messages,
        entries=timeline(shown, desk.zone, silent),
        their_zone=ZoneInfo(situation.calendar.zone),
        workflow=desk.workflow_page(shown["workflow_id"]),
    )
