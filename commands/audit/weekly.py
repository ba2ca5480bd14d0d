"""The audit of every week: recorded, its findings kept, its summary sent to the controller."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from pathlib import Path

from activities.letter_request import Attachment
from activities.reports import DUNCAN, Report, Reports
from commands.audit.audit import Scope
from commands.audit.pack import summary_of
from commands.audit.recording import record_audit
from commands.audit.shares import audit_with, shares_for
from commands.audit.summary import summary_pdf
from dunning.finding_facts import AuditRecorded
from ledger.audit_pack import count_invoices
from ledger.books import Books
from ledger.rebuild import snapshot
from ledger.seals import recorded_runs
from settings import Settings
from worker import Wiring

JOB = "weekly_audit"
A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday."""

    first: date

    @property
    def last(self) -> date:
        """Its Sunday."""
        return self.first + A_WEEK - A_DAY

    @property
    def name(self) -> str:
        """What its report is called: ``weekly_audit-2026-03-02``."""
        return f"{JOB}-{self.first}"


def weekly_audit(wiring: Wiring, settings: Settings, now: datetime) -> str:
    """Audit the last full week before a moment, keep it, and send its summary once.

    The answer is one sentence. Raises ReportWaits when e-mails cannot go out now.
    """
    week = last_full_week(wiring, now)
    run, document = _kept(wiring, settings, week, now)
    said = f"{week.first} to {week.last}: {run.found} findings, kept as {run.run}."
    if not settings.controller_email:
        return f"{said} Nobody gets the report: DUNCAN_CONTROLLER_EMAIL is not set."
    creditor = wiring.planner.policies.entity("").creditor
    report = _report(week, run, document, settings.controller_email)
    return f"{said} {Reports(wiring.ledger, wiring.gateways, creditor).send(report, now)}"


def last_full_week(wiring: Wiring, now: datetime) -> Week:
    """The last week that is over where we are."""
    ours = wiring.planner.calendars.calendar_of(wiring.planner.policies.entity(""), now.year)
    today = ours.local_date(now)
    return Week(today - timedelta(days=today.weekday()) - A_WEEK)


def summary_file(settings: Settings, week: Week) -> Path:
    """Where the summary of a week is kept."""
    return settings.home / "reports" / f"{week.name}.pdf"


def _kept(
    wiring: Wiring, settings: Settings, week: Week, now: datetime
) -> tuple[AuditRecorded, bytes]:
    """The week's audit with its summary; what a run before kept is not made again."""
    file = summary_file(settings, week)
    with wiring.ledger.reading() as books:
        before = _run_of(books, week)
        total = count_invoices(books)
    if before is not None and file.exists():
        return before, file.read_bytes()
    scope = Scope(week.first, week.last, now)
    answer = audit_with(wiring, settings, scope, lambda _: None, shares_for(total))
    run = before or record_audit(wiring.ledger, answer, DUNCAN, now).run
    with snapshot(wiring.ledger) as books:
        document = summary_pdf(summary_of(books, scope, answer), week.last)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(document)
    return run, document


def _run_of(books: Books, week: Week) -> AuditRecorded | None:
    days = (week.first, week.last)
    mine = [run for run in recorded_runs(books) if (run.first, run.last, run.by) == (*days, DUNCAN)]
    return mine[0] if mine else None


def _report(week: Week, run: AuditRecorded, document: bytes, address: str) -> Report:
    followed = "Yes, the policy was followed" if not run.found else "No, not everywhere"
    found = "nothing was found" if not run.found else f"{run.found} findings by {run.failed} tests"
    population = f"{run.invoices} invoices of {run.customers} customers with {run.touches} touches"
    lines = (
        f"Was our dunning policy followed from {week.first} to {week.last}?",
        f"{followed}: {found} in {population}.",
        "The summary is attached. duncan findings lists what is open, with owner and due date.",
        f"Kept as {run.run}. Seal of the books: {run.root}",
        "Keep this message: its seal shows later whether facts of that time were taken away.",
    )
    return Report(
        name=week.name,
        to_name="Controller",
        to_address=address,
        subject=f"Cadence audit {week.first} to {week.last}: {found}",
        text="\n\n".join(lines) + "\n",
        html="".join(f"<p>{escape(line)}</p>" for line in lines),
        document=Attachment(f"{week.name}.pdf", "application/pdf", document),
    )
