"""Notes for colleagues, on the pages of customers and invoices."""

from __future__ import annotations

from fastapi import APIRouter, Response

from commands.cases.note_actions import LONGEST_NOTE, NoteActions
from console.addresses import customer_page, invoice_page
from console.desk import TheDesk
from console.once import acted_once
from console.pages.customers import customer_page_of
from console.pages.invoices import invoice_page_of
from console.typed import TheForm

router = APIRouter(prefix="/notes")


@router.post("/customer/{customer:path}")
def on_customer(desk: TheDesk, typed: TheForm, customer: str) -> Response:
    """Note something about a customer."""

    def work() -> str:
        text = typed.text("text", required=True, longest=LONGEST_NOTE)
        typed.check()
        return desk.acting(NoteActions).note_customer(customer, text)

    return acted_once(
        desk,
        typed,
        work,
        customer_page(customer),
        lambda shown, status: customer_page_of(desk, customer, shown, status),
    )


@router.post("/invoice/{invoice:path}")
def on_invoice(desk: TheDesk, typed: TheForm, invoice: str) -> Response:
    """Note something about an invoice."""

    def work() -> str:
        text = typed.text("text", required=True, longest=LONGEST_NOTE)
        typed.check()
        return desk.acting(NoteActions).note_invoice(invoice, text)

    return acted_once(
        desk,
        typed,
        work,
        invoice_page(invoice),
        lambda shown, status: invoice_page_of(desk, invoice, shown, status),
    )
