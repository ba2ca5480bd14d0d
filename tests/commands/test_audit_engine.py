"""Books against the engine: what one of the two records tells, the other has to bear out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from commands.audit.engine_account import Account
from commands.audit.engine_records import Listed, Run, read_runs
from commands.audit.engine_tests import compared
from commands.why.records import records
from dunning import facts
from dunning.facts import InvoiceFact
from dunning.steps import Wait
from dunning.touch_facts import TouchSent, TouchStarted
from tests.cast import day
from tests.stories import Stage, staged
from tests.workflows.record_histories import (
    dispute_overtaken,
    paused_with_the_engines_tools,
)
from workflows.contract import dispute_workflow_id, workflow_id


@dataclass(frozen=True)
class Played:
    """A story's two records."""

    account: Account

    def found(self, **changes: Any) -> list[str]:  # noqa: ANN401 - the account's own fields
        """The tests that find something when one record is not what it was."""
        account = replace(self.account, **changes)
        return [one.test for one in compared(account, Counter())]

    def with_facts(self, change: Callable[[list[InvoiceFact]], list[InvoiceFact]]) -> list[str]:
        """What is found in books with other facts."""
        known, mine = self.account.records, f"invoice:{self.account.invoice}"
        streams = known.streams | {mine: list(change(known.history()))}
        return self.found(records=replace(known, streams=streams))

    def with_run(self, change: Callable[[Run], Run]) -> list[str]:
        """What is found when the engine remembers the case's run otherwise."""
        runs = tuple(map(change, self.account.runs))
        return self.found(runs=runs)


async def _played(stage: Stage, *workflows: str) -> Played:
    runs: list[Run] = []
    ahead = stage.wiring.clock.ahead
    listed = defaultdict(list)
    for name in workflows:
        one = await stage.client.get_workflow_handle(name).describe()
        status = one.status or WorkflowExecutionStatus.RUNNING
        closed = one.close_time - ahead if one.close_time else None
        began = one.start_time - ahead
        listed["I-1"].append(Listed(name, one.run_id, status.name, began, closed))
    async for _, found in read_runs(stage.client, stage.wiring.clock, listed, lambda _: None):
        runs += found
    with stage.wiring.ledger.reading() as books:
        known = records(books, stage.wiring.planner, "I-1")
    since, until = min(run.began for run in runs), stage.now + timedelta(days=1)
    return Played(Account(known, tuple(runs), since, until))


@asynccontextmanager
async def _stage(engine: WorkflowEnvironment, home: Path) -> AsyncIterator[Stage]:
    async with staged(engine, home) as stage:
        # Nobody imports files regularly here.
        object.__setattr__(stage.wiring.planner, "watch", None)
        yield stage


async def test_a_case_with_a_dispute_agrees_in_both_records(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with _stage(time_skipping, tmp_path) as stage:
        await dispute_overtaken(stage)
        played = await _played(stage, workflow_id("I-1"), dispute_workflow_id("I-1/1"))
    checked: Counter[str] = Counter()

    assert list(compared(played.account, checked)) == []
    assert {"E01", "E03", "E05", "E07"} <= set(checked)


async def test_what_one_record_does_not_tell_is_found(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with _stage(time_skipping, tmp_path) as stage:
        await paused_with_the_engines_tools(stage)
        played = await _played(stage, workflow_id("I-1"))

    assert played.found() == []
    _nothing_is_missed(played)


def _nothing_is_missed(played: Played) -> None:
    first = next(one for one in played.account.records.history() if isinstance(one, TouchStarted))
    forged = replace(first, at=first.at + timedelta(days=2), attempt="forged", step="reminder")
    task = facts.TaskOpened(
        at=first.at, by="duncan", task="forged", what="call", role="associate", why="?", step="call"
    )
    late = facts.Paused(at=_end(played), by="ada", reason="system", until=day(90))

    # The books were restored to an earlier hour.
    assert "E01" in played.with_facts(lambda all_: all_[:1])
    assert "E02" in played.with_facts(lambda all_: [f for f in all_ if f.kind != "task_opened"])
    assert "E09" in played.with_facts(lambda all_: [f for f in all_ if f.kind != "paused"])
    # Facts were forged.
    assert "E03" in played.with_facts(lambda all_: [*all_, forged])
    assert "E03" in played.with_facts(lambda all_: [*all_, _sent(first, "nobody")])
    assert "E04" in played.with_facts(lambda all_: [*all_, task])
    assert "E08" in played.with_facts(lambda all_: [*all_, late])
    # The engine remembers otherwise.
    assert "E05" in played.with_run(_waiting)
    assert "E07" in played.with_run(
        lambda run: replace(run, status="TERMINATED", closed=_end(played))
    )
    assert "E03" in played.with_run(lambda run: replace(run, activities=()))
    assert "E03" in played.found(runs=())


def _end(played: Played) -> datetime:
    return max(fact.at for fact in played.account.records.history()) + timedelta(hours=1)


def _sent(like: TouchStarted, attempt: str) -> TouchSent:
    return TouchSent(at=like.at, by="duncan", attempt=attempt)


def _waiting(run: Run) -> Run:
    told = Wait(at=None, code="X", why="x")
    return replace(run, activities=tuple(replace(a, answer=told) for a in run.activities))
