"""The page of one invoice."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from commands.acting import PAUSE_REASONS, ROLES
from commands.cases.show import show
from commands.sending.coming import why_not_now
from commands.why.answer import told
from console.desk import Desk, TheDesk
from console.reading.messages import messages_of_invoice
from console.reading.why import answer_on, asked_day
from console.timeline import timeline
from console.typed import Typed
from dunning.dispute import REASONS
from ledger.notes import notes_of

router = APIRouter()


# A number may hold a slash, which arrives decoded.
@router.get("/invoices/{invoice:path}")
def invoice(desk: TheDesk, invoice: str) -> Response:
    """What comes next and why, everything that happened, and what is owed."""
    return invoice_page_of(desk, invoice)


def invoice_page_of(
    desk: Desk, invoice: str, typed: Typed | None = None, status: int = 200
) -> Response:
    """The page of an invoice, with a refused form shown again where there is one."""
    now, planner = desk.now(), desk.parts.planner
    with desk.parts.ledger.reading() as books:
        shown = show(books, planner, invoice, now)
        case = books.case(invoice)
        customer = books.customer(case.customer)
        messages = messages_of_invoice(books.connection, invoice)
        notes = notes_of(books, case.customer, invoice)
        not_now = why_not_now(books, planner, invoice, now, desk.visit.by)
        asked = answer_on(books, planner, invoice, asked_day(desk.visit.query.get("on", "")), now)
    situation = planner.situation(case, customer, now)
    silent = {step.id for step in situation.policy.steps if step.action != "touch"}
    return desk.page(
        "invoice.html",
        status,
        typed=typed,
        shown=shown,
        case=case,
        customer=customer,
        messages=messages,
        notes=notes,
        not_now=not_now,
        asked=asked,
        why=told(asked.answer),
        entries=timeline(shown, desk.zone, silent),
        their_zone=ZoneInfo(situation.calendar.zone),
        workflow=desk.workflow_page(shown["workflow_id"]),
        pause_reasons=PAUSE_REASONS,
        roles=ROLES,
        dispute_reasons=REASONS,
    )
