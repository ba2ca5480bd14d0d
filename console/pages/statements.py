"""Statements of account: looked at, and taken away as PDF, XLSX or CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

from fastapi import APIRouter, Response

from activities.documents.printer import Documents
from activities.documents.words import DocumentError
from activities.letter_documents import SHIPPED_DOCUMENTS
from commands.reports.as_closed import view_of
from commands.reports.statement import (
    Statement,
    statement_document,
    statement_of,
    statement_table,
)
from commands.statements.actions import StatementActions
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.days import day_of
from console.reading.paging import DamagedLink
from console.reading.wished_statements import statements_told
from console.table_file import FORMATS, download, table_file
from console.typed import TheForm, Typed
from dunning.may import NotAllowed

router = APIRouter(prefix="/statements")
# So many items are shown; a customer with more takes the file.
MOST_SHOWN = 200


@router.get("")
def statements(
    desk: TheDesk, customer: str = "", entity: str = "", as_of: str = "", file: str = ""
) -> Response:
    """A customer's account at the end of a day."""
    if customer and file:
        with desk.parts.ledger.reading() as books:
            view = view_of(desk.parts.planner.policies)
            found = statement_of(books, customer.strip(), _day(desk, as_of), entity, view)
        return _file(desk, found, file)
    return _page(desk, customer, entity, as_of)


@router.post("/do/send")
def send(desk: TheDesk, typed: TheForm, customer: str, as_of: str = "") -> Response:
    """Have it sent to the customer, once."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        day = _day(desk, as_of)
        return desk.acting(StatementActions).ask_statement(customer, day, note=note)

    return _acted(desk, typed, customer, as_of, work)


@router.post("/do/cancel")
def cancel(desk: TheDesk, typed: TheForm, customer: str, as_of: str = "") -> Response:
    """Do not send it after all."""

    def work() -> str:
        return desk.acting(StatementActions).cancel_statement(customer, _day(desk, as_of))

    return _acted(desk, typed, customer, as_of, work)


def _day(desk: Desk, as_of: str) -> date:
    return day_of(as_of, desk.today)


def _acted(
    desk: Desk, typed: Typed, customer: str, as_of: str, work: Callable[[], str]
) -> Response:
    then = list_page("/statements", customer=customer, as_of=as_of)

    def again(shown: Typed, status: int) -> Response:
        query = {"customer": customer, "as_of": as_of}
        visit = replace(desk.visit, path="/statements", query=query)
        return _page(replace(desk, visit=visit), customer, "", as_of, shown, status)

    return acted_once(desk, typed, work, then, again)


def _page(
    desk: Desk,
    customer: str,
    entity: str,
    as_of: str,
    typed: Typed | None = None,
    status: int = 200,
) -> Response:
    day, problem, found, wishes = _day(desk, as_of), "", None, []
    if customer:
        try:
            with desk.parts.ledger.reading() as books:
                view = view_of(desk.parts.planner.policies)
                found = statement_of(books, customer.strip(), day, entity, view)
                wishes = statements_told(books, customer.strip(), day)
        except NotAllowed as refused:
            problem, status = str(refused), 404
    chosen = {"customer": customer, "entity": entity, "as_of": as_of}

    def link(**changes: str) -> str:
        return list_page("/statements", **(chosen | changes))

    return desk.page(
        "statements.html",
        status,
        typed=typed,
        statement=found,
        wishes=wishes,
        problem=problem,
        chosen=chosen,
        day=day,
        most=MOST_SHOWN,
        entities=sorted({one.entity for one in found.items}) if found else [],
        link=link,
    )


def _file(desk: Desk, statement: Statement, form: str) -> Response:
    name = f"statement-{statement.day}"
    if form in FORMATS:
        return table_file(desk, statement_table(statement), name, form)
    if form != "pdf":
        raise DamagedLink(f"There is no file of the form {form!r}.")
    document = statement_document(statement, desk.parts.planner.policies)
    try:
        content = _printer().statement_pdf(document)
    except DocumentError as error:
        raise NotAllowed(str(error)) from None
    return download(content, f"{name}.pdf", "application/pdf")


@cache
def _printer() -> Documents:
    return Documents(SHIPPED_DOCUMENTS)
