"""The workflow of one piece of upkeep: Temporal's schedules start it, an activity does the work."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey

with workflow.unsafe.imports_passed_through():
    from activities.payloads import UpkeepOrder
    from workflows.asking import PATIENCE
    from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW

# The audit of very large books takes a quarter of an hour; a worker that died is noticed sooner.
LONGEST = timedelta(hours=6)
SILENT = timedelta(minutes=2)
_SCHEDULED = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")


@workflow.defn(name=UPKEEP_WORKFLOW)
class Upkeep:
    """Has one job done, once, for the moment it was scheduled for."""

    @workflow.run
    async def run(self, job: str) -> str:
        """Have the job done; the answer says in one sentence what came of it."""
        answer: str = await workflow.execute_activity(
            "run_job",
            UpkeepOrder(job, _moment()),
            task_queue=UPKEEP_QUEUE,
            result_type=str,
            start_to_close_timeout=LONGEST,
            heartbeat_timeout=SILENT,
            retry_policy=PATIENCE,
            summary=job,
        )
        return answer


def _moment() -> datetime:
    """The scheduled moment: a run that was caught up later is still about its own week."""
    scheduled = workflow.info().typed_search_attributes.get(_SCHEDULED)
    return scheduled or workflow.now()
