"""Statements of account in a rehearsal: their job is started when its schedule would start it.

An engine that skips time has no schedules, so the rehearsal keeps this one itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from activities.statement_prospects import changes_now, still_to_come
from activities.upkeep import Job
from commands.rehearsal.engine_time import sleep_until
from commands.rehearsal.script import Scene
from commands.statements.job import statements_job
from commands.upkeep.jobs import UPKEEP
from dunning.period import Month
from ledger.statements import Due
from settings import Settings
from worker import Wiring
from workflows.contract import UPKEEP_QUEUE, UPKEEP_WORKFLOW, schedule_id

_JOB = "statements"
# It is started every hour, in this minute.
_MINUTE = int(next(due.cron for due in UPKEEP if due.name == _JOB).split()[0])
_AN_HOUR = timedelta(hours=1)


def statement_jobs(wiring: Wiring, settings: Settings) -> tuple[Job, ...]:
    """The job as upkeep does it, in the books' time."""

    def run(engine_now: datetime) -> str:
        return statements_job(wiring, settings, _scheduled(engine_now - wiring.clock.ahead))

    return (Job(_JOB, run),)


@dataclass
class StatementRuns:
    """Starts the job at those moments of its schedule at which a statement may go out."""

    engine: WorkflowEnvironment
    wiring: Wiring
    # The books' moment up to which everything was played.
    played: datetime
    _looked_on: date | None = None
    _to_come: list[Due] = field(default_factory=list)

    async def until(self, moment: datetime) -> None:
        """Play the runs that are due after what was played and before the moment."""
        following = _scheduled(self.played) + _AN_HOUR
        while following < moment:
            if await asyncio.to_thread(self._are_to_come, following):
                await sleep_until(self.engine, following + self.wiring.clock.ahead)
                if await asyncio.to_thread(self._are_due, following):
                    await self._run(following)
            following += _AN_HOUR
        self.played = moment

    def told(self, scene: Scene) -> None:
        """An invoice of an earlier month may have been owed at its end."""
        begins = Month.of(self.played.date()).first
        if any(row.issue_date < begins for row in scene.invoices):
            self._looked_on = None

    def _are_to_come(self, moment: datetime) -> bool:
        """Whether statements of the month before are still to come; looked up once a day."""
        if self._looked_on != moment.date():
            self._looked_on, month = moment.date(), Month.of(moment.date()).before
            with self.wiring.ledger.reading() as books:
                self._to_come = still_to_come(books, self.wiring.planner, month, moment)
        return bool(self._to_come)

    def _are_due(self, moment: datetime) -> bool:
        with self.wiring.ledger.reading() as books:
            planner = self.wiring.planner
            return any(changes_now(books, planner, one, moment) for one in self._to_come)

    async def _run(self, moment: datetime) -> None:
        with self.engine.auto_time_skipping_disabled():
            await self.engine.client.execute_workflow(
                UPKEEP_WORKFLOW,
                _JOB,
                id=f"{schedule_id(_JOB)}:{moment.isoformat()}",
                task_queue=UPKEEP_QUEUE,
            )
        self._looked_on = None


def _scheduled(moment: datetime) -> datetime:
    """The last moment of the job's schedule, every hour, by this one."""
    latest = moment.replace(minute=_MINUTE, second=0, microsecond=0)
    return latest if latest <= moment else latest - _AN_HOUR
