"""The books are the only memory: whatever happens to the engine, the same messages go out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from engine import start_rehearsal_engine
from tests.cast import DUE, contact, customer, day, eur, invoice
from tests.playing import Asked, Sent
from tests.servers.postgres import fresh_database
from tests.stories import Stage, staged
from tests.workflows.promises import assert_promises_are_kept

INVOICES = [f"I-{number}" for number in range(1, 7)]
Disturbance = Callable[[Stage], Awaitable[None]]
Outcome = tuple[list[Sent], list[Asked], list[tuple[str, str, str]]]


async def test_terminating_every_workflow_half_way_changes_no_message(tmp_path: Path) -> None:
    async with a_stage(tmp_path / "calm") as calm:
        expected = await play(calm, let_be)
    async with a_stage(tmp_path / "rough") as rough:
        found = await play(rough, terminate_all)

    assert len(expected[0]) > 10
    assert found == expected


async def test_losing_the_whole_engine_half_way_changes_no_message(tmp_path: Path) -> None:
    async with a_stage(tmp_path / "calm") as calm:
        expected = await play(calm, let_be)
    home = tmp_path / "moved"
    async with a_stage(home) as first:
        await begin(first)
        half_way = first.now
    async with a_stage(home) as second:
        await second.until(half_way)
        await second.ring_everybody()
        found = await end(second)

    assert found == expected


async def test_the_story_is_the_same_on_both_databases(postgres_url: str, tmp_path: Path) -> None:
    async with a_stage(tmp_path / "sqlite") as small:
        expected = await play(small, let_be)
    with fresh_database(postgres_url) as url:
        async with a_stage(tmp_path / "postgres", database_url=url) as large:
            found = await play(large, let_be)

    assert found == expected


@asynccontextmanager
async def a_stage(home: Path, **changes: object) -> AsyncIterator[Stage]:
    async with await start_rehearsal_engine() as engine, staged(engine, home, **changes) as stage:
        yield stage
        assert_promises_are_kept(stage)


async def play(stage: Stage, disturb: Disturbance) -> Outcome:
    await begin(stage)
    await disturb(stage)
    return await end(stage)


async def begin(stage: Stage) -> None:
    rows = [
        invoice(number, of=f"C-{1 + n % 2}", due_date=DUE + timedelta(days=n))
        for n, number in enumerate(INVOICES)
    ]
    people = (contact("Grace", phone="+447700900123"), contact("Hugo", "manager"))
    await stage.opens(*rows, customers=[customer("C-1"), customer("C-2", *people)])
    await stage.morning(day(5))
    await stage.do(lambda desk: desk.pause("I-1", "system", day(40)))
    await stage.do(lambda desk: desk.promise("I-2", None, day(15)))
    await stage.evening(day(11))


async def end(stage: Stage) -> Outcome:
    await stage.morning(day(20))
    await stage.pays(eur("1500.00"), "I-4")
    await stage.evening(day(70))
    withheld = [one for number in INVOICES for one in stage.withheld(number)]
    return stage.sent(), stage.tasks(), withheld


async def let_be(stage: Stage) -> None:
    await stage.answer_doorbells()


async def terminate_all(stage: Stage) -> None:
    for number in INVOICES:
        await stage.workflow(number).terminate("moved to another cluster")
    await stage.ring_everybody()
