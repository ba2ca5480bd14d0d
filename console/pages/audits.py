"""The cadence audit: run it, read what was kept, and take the evidence away."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Row

from commands.audit.actions import AuditActions
from commands.audit.audit import Scope, all_tests, audit, found_of, headline
from commands.audit.pack import pack_bytes, pack_scope
from commands.audit.recording import kept_answer
from commands.audit.shares import audit_with, shares_for
from commands.authority import demand
from console.bars import bars_of
from console.desk import Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.prepared import is_large
from console.reading import findings as reading
from console.reading.paging import Place
from console.table_file import download
from console.typed import FORM, TheForm, Typed
from dunning.may import NotAllowed
from ledger.audit_pack import count_invoices
from worker import wire

router = APIRouter(prefix="/audit")
_PAGE = "/audit"
_RUN, _PACK = "audit", "evidence"
_LONGEST, _AHEAD = timedelta(days=3660), timedelta(days=366)


@router.get("")
def audits(desk: TheDesk, after: str = "", before: str = "") -> Response:
    """Whether the policy was followed: the latest answers, and a form for the next."""
    return _page(desk, Place(after, before))


@router.post("/run")
def run(desk: TheDesk, typed: TheForm) -> Response:
    """Audit a period; who may work on findings may keep the result."""

    def work() -> str:
        scope, keeps = _scope(desk, typed), typed.values.get("keep", "") == "yes"
        if keeps:
            # Asked now and not when the work is done: who may not is told at once.
            ledger, by = desk.parts.ledger, desk.visit.by
            demand(ledger, by, "work_findings", "AuditActions.keep", f"{scope.last}", desk.now())
        job = desk.job(typed.form, _RUN, "Cadence audit")
        desk.jobs.start(job, lambda mine: _ran(desk, mine, scope, keeps=keeps))
        return ""

    return _started(desk, typed, work)


@router.post("/pack")
def pack(desk: TheDesk, typed: TheForm) -> Response:
    """Make the evidence pack of a period."""

    def work() -> str:
        scope = pack_scope(desk.parts.ledger, _scope(desk, typed))
        name = f"evidence-{scope.first}-{scope.last}.zip"
        job = desk.job(typed.form, _PACK, "Evidence pack", name)
        desk.jobs.start(job, lambda mine: _packed(desk, mine, scope))
        return ""

    return _started(desk, typed, work)


@router.get("/results/{job}")
def result(desk: TheDesk, job: str) -> Response:
    """What an audit said that nobody kept."""
    answer = desk.jobs.outcome(job, desk.visit.by, _RUN, dict[str, Any])
    return _result(desk, answer, None)


@router.get("/runs/{run}")
def kept(desk: TheDesk, run: str) -> Response:
    """What a kept audit said."""
    with desk.parts.ledger.reading() as books:
        row = reading.run_of(books.connection, run)
    if row is None:
        raise NotAllowed(f"There is no audit {run}.")
    return _result(desk, kept_answer(desk.parts.ledger, row.digest), row)


@router.get("/packs/{job}")
def evidence(desk: TheDesk, job: str) -> Response:
    """The evidence pack, to be kept."""
    name = desk.jobs.known(job, desk.visit.by).about
    content = desk.jobs.outcome(job, desk.visit.by, _PACK, bytes, name)
    return download(content, name, "application/zip")


def _ran(desk: Desk, job: Job, scope: Scope, *, keeps: bool) -> str:
    answer = _answered(desk, job, scope)
    job.keep(answer, dict[str, Any])
    if not keeps:
        return f"{_PAGE}/results/{job.job}"
    recorded = AuditActions(desk.parts.ledger, desk.visit.by, desk.now()).keep(answer)
    return f"{_PAGE}/runs/{recorded.run.run}"


def _packed(desk: Desk, job: Job, scope: Scope) -> str:
    settings = desk.parts.settings
    if settings is None:
        raise NotAllowed("No evidence can be packed here: the settings are not known.")
    content = pack_bytes(desk.parts.ledger, settings, scope, _answered(desk, job, scope))
    job.keep(content, bytes)
    return f"{_PAGE}?pack={job.job}"


def _answered(desk: Desk, job: Job, scope: Scope) -> dict[str, Any]:
    """The audit's answer; large books are shared out among processes, as on the command line."""
    ledger, settings = desk.parts.ledger, desk.parts.settings
    with ledger.reading() as books:
        total = count_invoices(books)

    def progress(done: int) -> None:
        job.progress(done, total)

    shares = shares_for(total)
    if shares > 1 and settings is not None:
        return audit_with(wire(settings), settings, scope, progress, shares)
    return audit(ledger, desk.parts.planner, scope, progress)


def _scope(desk: Desk, typed: Typed) -> Scope:
    first, last = typed.day("first", required=True), typed.day("last", required=True)
    if first and last and last < first:
        typed.problems["last"] = "The last day comes before the first."
    if first and last and last - first > _LONGEST:
        typed.problems["last"] = "An audit covers ten years at most."
    if last and last > desk.today + _AHEAD:
        typed.problems["last"] = "This day is too far ahead."
    typed.check()
    assert first is not None, "checked above"
    assert last is not None, "checked above"
    return Scope(first, last, desk.now())


def _started(desk: Desk, typed: Typed, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _page(desk, Place(), shown, status)

    job = typed.values.get(FORM, "")
    return acted_once(desk, typed, work, job_page(job), again)


def _page(desk: Desk, place: Place, typed: Typed | None = None, status: int = 200) -> Response:
    large = is_large(desk)
    with desk.parts.ledger.reading() as books:
        values: dict[str, Any] = {
            "page": reading.run_page(books.connection, place),
            "months": [] if large else reading.months(books.connection, desk.today),
            "counts": reading.state_counts(books.connection, reading.FindingFilter()),
        }
    if large:
        values["months"] = _kept_months(desk)
    last = desk.today - timedelta(days=desk.today.weekday() + 1)
    made = desk.visit.query.get("pack", "")
    groups = [
        (one["month"], [one["found"], one["closed"], one["open"]]) for one in values["months"]
    ]
    values |= {
        "chart": bars_of(groups),
        "first": last - timedelta(days=27),
        "last": last,
        "pack": made if made and desk.jobs.has(made, desk.visit.by) else "",
    }
    return desk.page("audits.html", status, typed=typed, **values)


def _kept_months(desk: Desk) -> Sequence[Mapping[str, Any]]:
    """The trend of large books as it was a moment ago; none yet at first."""
    today = desk.today
    found = desk.kept.of(
        desk.parts.ledger,
        ("findings by month", today),
        lambda books: reading.months(books.connection, today),
        desk.now(),
    )
    return found.value if found else []


def _result(desk: Desk, answer: dict[str, Any] | None, row: Row[Any] | None) -> Response:
    """A result with its tests; of an audit kept long ago only its figures are known."""
    tests = all_tests(answer or {"tests": ()})
    values: dict[str, Any] = {
        "answer": answer,
        "row": row,
        "sentence": headline(answer) if answer else "",
        "found": [one for test in tests for one in test["findings"]],
        "total": sum(map(found_of, tests)),
    }
    return desk.page("audit.html", **values)
