"""The register of holds: place one, look at those that last, lift one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response

from commands.cases.hold_commands import CODES, HoldActions
from commands.reports.table import Cell, Column
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.once import acted_once
from console.reading import holds as reading
from console.reading.holds import KINDS, LOOK_AGAIN_DAYS, STATES, HoldFilter
from console.reading.paging import Place
from console.typed import TheForm, Typed
from dunning.may import NotAllowed

router = APIRouter(prefix="/holds")
_PAGE = "/holds"
_COLUMNS = (
    Column("hold"),
    Column("customer"),
    Column("name"),
    Column("code"),
    Column("why"),
    Column("placed_by"),
    Column("placed_at"),
    Column("days", "number"),
    Column("state"),
)


@router.get("")
def holds(
    desk: TheDesk,
    state: str = "placed",
    kind: str = "",
    customer: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """The register, the latest first."""
    return _page(desk, _chosen(state, kind, customer), Place(after, before))


@router.get("/file.{form}")
def file(
    desk: TheDesk, form: str, state: str = "placed", kind: str = "", customer: str = ""
) -> Response:
    """The register as a file."""
    which = _chosen(state, kind, customer)
    with desk.parts.ledger.reading() as books:
        rows = map(_cells, reading.exported(books.connection, which, desk.now()))
        return list_file(desk, "Holds", form, _COLUMNS, rows, asdict(which))


@router.get("/lift")
def look(desk: TheDesk, customer: str = "", hold: str = "") -> Response:
    """The hold that is to be lifted."""
    return _lifting(desk, customer, hold)


@router.post("/do/place")
def place(desk: TheDesk, typed: TheForm) -> Response:
    """Stop everything of a customer until a person lifts it."""

    def work() -> str:
        customer = typed.text("customer", required=True, longest=200)
        code, why = typed.choice("code", CODES), typed.text("why", required=True)
        typed.check()
        desk.acting(HoldActions).place(customer, code, why)
        return "The hold is placed: nothing is sent to this customer."

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, HoldFilter(), Place(), shown, status)

    return acted_once(desk, typed, work, _PAGE, again)


@router.post("/do/lift")
def lift(desk: TheDesk, typed: TheForm) -> Response:
    """Lift a hold: the cadences go on, not before tomorrow."""
    customer, hold = typed.values.get("customer", ""), typed.values.get("hold", "")

    def work() -> str:
        reason = typed.text("reason", required=True)
        typed.check()
        desk.acting(HoldActions).lift(customer, hold, reason)
        return "The hold is lifted."

    def again(shown: Typed, status: int) -> Response:
        return _lifting(desk, customer, hold, shown, status)

    return acted_once(desk, typed, work, _PAGE, again)


def _page(
    desk: Desk, which: HoldFilter, place: Place, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        page = reading.hold_page(books.connection, which, desk.now(), place)
    held = [reading.held(row, desk.now()) for row in page.rows]

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values: dict[str, Any] = {"which": which, "page": page, "held": held, "link": link}
    values |= {
        "states": STATES,
        "kinds": KINDS,
        "codes": CODES,
        "filters": asdict(which),
        "days": LOOK_AGAIN_DAYS,
    }
    return desk.page("holds.html", status, typed=typed, **values)


def _lifting(
    desk: Desk, customer: str, hold: str, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        known = books.customer(customer) if customer else None
    found = next((one for one in known.holds if one.hold == hold), None) if known else None
    if found is None and status == 200:  # noqa: PLR2004 - the page itself, not its form again
        raise NotAllowed("There is no such hold any more: a colleague has lifted it.")
    return desk.page("hold_lift.html", status, typed=typed, customer=known, hold=found)


def _chosen(state: str, kind: str, customer: str) -> HoldFilter:
    kind = kind if kind in KINDS else ""
    return HoldFilter(state if state in STATES else "placed", kind, customer[:200])


def _cells(one: reading.Held) -> list[Cell]:
    hold = one.hold
    return [
        *(hold.hold, hold.customer, hold.name or hold.customer, hold.code, hold.why, hold.by),
        *(hold.at.isoformat(), one.days, "lifted" if one.lifted else "in force"),
    ]
