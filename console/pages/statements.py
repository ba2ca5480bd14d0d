"""Statements of account: looked at, and taken away as PDF, XLSX or CSV."""

from __future__ import annotations

from datetime import date
from functools import cache

from fastapi import APIRouter, Response

from activities.documents.printer import Documents
from activities.documents.words import DocumentError
from activities.letter_documents import SHIPPED_DOCUMENTS
from commands.reports.statement import (
    Statement,
    statement_document,
    statement_of,
    statement_table,
)
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.reading.paging import DamagedLink
from console.table_file import FORMATS, download, table_file
from dunning.may import NotAllowed

router = APIRouter(prefix="/statements")
# So many items are shown; a customer with more takes the file.
MOST_SHOWN = 200


@router.get("")
def statements(
    desk: TheDesk, customer: str = "", entity: str = "", as_of: str = "", file: str = ""
) -> Response:
    """A customer's account at the end of a day."""
    try:
        day = date.fromisoformat(as_of) if as_of else desk.today
    except ValueError:
        raise DamagedLink(f"{as_of!r} is no date; write it as 2026-03-31.") from None
    problem, found = "", None
    if customer:
        try:
            with desk.parts.ledger.reading() as books:
                found = statement_of(books, customer.strip(), day, entity)
            if file:
                return _file(desk, found, file)
        except NotAllowed as refused:
            problem = str(refused)
    chosen = {"customer": customer, "entity": entity, "as_of": as_of}

    def link(**changes: str) -> str:
        return list_page("/statements", **(chosen | changes))

    return desk.page(
        "statements.html",
        404 if problem and found is None else 422 if problem else 200,
        statement=found,
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
