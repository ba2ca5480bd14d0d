"""The payers that are remembered, and forgetting one."""

from __future__ import annotations

from fastapi import APIRouter, Response

from commands.cash.actions import CashActions
from commands.reports.table import Column, ReportTable
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.payers import every_payer, payers_after
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed
from ledger.books import Books

router = APIRouter(prefix="/cash/payers")
_PAGE = "/cash/payers"


@router.get("")
def payers(desk: TheDesk, after: str = "", file: str = "") -> Response:
    """Whose account or name pays for which customer, and who said so."""
    if file in FORMATS:
        with desk.parts.ledger.reading() as books:
            return table_file(desk, _table(desk, books), "payers", file)
    return _page(desk, after)


@router.post("/forget")
def forget(desk: TheDesk, typed: TheForm) -> Response:
    """Forget one: its next payment waits for a person."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        desk.acting(CashActions).forget_payer(typed.values.get("payer", ""), reason)
        return "Forgotten; the payer's next payment waits for a person."

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, typed.values.get("after", ""), shown, status)

    return acted_once(desk, typed, work, _PAGE, again)


def _page(desk: Desk, after: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        page = payers_after(books, after)

    def link(**changes: str) -> str:
        return list_page(_PAGE, **changes)

    return desk.page("payers.html", status, typed=typed, page=page, link=link, after=after)


def _table(desk: Desk, books: Books) -> ReportTable:
    names = ("payer", "shown", "customer", "by", "at")
    rows = (
        [one.payer, one.shown, one.customer, one.by, one.at.isoformat()]
        for one in every_payer(books)
    )
    columns = tuple(Column(name) for name in names)
    return ReportTable("Payers remembered", columns, rows, (("as of", str(desk.today)),))
