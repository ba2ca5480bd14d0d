"""Proposing a payment plan: choose invoices, look at the instalments, propose them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from commands.cases.plan_actions import PlanActions
from console.addresses import customer_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.reading.cases import CaseFilter, case_page
from console.reading.instalments import MOST_PARTS, RHYTHMS, draft, owed_together, written
from console.reading.paging import Place
from console.typed import TheForm, Typed
from dunning.may import NotAllowed

router = APIRouter(prefix="/plans/new")
# Of more invoices nobody agrees on a plan one by one.
MOST_CHOSEN = 100
_FIRST_DAYS = 14


@router.get("")
def new_plan(
    desk: TheDesk,
    customer: str = "",
    item: Annotated[list[str] | None, Query()] = None,
    parts: str = "3",
    first: str = "",
    rhythm: str = "month",
) -> Response:
    """The open invoices of a customer, and the instalments that a choice of them makes."""
    typed = Typed(values={"parts": parts, "first": first, "rhythm": rhythm})
    chosen, lines = list(item or ())[:MOST_CHOSEN], ""
    if chosen or "parts" in desk.visit.query:
        try:
            lines = _drafted(desk, chosen, typed)
        except NotAllowed as refused:
            refusal = Typed(sentence=str(refused))
            return _page(desk, customer, chosen, "", refusal, 422, asked=typed)
    return _page(desk, customer, chosen, lines, Typed(), 200, asked=typed)


@router.post("")
def propose(desk: TheDesk, typed: TheForm) -> Response:
    """Propose the plan; within the policy's limits it stands at once."""
    customer, chosen = typed.values.get("customer", ""), list(typed.lists.get("item", ()))

    def work() -> str:
        lines, note = typed.text("lines", required=True), typed.text("note")
        typed.check()
        actions = desk.acting(PlanActions)
        done = actions.propose_plan(customer, chosen, list(written(lines)), note)
        return "The plan stands." if done.plan.stands else "A colleague has to approve it."

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, customer, chosen, typed.values.get("lines", ""), shown, status)

    return acted_once(desk, typed, work, customer_page(customer), again)


def _drafted(desk: Desk, chosen: Sequence[str], typed: Typed) -> str:
    """The instalments as lines. Raises NotAllowed."""
    if not chosen:
        raise NotAllowed("Tick the invoices that the plan is for.")
    asked = typed.values["parts"]
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:4]) <= MOST_PARTS):
        raise NotAllowed(f"A plan has at least one and at most {MOST_PARTS} instalments.")
    first = typed.day("first") or desk.today + timedelta(days=_FIRST_DAYS)
    typed.choice("rhythm", RHYTHMS)
    typed.check()
    if not desk.today <= first <= date(desk.today.year + 10, 1, 1):
        raise NotAllowed(f"The first instalment cannot be due on {first}.")
    with desk.parts.ledger.reading() as books:
        cases = list(books.cases(chosen).values())
    return draft(owed_together(cases), int(asked), first, typed.values["rhythm"])


def _page(
    desk: Desk,
    customer: str,
    chosen: Sequence[str],
    lines: str,
    typed: Typed,
    status: int,
    asked: Typed | None = None,
) -> Response:
    with desk.parts.ledger.reading() as books:
        if not customer or not books.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        known = books.customer(customer)
        which = CaseFilter(customer=customer)
        page = case_page(books.connection, which, desk.today, Place())
    values = asked.values if asked else {}
    usual = {"parts": "3", "first": str(desk.today + timedelta(_FIRST_DAYS)), "rhythm": "month"}
    return desk.page(
        "plan_new.html",
        status,
        typed=typed,
        customer=known,
        rows=page.rows,
        more=bool(page.next),
        chosen=chosen,
        lines=lines,
        asked={name: values.get(name) or usual[name] for name in usual},
        rhythms=RHYTHMS,
    )
