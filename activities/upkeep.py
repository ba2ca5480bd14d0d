"""Upkeep: what is done by the calendar and not for a case, such as the audit of the last week."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.payloads import UpkeepOrder

# The engine hears this often that a long job is still being done.
_BEAT = timedelta(seconds=10)


@dataclass(frozen=True)
class Job:
    """One piece of upkeep: `run` takes the moment it was scheduled for, answers with a sentence.

    It may be called twice for one moment, after a crash, and must then do nothing twice.
    """

    name: str
    run: Callable[[datetime], str]


class UnknownJob(LookupError):  # noqa: N818 - nothing failed; the name is none of ours
    """There is no such job; the message names those there are."""


class Upkeeping:
    """Does jobs by their names."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self._jobs = {job.name: job for job in jobs}

    @activity.defn
    async def run_job(self, order: UpkeepOrder) -> str:
        """Do the job; what may heal is raised and tried again. The answer says what came of it."""
        try:
            job = self.job(order.job)
        except UnknownJob as unknown:
            raise ApplicationError(str(unknown), non_retryable=True) from None
        working = asyncio.create_task(asyncio.to_thread(job.run, order.now))
        while not working.done():
            activity.heartbeat()
            await asyncio.wait([working], timeout=_BEAT.total_seconds())
        return await working

    def job(self, name: str) -> Job:
        """The job of this name. Raises UnknownJob."""
        if name not in self._jobs:
            raise UnknownJob(f"There is no job {name}; there are {', '.join(self._jobs)}.")
        return self._jobs[name]
