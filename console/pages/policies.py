"""Versions of policies and letters: read, compare, simulate, approve, activate, take back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Response

from activities.policy_versions import PolicyVersions
from commands.authority import demand
from commands.policies.actions import FIRST_WAVE, SIMULATED_DAYS, PolicyActions
from commands.policies.rows import version_row
from console.desk import NOBODY, Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.reading.policies import MOST_CUSTOMERS, difference, outcome_of
from console.typed import FORM, TheForm, Typed
from dunning.may import NotAllowed
from dunning.people import NoAuthority

router = APIRouter(prefix="/policies")
PAGE = "/policies"
_MOST_WAVE = 1_000_000
_AHEAD = timedelta(days=366)


@router.get("")
def policies(desk: TheDesk) -> Response:
    """Every version, the newest first, and which one is in force."""
    return list_page_of(desk)


@router.get("/versions/{version}")
def version(desk: TheDesk, version: int, against: int = 0) -> Response:
    """One version: what it changes, what a simulation of it says, who did what."""
    return _one(desk, version, against)


@router.post("/versions/{version}/do/simulate")
def simulate(desk: TheDesk, typed: TheForm, version: int) -> Response:
    """Play the version against the ledger as it is, and keep what comes of it."""
    about = f"version {version}"

    def simulated(job: Job) -> str:
        actions_of(desk).simulate(version, SIMULATED_DAYS, job.progress)
        return f"{version_page(version)}#simulation"

    def work() -> str:
        ledger, by, now = desk.parts.ledger, desk.visit.by, desk.now()
        demand(ledger, by, "draft_policy", "PolicyActions.simulate", about, now)
        versions_of(desk).known(version)
        desk.jobs.start(desk.job(typed.form, "simulation", "Simulation"), simulated)
        return ""

    return _acted(desk, typed, version, work, job_page(typed.values.get(FORM, "")))


@router.post("/versions/{version}/do/approve")
def approve(desk: TheDesk, typed: TheForm, version: int) -> Response:
    """Approve what another person drafted."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        actions_of(desk).approve(version, note)
        return "Approved: it is not in force yet."

    return _acted(desk, typed, version, work)


@router.post("/versions/{version}/do/activate")
def activate(desk: TheDesk, typed: TheForm, version: int) -> Response:
    """Put the version in force from a day on, newly contacted customers in waves."""

    def work() -> str:
        start, wave = typed.day("start"), typed.text("first_wave", longest=9) or str(FIRST_WAVE)
        if not wave.isdecimal() or not 1 <= int(wave) <= _MOST_WAVE:
            typed.problems["first_wave"] = "This is no number of customers."
        if start and start > desk.today + _AHEAD:
            typed.problems["start"] = "This day is too far ahead."
        typed.check()
        actions_of(desk).activate(version, start, int(wave))
        return "It is scheduled: open cases follow it from then on."

    return _acted(desk, typed, version, work)


@router.post("/versions/{version}/do/withdraw")
def withdraw(desk: TheDesk, typed: TheForm, version: int) -> Response:
    """Take a version back before it is in force."""

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        actions_of(desk).withdraw(version, reason)
        return "Withdrawn."

    return _acted(desk, typed, version, work)


@router.post("/do/rollback")
def rollback(desk: TheDesk, typed: TheForm) -> Response:
    """The way back: what was in force before is in force again in a minute."""

    def work() -> str:
        reason, to = typed.text("reason", required=True), typed.text("to", longest=9)
        if to and not to.isdecimal():
            typed.problems["to"] = "Choose one of these."
        typed.check()
        actions_of(desk).roll_back(reason, int(to or 0))
        return "The way back is scheduled: it is in force in a minute."

    def again(shown: Typed, status: int) -> Response:
        return list_page_of(desk, shown, status)

    return acted_once(desk, typed, work, PAGE, again)


def version_page(version: int) -> str:
    """The address of a version."""
    return f"{PAGE}/versions/{version}"


def actions_of(desk: Desk) -> PolicyActions:
    """The visitor's actions. Raises NoAuthority when nobody signed in."""
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    return PolicyActions(desk.parts.ledger, desk.parts.planner, desk.visit.by, desk.now())


def versions_of(desk: Desk) -> PolicyVersions:
    """The versions as the books know them now. Raises NotAllowed where none are kept."""
    versions = desk.parts.planner.versions
    if versions is None:
        raise NotAllowed("No versions of the policies are kept here.")
    with desk.parts.ledger.reading() as books:
        versions.read_again(books)
    return versions


def list_page_of(desk: Desk, typed: Typed | None = None, status: int = 200) -> Response:
    """The page of all versions, with a refused form shown again where there is one."""
    versions, now = versions_of(desk), desk.now()
    current = versions.in_force(now).version
    rows = [version_row(one, now, current) for one in reversed(versions.all())]
    earlier = [row["version"] for row in rows if row["state"] == "replaced"]
    paths = sorted(versions.listed(current))
    values = {"rows": rows, "current": current, "earlier": earlier, "paths": paths}
    return desk.page("policies.html", status, typed=typed, **values)


def _acted(
    desk: Desk, typed: Typed, version: int, work: Callable[[], str], then: str = ""
) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _one(desk, version, 0, shown, status)

    return acted_once(desk, typed, work, then or version_page(version), again)


def _one(
    desk: Desk, version: int, against: int, typed: Typed | None = None, status: int = 200
) -> Response:
    versions, now = versions_of(desk), desk.now()
    found = versions.known(version)
    current = versions.in_force(now).version
    others = [one.version for one in versions.all() if one.version != version]
    base = against or found.based_on or (current if current != version else 0)
    values: dict[str, Any] = {
        "row": version_row(found, now, current),
        "others": others,
        "difference": difference(versions, base, version) if base in others else None,
        "paths": sorted(versions.listed(version)),
        "current": current,
        "first_wave": FIRST_WAVE,
        "most": MOST_CUSTOMERS,
        "outcome": None,
    }
    if found.simulated:
        with desk.parts.ledger.reading() as books:
            values["outcome"] = outcome_of(books, found.simulated)
    return desk.page("policy.html", status, typed=typed, **values)
