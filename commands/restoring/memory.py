"""What the engine remembers of the books it works for: their newest fact, and so whose it is.

It stands in the note of a schedule that never runs, so that a worker knows of it whose own
memory, disk and books are gone.
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from dunning.may import NotAllowed
from ledger.ledger import Ledger
from ledger.newest import Newest, are_others
from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW

MEMORY = "books:newest"
_NO_SCHEDULES = (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.PERMISSION_DENIED)


async def recall(client: Client) -> Newest | None:
    """What the engine's note says; None without one, or where there are no schedules for us.

    Raises RPCError.
    """
    try:
        described = await client.get_schedule_handle(MEMORY).describe()
    except RPCError as error:
        if error.status in (RPCStatusCode.NOT_FOUND, *_NO_SCHEDULES):
            return None
        raise
    return _read(described.schedule)


async def remember(client: Client, newest: Newest, *, takes_over: bool = False) -> None:
    """Let the engine remember the newest fact; the note of other books stays unless taken over.

    Raises RPCError.
    """
    wanted = _schedule(newest)
    try:
        await client.create_schedule(MEMORY, wanted)
    except ScheduleAlreadyRunningError:

        def renewed(now: ScheduleUpdateInput) -> ScheduleUpdate | None:
            noted = _read(now.description.schedule)
            is_theirs = noted is not None and noted.books != newest.books
            return None if is_theirs and not takes_over else ScheduleUpdate(wanted)

        await client.get_schedule_handle(MEMORY).update(renewed)
    except RPCError as error:
        if error.status not in _NO_SCHEDULES:
            raise


async def whose_else(client: Client, ledger: Ledger, known: Newest | None = None) -> str:
    """What is said where the namespace belongs to other books; empty where it does not.

    `known` is what the engine remembers, where that was asked before. Raises RPCError.
    """
    noted = known or await recall(client)
    if noted is None or not await asyncio.to_thread(_are_others, ledger, noted):
        return ""
    return (
        f"The namespace {client.namespace} belongs to other books, whose newest fact is of"
        f" {noted.at:%Y-%m-%d %H:%M} UTC: nothing is done there. Name one for these books in"
        " DUNCAN_TEMPORAL_NAMESPACE. If the others are gone for good:"
        " duncan namespace --claim --by YOU."
    )


async def refuse_others(client: Client, ledger: Ledger, known: Newest | None = None) -> None:
    """Raises NotAllowed where the namespace belongs to other books, and RPCError."""
    if why := await whose_else(client, ledger, known):
        raise NotAllowed(why)


def _are_others(ledger: Ledger, noted: Newest) -> bool:
    with ledger.reading() as books:
        return are_others(books.connection, noted)


def _schedule(newest: Newest) -> Schedule:
    note = json.dumps([newest.books, newest.place, newest.hash, newest.at.isoformat()])
    return Schedule(
        action=ScheduleActionStartWorkflow(
            UPKEEP_WORKFLOW, "nothing", id=MEMORY, task_queue=UPKEEP_QUEUE
        ),
        spec=ScheduleSpec(),
        state=ScheduleState(note=note, paused=True),
    )


def _read(schedule: Schedule) -> Newest | None:
    try:
        books, place, digest, at = json.loads(schedule.state.note or "")
        return Newest(str(books), int(place), str(digest), datetime.fromisoformat(at))
    except (TypeError, ValueError):
        return None
