"""The page of one invoice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from commands.show import show
from console.addresses import workflow_page
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
    return desk.page(
        "invoice.html",
        shown=shown,
        case=case,
        customer=customer,
        messages=messages,
        entries=timeline(shown, desk.zone),
        their_zone=ZoneInfo(planner.situation(case, customer, now).calendar.zone),
        workflow=workflow_page(desk.temporal_ui, shown["workflow_id"]),
    )
