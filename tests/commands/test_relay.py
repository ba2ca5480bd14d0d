"""The relay brings the engine in line with the books."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert, select
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment

from activities.planning import Planner
from commands.sending import relay as relay_module
from commands.sending.relay import relay_of
from commands.sending.turns import turn_of
from dunning.situation import Plan
from intake.invoices import InvoiceRow
from ledger.books import FACT
from ledger.doorbells import waiting
from tests.cast import day, eur, invoice
from tests.stories import Stage, unstaffed


@pytest_asyncio.fixture
async def stage(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[Stage]:
    """An installation whose worker is not running: what the relay did stays to be seen."""
    async with unstaffed(time_skipping, tmp_path) as found:
        yield found


class Away:
    """An engine that does not answer."""

    async def start_workflow(self, *_: object, **__: object) -> None:
        raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")


class Patient:
    """An engine that takes a case only once so many batches were planned."""

    def __init__(self, planned: Callable[[], int], batches: int) -> None:
        self._planned, self._batches = planned, batches
        self.taken: list[str] = []

    async def start_workflow(self, _: str, invoice: str, **__: object) -> None:
        await until(lambda: self._planned() >= self._batches)
        self.taken.append(invoice)


async def opens_while_away(stage: Stage, *invoices: InvoiceRow) -> None:
    """Import invoices while the engine does not answer."""
    away = replace(stage, client=Away())  # type: ignore[arg-type]  # All the relay asks of it.
    with pytest.raises(RPCError):
        await away.opens(*invoices)


def doorbells(stage: Stage) -> list[str]:
    return sorted(stage.read(lambda b: [bell.invoice for bell in waiting(b.connection, 99)]))


async def events(stage: Stage, number: str = "I-1") -> list[Any]:
    return [event async for event in stage.workflow(number).fetch_history_events()]


async def test_a_case_that_was_only_opened_sleeps_until_its_first_moment(stage: Stage) -> None:
    await stage.opens()
    [started] = await events(stage)
    sleep = started.workflow_execution_started_event_attributes.first_workflow_task_backoff
    first_moment = stage.now + timedelta(seconds=sleep.seconds)

    assert f"{first_moment:%d %b %H:%M}" == "25 Feb 09:10"
    assert doorbells(stage) == []


async def test_a_customers_cases_take_one_turn_which_names_nobody(stage: Stage) -> None:
    await stage.opens(invoice("I-1"), invoice("I-2"), invoice("I-3", of="C-2"))
    started = [(await events(stage, number))[0] for number in ("I-1", "I-2", "I-3")]
    attributes = [one.workflow_execution_started_event_attributes for one in started]
    first, second, other = (one.priority.fairness_key for one in attributes)

    assert first == second == turn_of("C-1").fairness_key
    assert first != other
    assert len(first) == 16


async def test_a_change_rings_at_the_workflow(stage: Stage) -> None:
    await stage.opens()
    await stage.do(lambda desk: desk.pause("I-1", "system", day(9)))
    kinds = [event.event_type for event in await events(stage)]

    assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED in kinds


async def test_a_closed_case_is_released(stage: Stage) -> None:
    await stage.opens()
    await stage.pays(eur("1500.00"))
    kinds = [event.event_type for event in await events(stage)]

    assert EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED in kinds


async def test_a_case_that_closed_before_it_began_needs_no_workflow(stage: Stage) -> None:
    await stage.opens(invoice("I-1", amount=eur("0.00")))

    with pytest.raises(RPCError):
        await stage.workflow().describe()
    assert doorbells(stage) == []


async def test_while_the_engine_is_away_facts_count_and_doorbells_wait(stage: Stage) -> None:
    await opens_while_away(stage, invoice())

    assert stage.case().balance == eur("1500.00")
    assert doorbells(stage) == ["I-1"]
    await stage.answer_doorbells()

    assert doorbells(stage) == []
    assert (await stage.workflow().describe()).status == WorkflowExecutionStatus.RUNNING


async def test_a_case_nobody_can_read_does_not_keep_the_others_waiting(stage: Stage) -> None:
    await opens_while_away(stage, invoice("I-1"), invoice("I-2"))
    stage.wiring.ledger.transact(lambda books: spoil(books.connection, "invoice:I-1"))
    await stage.answer_doorbells()

    assert doorbells(stage) == ["I-1"]
    assert (await stage.workflow("I-2").describe()).status == WorkflowExecutionStatus.RUNNING


async def test_more_cases_than_a_batch_are_all_started(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "BATCH", 3)
    await stage.opens(*(invoice(f"I-{n}") for n in range(10)))

    assert doorbells(stage) == []
    assert len([await stage.workflow(f"I-{n}").describe() for n in range(10)]) == 10


async def test_the_next_batch_is_planned_while_the_engine_takes_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned: list[None] = []
    plan_all = Planner.plan_all

    def counting(*asked: Any) -> list[Plan]:  # noqa: ANN401 - whatever it is asked
        planned.append(None)
        return plan_all(*asked)

    monkeypatch.setattr(relay_module, "BATCH", 1)
    monkeypatch.setattr(Planner, "plan_all", counting)
    engine = Patient(lambda: len(planned), batches=2)
    await replace(stage, client=engine).opens(invoice("I-1"), invoice("I-2"))  # type: ignore[arg-type]  # All the relay asks of it.

    assert sorted(engine.taken) == ["I-1", "I-2"]
    assert doorbells(stage) == []


async def test_the_relay_goes_on_by_itself_until_it_is_stopped(stage: Stage) -> None:
    relay = relay_of(stage.wiring, stage.client)
    running_relay = asyncio.create_task(relay.run(lambda: stage.now + stage.wiring.clock.ahead))
    await opens_while_away(stage, invoice())
    await until(lambda: not doorbells(stage))
    running_relay.cancel()
    with suppress(asyncio.CancelledError):
        await running_relay

    assert (await stage.workflow().describe()).status == WorkflowExecutionStatus.RUNNING


def spoil(connection: Any, stream: str) -> None:  # noqa: ANN401 - SQLAlchemy's connection
    """A fact of a kind that this version of Duncan does not know."""
    row = dict(connection.execute(select(FACT).where(FACT.c.stream == stream)).mappings().one())
    connection.execute(insert(FACT).values({**row, "id": 99, "number": 2, "kind": "abducted"}))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - a thread brings it about
            await asyncio.sleep(0.02)
