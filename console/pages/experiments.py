"""Experiments: two wordings or days of one step, with a report that says no more than it can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from commands.experiments.actions import ExperimentActions
from commands.experiments.actions import found as known_experiment
from commands.experiments.observing import observe
from commands.experiments.report import experiment_report
from commands.experiments.rows import experiment_row
from commands.experiments.terms_file import terms_of
from console.desk import NOBODY, Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.pages.policies import versions_of
from console.typed import FORM, TheForm, Typed
from dunning.people import NoAuthority
from ledger.experiments import all_experiments

router = APIRouter(prefix="/experiments")
_PAGE = "/experiments"
_REPORT = "experiment"
_LONGEST = 20_000


@router.get("")
def experiments(desk: TheDesk) -> Response:
    """Every experiment there was, and a form to start one."""
    return _list(desk)


@router.post("/do/start")
def start(desk: TheDesk, typed: TheForm) -> Response:
    """Start an experiment; it is refused with everything that speaks against it."""

    def work() -> str:
        text = typed.text("terms", required=True, longest=_LONGEST)
        typed.check()
        actions = _actions(desk)
        actions.start(terms_of(text.encode(), "experiment", desk.visit.by, desk.now()))
        return "The experiment is started: it takes invoices in from its first day on."

    return acted_once(desk, typed, work, _PAGE, lambda shown, status: _list(desk, shown, status))


@router.get("/{name}")
def experiment(desk: TheDesk, name: str) -> Response:
    """One experiment with its arms."""
    return _one(desk, name)


@router.get("/{name}/report/{job}")
def report(desk: TheDesk, name: str, job: str) -> Response:
    """What a report said of it."""
    outcome = desk.jobs.outcome(job, desk.visit.by, _REPORT, dict[str, Any], name)
    return _one(desk, name, report=outcome)


@router.post("/{name}/do/report")
def reported(desk: TheDesk, typed: TheForm, name: str) -> Response:
    """Compare the arms with the hold-out, by what was recorded until today."""

    def compare(job: Job) -> str:
        with desk.parts.ledger.reading() as books:
            known = known_experiment(books, name)
            subjects = observe(books, desk.parts.planner, known, desk.today)
        job.keep(experiment_report(known, subjects, desk.today), dict[str, Any])
        return f"{_PAGE}/{name}/report/{job.job}"

    def work() -> str:
        job = desk.job(typed.form, _REPORT, "Report of an experiment", name)
        desk.jobs.start(job, compare)
        return ""

    return _acted(desk, typed, name, work, job_page(typed.values.get(FORM, "")))


@router.post("/{name}/do/stop")
def stop(desk: TheDesk, typed: TheForm, name: str) -> Response:
    """Give everybody the policy unchanged again."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        _actions(desk).stop(name, reason)
        return "The experiment is stopped: everybody gets the policy unchanged again."

    return _acted(desk, typed, name, work, f"{_PAGE}/{name}")


def _actions(desk: Desk) -> ExperimentActions:
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    parts, now = desk.parts, desk.now()
    letters = versions_of(desk).at(now).letters
    return ExperimentActions(parts.ledger, parts.planner, letters, desk.visit.by, now)


def _acted(desk: Desk, typed: Typed, name: str, work: Callable[[], str], then: str) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _one(desk, name, shown, status)

    return acted_once(desk, typed, work, then, again)


def _list(desk: Desk, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        rows = [experiment_row(one, desk.today) for one in all_experiments(books)]
    return desk.page("experiments.html", status, typed=typed, rows=rows)


def _one(
    desk: Desk,
    name: str,
    typed: Typed | None = None,
    status: int = 200,
    report: object = None,
) -> Response:
    with desk.parts.ledger.reading() as books:
        row = experiment_row(known_experiment(books, name), desk.today)
    return desk.page("experiment.html", status, typed=typed, row=row, report=report)
