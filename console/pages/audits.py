"""The cadence audit: run it, read what was kept, and take the evidence away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response

from commands.audit.actions import AuditActions
from commands.audit.audit import Scope, audit, headline
from commands.audit.pack import pack_bytes, pack_scope
from commands.audit.recording import kept_answer
from commands.audit.shares import audit_with, shares_for
from console.desk import Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.reading import findings as reading
from console.reading.paging import Place
from console.table_file import download
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from ledger.audit_pack import count_invoices
from worker import Wiring

router = APIRouter(prefix="/audit")
_PAGE = "/audit"
_RUN, _PACK = "audit", "evidence"
_LONGEST = timedelta(days=3660)


@router.get("")
def audits(desk: TheDesk, after: str = "", before: str = "") -> Response:
    """Whether the policy was followed: the latest answers, and a form for the next."""
    return _page(desk, Place(after, before))


@router.post("/run")
def run(desk: TheDesk, typed: TheForm) -> Response:
    """Audit a period; who may work on findings may keep the result."""

    def begun() -> Job:
        scope, keeps = _scope(desk, typed), typed.values.get("keep", "") == "yes"
        actions = AuditActions(desk.parts.ledger, desk.visit.by, desk.now())
        return desk.jobs.start(
            _RUN, "Audit", desk.visit.by, desk.now(), lambda job: _ran(desk, job, scope, actions, keeps=keeps)
        )

    return _started(desk, typed, begun)


@router.post("/pack")
def pack(desk: TheDesk, typed: TheForm) -> Response:
    """Make the evidence pack of a period."""

    def begun() -> Job:
        scope = _scope(desk, typed)
        if desk.parts.settings is None:
            raise NotAllowed("No evidence can be packed here: the settings are not known.")
        scope = pack_scope(desk.parts.ledger, scope)
        return desk.jobs.start(
            _PACK, "Evidence pack", desk.visit.by, desk.now(), lambda job: _packed(desk, job, scope)
        )

    return _started(desk, typed, begun)


@router.get("/results/{job}")
def result(desk: TheDesk, job: str) -> Response:
    """What an audit said that nobody kept."""
    found = desk.jobs.known(job)
    if found.kind != _RUN or not isinstance(found.outcome, dict):
        raise NotAllowed("This job has no audit's result.")
    return _result(desk, found.outcome, None)


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
    found = desk.jobs.known(job)
    if found.kind != _PACK or not isinstance(found.outcome, tuple):
        raise NotAllowed("This job has no evidence pack.")
    name, content = found.outcome
    return download(content, name, "application/zip")


def _ran(desk: Desk, job: Job, scope: Scope, actions: AuditActions, *, keeps: bool) -> str:
    answer = _answered(desk, job, scope)
    job.outcome = answer
    if not keeps:
        return f"{_PAGE}/results/{job.job}"
    recorded = replace(actions, now=desk.now()).keep(answer)
    return f"{_PAGE}/runs/{recorded.run.run}"


def _packed(desk: Desk, job: Job, scope: Scope) -> str:
    settings = desk.parts.settings
    assert settings is not None, "asked before the job began"
    content = pack_bytes(desk.parts.ledger, settings, scope, _answered(desk, job, scope))
    job.outcome = (f"evidence-{scope.first}-{scope.last}.zip", content)
    return f"{_PAGE}?pack={job.job}"
