"""The work queue: what people have to do, the most urgent first, and doing it to several."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Query, Response

from commands.acting import PAUSE_REASONS, ROLES
from commands.cases.work_actions import MOST_ITEMS, Outcome, WorkActions
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.largest_tasks import WorkFilter
from console.reading.work import chosen_items, work_page
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from ledger.desk import remove_view, save_view, views_of
from ledger.people import people_of

router = APIRouter(prefix="/queue")
DEEDS = ("pause", "escalate", "assign", "approve")
_PAGE = "/queue"
_FILTERS = frozenset({"q", "what", "who"})
_LONGEST_NAME = 60
_NOTHING_TICKED = "Tick something in the work queue first, then say what is to be done."


@router.get("")
def work(desk: TheDesk, q: str = "", what: str = "", who: str = "", after: str = "") -> Response:
    """The queue with its filters."""
    which = WorkFilter(q.strip(), what, who)
    return _page(desk, which, after)


@router.get("/several")
def several(
    desk: TheDesk,
    item: Annotated[list[str] | None, Query()] = None,
    deed: str = "",
) -> Response:
    """Say once what is to be done to all that is ticked, and look at it again before."""
    if not item:
        return _page(desk, WorkFilter("", "", ""), "", Typed(sentence=_NOTHING_TICKED), 422)
    return _several(desk, deed, item or [], Typed(), 200)


@router.post("/several")
def several_done(desk: TheDesk, typed: TheForm) -> Response:
    """Do it to each, and say of each what came of it."""
    items, deed = list(typed.lists.get("item", ())), typed.values.get("deed", "")

    def again(shown: Typed, status: int) -> Response:
        return _several(desk, deed, items, shown, status)

    return acted_once(desk, typed, lambda: _done(desk, typed, deed, items), _PAGE, again)


@router.post("/views")
def keep_view(desk: TheDesk, typed: TheForm) -> Response:
    """Keep these filters under a name."""
    query = _checked_query(typed.values.get("query", ""))

    def keep() -> str:
        name = typed.text("name", required=True, longest=_LONGEST_NAME)
        typed.check()
        kept = desk.parts.ledger.transact(
            lambda books: save_view(books.connection, desk.visit.by, _PAGE, name, query)
        )
        if not kept:
            raise NotAllowed("You have many views of this page already: remove one first.")
        return "The view is kept."

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, _filter_of(query), "", shown, status)

    return acted_once(desk, typed, keep, f"{_PAGE}?{query}" if query else _PAGE, again)


@router.post("/views/remove")
def forget_view(desk: TheDesk, typed: TheForm) -> Response:
    """Forget a view."""

    def forget() -> str:
        name = typed.values.get("name", "")
        desk.parts.ledger.transact(
            lambda books: remove_view(books.connection, desk.visit.by, _PAGE, name)
        )
        return "The view is removed."

    return acted_once(
        desk,
        typed,
        forget,
        _PAGE,
        lambda shown, status: _page(desk, WorkFilter(), "", shown, status),
    )


def _page(
    desk: Desk, which: WorkFilter, after: str, typed: Typed | None = None, status: int = 200
) -> Response:
    policies = desk.parts.planner.policies_at(desk.now())
    usual = policies.policies[policies.assignment.default]
    with desk.parts.ledger.reading() as books:
        page = work_page(books.connection, which, desk.today, usual.minimum, after)
        views = views_of(books.connection, desk.visit.by, _PAGE)
        people = [one for one in people_of(books.connection) if "follow_up" in one.rights]

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    return desk.page(
        "work.html",
        status,
        typed=typed,
        which=which,
        page=page,
        views=views,
        people=people,
        link=link,
        mine=desk.visit.person.speaks_as if desk.visit.person else (),
        query=link().partition("?")[2],
    )


def _several(desk: Desk, deed: str, items: list[str], typed: Typed, status: int) -> Response:
    if deed not in DEEDS or not items:
        raise NotAllowed(_NOTHING_TICKED)
    with desk.parts.ledger.reading() as books:
        rows = chosen_items(books.connection, items[:MOST_ITEMS])
        people = [one for one in people_of(books.connection) if "follow_up" in one.rights]
    shown = typed if typed.name else Typed(name=deed, sentence=typed.sentence)
    return desk.page(
        "work_several.html",
        status,
        typed=shown,
        deed=deed,
        rows=rows,
        left_out=len(items) - len(rows),
        people=people,
        pause_reasons=PAUSE_REASONS,
        roles=ROLES,
    )


def _done(desk: Desk, typed: Typed, deed: str, items: list[str]) -> str:
    actions = desk.acting(WorkActions)
    note = typed.text("note", required=deed in ("escalate", "assign"))
    if deed == "pause":
        reason, until = typed.choice("reason", PAUSE_REASONS), typed.day("until")
        typed.check()
        outcomes = actions.pause_work(items, reason, until, note)
    elif deed == "escalate":
        role = typed.choice("role", ROLES)
        typed.check()
        outcomes = actions.escalate_work(items, role, note)
    elif deed == "assign":
        to, until = typed.text("to", required=True), typed.day("until")
        typed.check()
        outcomes = actions.assign_work(items, to, note, until)
    else:
        typed.check()
        outcomes = actions.approve_work(items, note)
    return _told(outcomes)


def _told(outcomes: list[Outcome]) -> str:
    """Every outcome in its own line; what was refused comes first. Raises NotAllowed for none."""
    lines = [f"{one.task}: {one.said}" for one in outcomes if not one.done]
    done = [one for one in outcomes if one.done]
    if not done:
        raise NotAllowed("Nothing was done. " + " ".join(lines))
    head = f"{len(done)} of {len(outcomes)} done."
    return "\n".join([head, *(f"Refused – {line}" for line in lines)])


def _checked_query(text: str) -> str:
    """The filters of this page in a query, and nothing else."""
    found = parse_qs(text[:2000], max_num_fields=20)
    return urlencode({name: found[name][-1] for name in sorted(found) if name in _FILTERS})


def _filter_of(query: str) -> WorkFilter:
    return WorkFilter(**{name: values[-1] for name, values in parse_qs(query).items()})
