"""Figures that are made at once from small books, and beside the pages from large ones."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from secrets import token_hex
from typing import TypeVar

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select

from console.desk import Desk
from console.jobs import Job
from console.pages.jobs import job_page
from dunning.may import NotAllowed
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
    about = " ".join(map(str, asked))
    if made:
        # One that is not there any more, or tells of something else, is made anew.
        with suppress(NotAllowed):
            return desk.jobs.outcome(made, desk.visit.by, kind.__name__, kind, about)
    if not is_large(desk):
        return work()
    job = desk.job(token_hex(16), kind.__name__, title, about)

    def run(mine: Job) -> str:
        mine.keep(work(), kind)
        return desk.visit.link(made=job.job)

    desk.jobs.start(job, run)
    return RedirectResponse(job_page(job.job), 303)


def is_large(desk: Desk) -> bool:
    """Whether the books have so many invoices that a report takes its time."""
    some = select(CASE.c.invoice).limit(MOST_AT_ONCE + 1).subquery()
    with desk.parts.ledger.reading() as books:
        count = books.connection.execute(select(func.count()).select_from(some)).scalar()
    return int(count or 0) > MOST_AT_ONCE
