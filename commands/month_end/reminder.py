"""The reminder of a month that is over and not closed yet, sent to the controller once."""

from __future__ import annotations

from datetime import date, datetime
from html import escape

from activities.letter_request import Attachment
from activities.reports import Report, Reports
from commands.month_end.actions import MonthEnd
from dunning.period import Month, Period, State
from ledger.periods import period_of
from settings import Settings
from worker import Wiring

JOB = "month_end_reminder"
# What is to be done, by the state of the month.
_NEXT: dict[State, str] = {
    "open": "prepare it with duncan close and --by",
    "prepared": "another person reviews and closes it with --review",
}


def month_end_reminder(wiring: Wiring, settings: Settings, now: datetime) -> str:
    """From our first business day of a month on: what of the month before is not closed yet.

    The answer is one sentence. Raises ReportWaits when e-mails cannot go out now.
    """
    today, first = _days(wiring, now)
    month = Month.of(today).before
    if today < first:
        return f"{month} is reminded of on {first}, our first business day."
    waiting = _not_closed(wiring, month, now)
    if not waiting:
        return f"{month} is closed everywhere."
    said = f"{month} is not closed of {', '.join(one.entity for one in waiting)}."
    if not settings.controller_email:
        return f"{said} Nobody gets a reminder: DUNCAN_CONTROLLER_EMAIL is not set."
    creditor = wiring.planner.policies.entity("").creditor
    report = _report(month, waiting, settings.controller_email)
    return f"{said} {Reports(wiring.ledger, wiring.gateways, creditor).send(report, now)}"


def _days(wiring: Wiring, now: datetime) -> tuple[date, date]:
    """Today where we are, and the first business day of its month."""
    ours = wiring.planner.calendars.calendar_of(wiring.planner.policies.entity(""), now.year)
    today = ours.local_date(now)
    return today, ours.on_or_after(today.replace(day=1))


def _not_closed(wiring: Wiring, month: Month, now: datetime) -> list[Period]:
    entities = MonthEnd(wiring.ledger, wiring.planner.policies, now).entities()
    with wiring.ledger.reading() as books:
        periods = [period_of(books, one, str(month)) for one in entities]
    return [one for one in periods if one.state != "closed"]


def _report(month: Month, waiting: list[Period], address: str) -> Report:
    steps = [f"{one.entity}: {_NEXT[one.state]}" for one in waiting]
    lines = (
        f"{month} is over. It is not closed of:",
        *steps,
        f"duncan close {month} shows the pack of each and what stands in the way.",
    )
    rows = ["entity,month,state", *(f'"{one.entity}",{month},{one.state}' for one in waiting)]
    return Report(
        name=f"{JOB}-{month}",
        to_name="Controller",
        to_address=address,
        subject=f"Month end {month}: {len(waiting)} to close",
        text="\n\n".join(lines) + "\n",
        html="".join(f"<p>{escape(line)}</p>" for line in lines),
        document=Attachment(
            f"month-end-{month}.csv", "text/csv", ("\r\n".join(rows) + "\r\n").encode()
        ),
    )
