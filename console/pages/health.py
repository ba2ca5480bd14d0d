"""Whether the installation works, for monitors: nothing is claimed that was not just tried."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from console.desk import TheDesk
from ledger.doorbells import count
from ledger.ledger import Ledger

PATIENCE = timedelta(seconds=2)
UNAVAILABLE = 503

router = APIRouter()


@router.get("/health")
async def health(desk: TheDesk) -> JSONResponse:
    """200 when the books can be read and Temporal, where there is one, answers; else 503.

    `temporal.ok` is null when no engine belongs to the books; `doorbells_waiting`, the workflows
    that still have to be told of a change, is null when the books cannot be read.
    """
    waiting, books = await asyncio.to_thread(_books, desk.parts.ledger)
    temporal = await _temporal(desk.parts.client)
    ok = books["ok"] and temporal["ok"] is not False
    answer = {"ok": ok, "books": books, "temporal": temporal, "doorbells_waiting": waiting}
    return JSONResponse(answer, 200 if ok else UNAVAILABLE)


def _books(ledger: Ledger) -> tuple[int | None, dict[str, Any]]:
    try:
        with ledger.reading() as books:
            return count(books.connection), {"ok": True, "detail": "the books can be read"}
    except SQLAlchemyError as error:
        # The error's own text may name hosts and statements; its kind is enough for a monitor.
        why = f"the books cannot be read ({type(error).__name__})"
        return None, {"ok": False, "detail": why}


async def _temporal(client: Client | None) -> dict[str, Any]:
    if client is None:
        return {"ok": None, "detail": "no engine belongs to these books"}
    try:
        serving = await client.service_client.check_health(timeout=PATIENCE)
    except (RPCError, RuntimeError) as error:
        return {"ok": False, "detail": f"Temporal does not answer ({type(error).__name__})"}
    if not serving:
        return {"ok": False, "detail": "Temporal answers that it does not serve"}
    return {"ok": True, "detail": "Temporal answers"}
