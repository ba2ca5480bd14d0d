"""The alarm of a case: a clock that is put back neither stops it nor lets it ring on and on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from temporalio import workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from workflows.alarm import Alarm

HOUR = timedelta(hours=1)
BACK = {"by": timedelta(0)}
_now = workflow.now


@workflow.defn
class PutBack:
    """Waits for a moment twice; after the first time the clock is put back."""

    @workflow.run
    async def run(self, earlier: float) -> list[float]:
        """How long each wait took, in hours of the timer."""
        alarm, until = Alarm(), _now() + HOUR
        took = []
        for _ in range(2):
            before = _now()
            await alarm.wait(until, "wait", lambda: False)
            took.append((_now() - before) / HOUR)
            BACK["by"] = timedelta(hours=earlier)
        return took


@pytest.fixture(autouse=True)
def _put_back(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def now() -> datetime:
        return _now() - BACK["by"]

    monkeypatch.setattr(workflow, "now", now)
    yield
    BACK["by"] = timedelta(0)


@pytest.mark.parametrize(("earlier", "again"), [(0.0, 0.0), (0.5, 0.5), (3.0, 3.0)])
async def test_what_rang_early_rings_once_more(
    time_skipping: WorkflowEnvironment, earlier: float, again: float
) -> None:
    BACK["by"] = timedelta(0)
    async with Worker(
        time_skipping.client,
        task_queue="alarm",
        workflows=[PutBack],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=10,
    ):
        took = await time_skipping.client.execute_workflow(
            PutBack.run, earlier, id=f"alarm-{earlier}", task_queue="alarm"
        )

    assert took == pytest.approx([1.0, again], abs=0.01)
