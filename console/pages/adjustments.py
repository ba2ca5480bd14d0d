"""Adjustments: credits, debits, refunds, transfers, cancellations and write-offs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from hashlib import sha256

from fastapi import APIRouter, Response

from commands.adjustments.actions import AdjustmentActions
from commands.adjustments.listing import Listed
from commands.cases.actions import Actions
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.adjustment_table import adjustment_table, rows_of
from console.reading.adjustments import (
    KINDS,
    AdjustmentFilter,
    all_of,
)
from console.reading.paging import DamagedLink, Place
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed

router = APIRouter(prefix="/adjustments")
# What the form proposes, in the order in which people need it.
PROPOSED = ("credit_note", "write_off", "refund", "transfer", "debit_note", "cancellation")
_PAGE = "/adjustments"
_ASKED = "A colleague has to approve it."


@router.get("")
def adjustments(
    desk: TheDesk,
    state: str = "waiting",
    what: str = "",
    first: str = "",
    last: str = "",
    file: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """What waits for a decision, or what was done."""
    state = "done" if state == "done" else "waiting"
    which = AdjustmentFilter(state, what if what in KINDS else "", _day(first), _day(last))
    if file in FORMATS:
        with desk.parts.ledger.reading() as books:
            return table_file(desk, adjustment_table(books, which, desk.today), "adjustments", file)
    return _page(desk, which, Place(after, before))


@router.get("/invoice")
def of_invoice(desk: TheDesk, invoice: str) -> Response:
    """Everything about one invoice, with the decisions that may be made."""
    return _invoice_page(desk, invoice)


@router.post("/do/propose")
def propose(desk: TheDesk, typed: TheForm) -> Response:
    """Ask for an adjustment; above a small balance another person decides."""
    invoice = typed.values.get("invoice", "")

    def again(shown: Typed, status: int) -> Response:
        if typed.values.get("from") == "invoice":
            return _invoice_page(desk, invoice, shown, status)
        return _page(desk, AdjustmentFilter(), Place(), shown, status)

    place = list_page(f"{_PAGE}/invoice", invoice=invoice)
    return acted_once(desk, typed, lambda: _proposed(desk, typed), place, again)


@router.post("/do/decide")
def decide(desk: TheDesk, typed: TheForm) -> Response:
    """Approve or decline what another person proposed."""

    def work(invoice: str, adjustment: str) -> str:
        decision, note = typed.choice("decision", ("approve", "decline")), typed.text("note")
        typed.check()
        agreed = decision == "approve"
        if not adjustment:
            actions = desk.acting(Actions)
            decided = actions.approve_proposal if agreed else actions.decline_proposal
            decided(invoice, "write_off", note=note)
        else:
            adjusting = desk.acting(AdjustmentActions)
            settled = adjusting.approve_adjustment if agreed else adjusting.decline_adjustment
            settled(invoice, adjustment, note=note)
        return "Approved." if agreed else "Declined."

    return _acted(desk, typed, work)


@router.post("/do/paid")
def paid(desk: TheDesk, typed: TheForm) -> Response:
    """Record that an approved refund left the bank."""

    def work(invoice: str, adjustment: str) -> str:
        on, reference = typed.day("on", required=True), typed.text("reference", required=True)
        typed.check()
        assert on is not None, "checked above"
        desk.acting(AdjustmentActions).refund_paid(invoice, adjustment, on, reference)
        return "The refund is recorded."

    return _acted(desk, typed, work)


@router.post("/do/undo")
def undo(desk: TheDesk, typed: TheForm) -> Response:
    """Take an adjustment back, whole."""

    def work(invoice: str, adjustment: str) -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        desk.acting(AdjustmentActions).undo_adjustment(invoice, adjustment, reason)
        return "Taken back."

    return _acted(desk, typed, work)


@router.post("/do/reopen")
def reopen(desk: TheDesk, typed: TheForm) -> Response:
    """Ask again for what was cancelled or written off."""

    def work(invoice: str, _: str) -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        desk.acting(AdjustmentActions).reopen(invoice, reason)
        return "The invoice is open again."

    return _acted(desk, typed, work)


def _proposed(desk: Desk, typed: Typed) -> str:
    what, invoice = typed.choice("what", PROPOSED), typed.text("invoice", required=True)
    reason = typed.text("reason", required=True)
    amount = typed.amount("amount", required=what == "debit_note")
    to = typed.text("to", required=what == "transfer")
    typed.check()
    if what == "write_off":
        done = desk.acting(Actions).write_off(invoice, reason, typed.text("waiver"))
        return "Written off." if done.case.written_off else _ASKED
    actions = desk.acting(AdjustmentActions)
    match what:
        case "credit_note":
            done = actions.credit(invoice, amount, reason)
        case "debit_note" if amount is not None:
            done = actions.debit(invoice, amount, reason)
        case "refund":
            done = actions.refund(invoice, amount, reason)
        case "transfer":
            done = actions.transfer(invoice, to, amount, reason)
        case _:
            done = actions.cancel(invoice, reason)
    return _ASKED if any(not one.outcome for one in done.case.asked) else "Done."


def _acted(desk: Desk, typed: Typed, work: Callable[[str, str], str]) -> Response:
    invoice, adjustment = typed.values.get("invoice", ""), typed.values.get("adjustment", "")

    def again(shown: Typed, status: int) -> Response:
        return _invoice_page(desk, invoice, shown, status)

    place = list_page(f"{_PAGE}/invoice", invoice=invoice)
    return acted_once(desk, typed, lambda: work(invoice, adjustment), place, again)


def _page(
    desk: Desk,
    which: AdjustmentFilter,
    place: Place,
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    with desk.parts.ledger.reading() as books:
        page, rows = rows_of(books, which, place)

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(_chosen(which) | changes))

    values = {"which": which, "page": page, "rows": rows, "kinds": KINDS, "link": link}
    return desk.page("adjustments.html", status, typed=typed, proposed=PROPOSED, **values)


def _invoice_page(
    desk: Desk, invoice: str, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        case, rows = books.case(invoice), all_of(books, invoice)
    return desk.page(
        "adjustments_of_invoice.html",
        status,
        typed=typed,
        case=case,
        rows=rows,
        keys=[_key(one) for one in rows],
        proposed=PROPOSED,
        again=bool(case.cancelled or case.written_off),
    )


def _key(one: Listed) -> str:
    """By what the dialogs of an adjustment are named, whatever signs its number has."""
    return sha256(f"{one.adjustment} {one.what} {one.state}".encode()).hexdigest()[:12]


def _chosen(which: AdjustmentFilter) -> dict[str, str]:
    return {name: str(value) if value else "" for name, value in asdict(which).items()}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DamagedLink(f"{text!r} is no date; write it as 2026-03-31.") from None
