"""Records the histories that every later version of the workflows must be able to replay.

`make histories` plays the stories below into the folder of the release that `workflows/build.py`
names, and notes the digest of the code it played. Folders of earlier releases are never touched.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHistory

from activities.gateways.interface import Accepted, Unknown
from activities.upkeep import Job
from commands import printing
from dunning import facts
from engine import start_rehearsal_engine
from settings import Settings
from tests.cast import contact, customer, day, eur
from tests.stories import Stage, staged
from worker import running, wire
from workflows.build import SINCE, code_digest
from workflows.contract import UPKEEP_QUEUE, schedule_id
from workflows.dispute import DisputeCase
from workflows.invoice import InvoiceCase
from workflows.upkeep import Upkeep

FOLDER = Path(__file__).parent / "histories"
# Beside the histories: SHA-256 of the workflow code that made them.
CODE = "code.sha256"
# Nobody's name: what people report through the engine's tools carries a user's id.
CLERK = "clerk-7"


async def unpaid(stage: Stage) -> None:
    """Every step of the standard cadence, with a text message and one approval."""
    people = (contact("Grace", phone="+447700900123"), contact("Hugo", "manager"))
    await stage.opens(customers=[customer("C-1", *people)])
    await stage.morning(day(46))
    await stage.do(lambda desk: desk.approve("I-1"))
    await stage.evening(day(90))


async def paid_early(stage: Stage) -> None:
    """Closed before its first moment."""
    await stage.opens()
    await stage.morning(day(-10))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(1))


async def paid_between_steps(stage: Stage) -> None:
    """Closed while it waits."""
    await stage.opens()
    await stage.morning(day(5))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(12))


async def paused_with_the_engines_tools(stage: Stage) -> None:
    """Two updates, one refused, and a query."""
    await stage.opens()
    await stage.evening(day(5))
    case = stage.workflow()
    pause = facts.Paused(at=stage.now, by=CLERK, reason="system", until=day(20))
    await case.execute_update(InvoiceCase.record_fact, pause)
    await case.query(InvoiceCase.next_step)
    await stage.morning(day(15))
    await case.execute_update(InvoiceCase.record_fact, facts.Resumed(at=stage.now, by=CLERK))
    await stage.evening(day(30))


async def unknown_outcome(stage: Stage) -> None:
    """One message of which nobody knows, a promise that is broken, then the money."""
    stage.post.answers = [Accepted("first"), Unknown("the line broke")]
    await stage.opens()
    await stage.morning(day(4))
    await stage.do(lambda desk: desk.promise("I-1", None, day(12)))
    await stage.evening(day(25))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(30))


async def dispute_settled_by_credit(stage: Stage) -> None:
    """The dispute's own workflow: silent owner, escalation, the customer's turn, a credit."""
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "price", Decimal(300)))
    await stage.evening(day(20))
    await stage.dispute_workflow().query(DisputeCase.next_step)
    await stage.do(lambda desk: desk.wait_for("I-1/1", "customer"))
    await stage.evening(day(36))
    await stage.do(lambda desk: desk.resolve("I-1/1", "split", credit=Decimal(20)))
    await stage.evening(day(46))


async def dispute_overtaken(stage: Stage) -> None:
    """The dispute's own workflow: paid in full while it waits."""
    await stage.opens()
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.dispute("I-1", "price", Decimal(300)))
    await stage.evening(day(12))
    await stage.pays(eur("1500.00"))
    await stage.evening(day(13))


STORIES: tuple[Callable[[Stage], Awaitable[None]], ...] = (
    unpaid,
    paid_early,
    paid_between_steps,
    paused_with_the_engines_tools,
    unknown_outcome,
    dispute_settled_by_credit,
    dispute_overtaken,
)


async def record_upkeep() -> str:
    """The history of a piece of upkeep, as JSON."""

    def work(_: datetime) -> str:
        return "nothing to do"

    async with await start_rehearsal_engine() as engine:
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(_env_file=None, home=Path(home))  # type: ignore[call-arg]  # Pydantic's own.
            wiring = wire(settings)
            async with running(engine.client, wiring, settings, jobs=[Job("small", work)]):
                case = await engine.client.start_workflow(
                    Upkeep.run, "small", id=schedule_id("small"), task_queue=UPKEEP_QUEUE
                )
                await case.result()
                history = await case.fetch_history()
            wiring.ledger.engine.dispose()
    return _as_text(history)


async def record(story: Callable[[Stage], Awaitable[None]]) -> str:
    """The history of the story's invoice, or of its dispute where that is the story, as JSON."""
    of_dispute = getattr(story, "__name__", "").startswith("dispute_")
    with tempfile.TemporaryDirectory() as home:
        async with await start_rehearsal_engine() as engine, staged(engine, Path(home)) as stage:
            await story(stage)
            followed = stage.dispute_workflow() if of_dispute else stage.workflow()
            history = await followed.fetch_history()
    return _as_text(history)


def _as_text(history: WorkflowHistory) -> str:
    return json.dumps(_without_machines(json.loads(history.to_json())), indent=1) + "\n"


def _without_machines(node: Any) -> Any:  # noqa: ANN401 - any JSON
    """The history without the names of the machine and the processes it ran on."""
    if isinstance(node, list):
        return [_without_machines(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: "worker" if name == "identity" else _without_machines(value)
        for name, value in node.items()
        if name != "workerVersion"
    }


async def main() -> None:
    """Write every story's history into the release's folder."""
    folder = FOLDER / SINCE
    folder.mkdir(exist_ok=True)
    for story in STORIES:
        text = await record(story)
        (folder / f"{getattr(story, '__name__', '')}.json").write_text(text)
    (folder / "upkeep.json").write_text(await record_upkeep())
    (folder / CODE).write_text(f"{code_digest()}\n")


if __name__ == "__main__":
    asyncio.run(main())
    printing.leave(0)
