"""Why a message was sent or not: any invoice, any day."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from commands.why.answer import told
from console.desk import TheDesk
from console.reading.paging import DamagedLink
from console.reading.why import Asked, answers_around, asked_day
from dunning.may import NotAllowed

router = APIRouter()


@router.get("/why")
def why(desk: TheDesk, invoice: str = "", on: str = "") -> Response:
    """One sentence, its code, the facts behind both, and what the days around it say."""
    found: Asked | None = None
    problem = ""
    try:
        day = asked_day(on.strip())
        if invoice.strip():
            with desk.parts.ledger.reading() as books:
                planner, now = desk.parts.planner, desk.now()
                found = answers_around(books, planner, invoice.strip(), day, now)
    except (NotAllowed, DamagedLink) as refused:
        problem = str(refused)
    shown = told(found.answer) if found else None
    values: dict[str, Any] = {
        "asked": found,
        "shown": shown,
        "invoice": invoice,
        "on": on,
        "problem": problem,
    }
    return desk.page("why.html", 404 if problem else 200, **values)
