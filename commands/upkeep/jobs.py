"""The jobs of upkeep: a new one is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from activities.upkeep import Job
from commands.adjustments.small_balances import write_off_small_balances
from commands.audit.weekly import weekly_audit
from commands.erasure.retention import erase_old_words
from commands.month_end.reminder import month_end_reminder
from commands.statements.job import asked_statements_job, statements_job
from settings import Settings
from worker import Wiring

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class Due:
    """A job and when it is due: `cron` in the zone of our own calendar, never rarer than `period`.

    `work` takes the moment it was scheduled for and answers with one sentence. It may be called
    twice for one moment and must then do nothing twice.
    """

    name: str
    title: str
    cron: str
    period: timedelta
    work: Callable[[Wiring, Settings, datetime], str]


UPKEEP = (
    Due(
        name="weekly_audit",
        title="Audit of the last full week, findings and report to the controller",
        # On Tuesday the week is over everywhere.
        cron="0 5 * * 2",
        period=A_WEEK,
        work=weekly_audit,
    ),
    Due(
        name="statements",
        title="Statements of account of last month, to whom a policy sends them",
        # Every hour: each customer has sending hours of its own.
        cron="20 * * * *",
        period=timedelta(hours=1),
        work=statements_job,
    ),
    Due(
        name="asked_statements",
        title="Statements of account that people asked for",
        cron="*/5 * * * *",
        period=timedelta(minutes=5),
        work=asked_statements_job,
    ),
    Due(
        name="month_end_reminder",
        title="On the first business day: what of last month is not closed, to the controller",
        cron="0 6 * * *",
        period=A_DAY,
        work=month_end_reminder,
    ),
    Due(
        name="small_balances",
        title="What payments left within the tolerance is written off",
        cron="30 4 * * *",
        period=A_DAY,
        work=lambda wiring, _, now: write_off_small_balances(wiring.ledger, wiring.planner, now),
    ),
    Due(
        name="old_words",
        title="Words of messages and replies that are kept no longer",
        cron="10 3 * * *",
        period=A_DAY,
        work=erase_old_words,
    ),
)


def jobs_of(wiring: Wiring, settings: Settings) -> tuple[Job, ...]:
    """Every job of an installation, ready to be done."""
    return tuple(Job(due.name, partial(due.work, wiring, settings)) for due in UPKEEP)
