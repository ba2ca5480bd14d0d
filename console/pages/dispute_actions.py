"""What the buttons of a dispute do: the same actions as on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal, cast

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from commands.cases.actions import Actions
from commands.cases.evidence import MOST_BYTES
from commands.disputes.actions import OWNERS
from console.addresses import dispute_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.pages.disputes import dispute_page_of, evidence_folder
from console.typed import TheForm, Typed
from dunning.dispute import OUTCOMES
from dunning.people import SPEAKS_AS

router = APIRouter(prefix="/disputes/{dispute:path}/do")


async def _file_of(request: Request, _: TheForm) -> tuple[str, bytes]:
    """The file that was sent along, and the name it had; nothing without one."""
    form = await request.form()
    found = form.get("file")
    name = (found.filename or "") if isinstance(found, UploadFile) else ""
    content = await found.read(MOST_BYTES + 1) if isinstance(found, UploadFile) else b""
    await form.close()
    return name, content


TheFile = Annotated[tuple[str, bytes], Depends(_file_of)]


@router.post("/acknowledge")
def acknowledge(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """Say that the owner works on it."""

    def work() -> str:
        note = typed.text("note")
        typed.check()
        desk.acting(Actions, typed).acknowledge_dispute(dispute, note)
        return "Acknowledged."

    return _acted(desk, typed, dispute, work)


@router.post("/assign")
def assign(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """Give it to another role."""

    def work() -> str:
        owner, why = typed.choice("owner", OWNERS), typed.text("why")
        typed.check()
        desk.acting(Actions, typed).assign_dispute(dispute, owner, why)
        return "Given to another owner."

    return _acted(desk, typed, dispute, work)


@router.post("/wait")
def wait(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """Stop the owner's clock while the customer has to answer, or start it again."""

    def work() -> str:
        on, note = typed.choice("on", ("customer", "owner")), typed.text("note")
        typed.check()
        turn = cast("Literal['customer', 'owner']", on)
        desk.acting(Actions, typed).wait_for(dispute, turn, note)
        return "It waits for the customer." if on == "customer" else "It is the owner's again."

    return _acted(desk, typed, dispute, work)


@router.post("/evidence")
def evidence(desk: TheDesk, typed: TheForm, sent: TheFile, dispute: str) -> Response:
    """Keep a file with it."""

    def work() -> str:
        note, (name, content) = typed.text("note"), sent
        if not name:
            typed.problems["file"] = "Choose a file."
        typed.check()
        folder = evidence_folder(desk)
        desk.acting(Actions, typed).add_evidence(dispute, name, content, folder, note)
        return "The file is kept."

    return _acted(desk, typed, dispute, work)


@router.post("/credit")
def credit(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """Give up money: at once within the role's limit, else after a colleague's approval."""

    def work() -> str:
        amount, note = typed.amount("amount"), typed.text("note", required=True)
        role = typed.choice("role", _spoken(desk))
        typed.check()
        done = desk.acting(Actions, typed).propose_credit(dispute, amount, role, note)
        asked = any(one.undecided for one in done.case.disputes if one.dispute == dispute)
        return "A colleague has to approve it." if asked else "The credit is given."

    return _acted(desk, typed, dispute, work)


@router.post("/decide")
def decide(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """Approve or decline the credit that a colleague proposed."""

    def work() -> str:
        decision, note = typed.choice("decision", ("approve", "decline")), typed.text("note")
        typed.check()
        actions = desk.acting(Actions, typed)
        if decision == "decline":
            actions.decline_credit(dispute, note)
            return "Declined."
        role = typed.choice("role", _spoken(desk))
        typed.check()
        actions.approve_credit(dispute, role, note)
        return "Approved."

    return _acted(desk, typed, dispute, work)


@router.post("/resolve")
def resolve(desk: TheDesk, typed: TheForm, dispute: str) -> Response:
    """End it."""

    def work() -> str:
        outcome, note = typed.choice("outcome", OUTCOMES), typed.text("note", required=True)
        amount, role = typed.amount("credit"), typed.choice("role", _spoken(desk))
        if outcome == "split" and amount is None:
            typed.problems.setdefault("credit", "Say how much is credited.")
        typed.check()
        done = desk.acting(Actions, typed).resolve(dispute, outcome, note, credit=amount, role=role)
        asked = any(one.undecided for one in done.case.disputes if one.dispute == dispute)
        return "A colleague has to approve it." if asked else "Resolved."

    return _acted(desk, typed, dispute, work)


def _spoken(desk: Desk) -> tuple[str, ...]:
    """The roles that the person decides as; who has none is refused by the action itself."""
    spoken = desk.visit.person.speaks_as if desk.visit.person else ()
    return spoken or tuple(name for names in SPEAKS_AS.values() for name in names)


def _acted(desk: Desk, typed: Typed, dispute: str, work: Callable[[], str]) -> Response:
    return acted_once(
        desk,
        typed,
        work,
        dispute_page(dispute),
        lambda shown, status: dispute_page_of(desk, dispute, shown, status),
    )
