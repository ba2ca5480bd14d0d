"""What audits found, whose it is, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from commands.audit.finding_actions import FindingActions
from commands.audit.finding_answers import finding_answer, findings_table
from console.addresses import list_page
from console.desk import NOBODY, Desk, TheDesk
from console.once import acted_once
from console.reading import findings as reading
from console.reading.findings import FindingFilter
from console.reading.paging import Place
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed
from dunning.finding_life import OWNERS, STATES
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from ledger.people import people_of

router = APIRouter(prefix="/audit/findings")
_PAGE = "/audit/findings"


@router.get("")
def findings(
    desk: TheDesk,
    state: str = "",
    owner: str = "",
    test: str = "",
    run: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """Findings, those that are due first."""
    which = FindingFilter(state, owner, test, run)
    with desk.parts.ledger.reading() as books:
        connection = books.connection
        values: dict[str, Any] = {
            "page": reading.finding_page(connection, which, Place(after, before)),
            "counts": reading.state_counts(connection, which),
            "tests": reading.tests_found(connection),
            "owners": reading.owners_found(connection),
        }

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(which.named | changes))

    values |= {"which": which, "link": link, "states": STATES, "living": reading.LIVING}
    return desk.page("findings.html", **values)


@router.get("/file.{form}")
def file(
    desk: TheDesk, form: str, state: str = "", owner: str = "", test: str = "", run: str = ""
) -> Response:
    """The list as a file, with its filters."""
    if form not in FORMATS:
        raise NotAllowed(f"A list is a file of these: {', '.join(FORMATS)}.")
    which = FindingFilter(state, owner, test, run)
    with desk.parts.ledger.reading() as books:
        rows = reading.exported_rows(books, which, desk.today)
        filters = tuple((f"filter {name}", value) for name, value in which.named.items())
        table = findings_table(rows, desk.today, filters)
        return table_file(desk, table, f"findings-{desk.today}", form)


@router.get("/{finding}")
def finding(desk: TheDesk, finding: str) -> Response:
    """One finding with all that happened to it."""
    return _one(desk, finding)


@router.post("/{finding}/do/explain")
def explain(desk: TheDesk, typed: TheForm, finding: str) -> Response:
    """Say why it came to this."""

    def work() -> str:
        note = typed.text("note", required=True)
        typed.check()
        _actions(desk).explain(finding, note)
        return "Explained: another person may accept it."

    return _acted(desk, typed, finding, work)


@router.post("/{finding}/do/remediate")
def remediate(desk: TheDesk, typed: TheForm, finding: str) -> Response:
    """Say what was done about it."""

    def work() -> str:
        note = typed.text("note", required=True)
        typed.check()
        _actions(desk).remediate(finding, note)
        return "Noted what was done: another person may accept it."

    return _acted(desk, typed, finding, work)


@router.post("/{finding}/do/accept")
def accept(desk: TheDesk, typed: TheForm, finding: str) -> Response:
    """Accept what another person explained or remediated."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        _actions(desk).accept(finding, note)
        return "Accepted: the finding is closed."

    return _acted(desk, typed, finding, work)


@router.post("/{finding}/do/reopen")
def reopen(desk: TheDesk, typed: TheForm, finding: str) -> Response:
    """Open it again."""

    def work() -> str:
        note = typed.text("note", required=True)
        typed.check()
        _actions(desk).reopen(finding, note)
        return "The finding is open again."

    return _acted(desk, typed, finding, work)


@router.post("/{finding}/do/assign")
def assign(desk: TheDesk, typed: TheForm, finding: str) -> Response:
    """Give it another owner, another due date, or both."""

    def work() -> str:
        owner, due = typed.text("owner", longest=120), typed.day("due")
        note = typed.text("note")
        if owner and owner not in _owners(desk):
            typed.problems["owner"] = "Choose one of these."
        typed.check()
        _actions(desk).assign(finding, owner, due, note)
        return "Assigned."

    return _acted(desk, typed, finding, work)


def _actions(desk: Desk) -> FindingActions:
    if desk.visit.person is None:
        raise NoAuthority(NOBODY)
    return FindingActions(desk.parts.ledger, desk.visit.by, desk.now())


def _owners(desk: Desk) -> list[str]:
    """The roles, and everybody who may work on findings."""
    with desk.parts.ledger.reading() as books:
        people = people_of(books.connection)
    able = [one.person for one in people if "work_findings" in one.rights]
    return [*OWNERS, *able]


def _acted(desk: Desk, typed: Typed, finding: str, work: Callable[[], str]) -> Response:
    def again(shown: Typed, status: int) -> Response:
        return _one(desk, finding, shown, status)

    return acted_once(desk, typed, work, f"{_PAGE}/{finding}", again)


def _one(desk: Desk, finding: str, typed: Typed | None = None, status: int = 200) -> Response:
    with desk.parts.ledger.reading() as books:
        found = finding_answer(books, finding, desk.today)
    return desk.page("finding.html", status, typed=typed, found=found, owners=_owners(desk))
