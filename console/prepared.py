"""Figures that are made at once from small books, and beside the pages from large ones."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_hex
from typing import TypeVar

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select

from console.desk import Desk
from console.jobs import Job
from console.pages.jobs import job_page
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
# Of so many invoices every report is made within a second.
MOST_AT_ONCE = 20_000
T = TypeVar("T")


def prepared(
    desk: Desk, kind: type[T], asked: tuple[object, ...], title: str, work: Callable[[], T]
) -> T | Response:
    """What `work` makes; of large books the page of a job that makes it, and comes back with it.

    `asked` tells the outcome from others of its kind, `title` is an English text of the words. The
    job's number comes back as the filter `made`.
    """
    made = desk.visit.query.get("made", "")
    if made and desk.jobs.has(made):
        outcome = desk.jobs.known(made).outcome
        if isinstance(outcome, tuple) and outcome[0] == asked and isinstance(outcome[1], kind):
            return outcome[1]
    if not is_large(desk):
        return work()
    job = Job(token_hex(16), kind.__name__, title)

    def run(mine: Job) -> str:
        mine.outcome = (asked, work())
        return desk.visit.link(made=job.job)

    desk.jobs.start(job, run)
    return RedirectResponse(job_page(job.job), 303)


def is_large(desk: Desk) -> bool:
    """Whether the books have so many invoices that a report takes its time."""
    some = select(CASE.c.invoice).limit(MOST_AT_ONCE + 1).subquery()
    with desk.parts.ledger.reading() as books:
        count = books.connection.execute(select(func.count()).select_from(some)).scalar()
    return int(count or 0) > MOST_AT_ONCE
