"""Cash: payments that wait beside what they may be for; accept, apply, put on account, undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from commands.cash.actions import CashActions, Posted
from commands.cash.checks import Target
from commands.cash.listing import explain, found_payment, waiting_rows
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.prepared import is_large
from console.reading.cash import (
    STATES,
    CashFilter,
    next_waiting,
    payment_page,
    unmatched_in,
    waiting_sums,
)
from console.reading.cash_table import payment_table
from console.reading.paging import Place
from console.table_file import FORMATS, table_file
from console.typed import TheForm, Typed
from dunning.dispute import REASONS
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.cash import items_of

router = APIRouter(prefix="/cash")
# So many invoices one form applies a payment to; another application takes more.
LINES = 6
_SUGGESTED = 50


@router.get("")
def cash(
    desk: TheDesk,
    state: str = "waiting",
    currency: str = "",
    q: str = "",
    file: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """Payments in a state; those that wait beside the likeliest proposal."""
    which = CashFilter(state if state in STATES else "waiting", currency, q.strip())
    rules = desk.parts.planner.policies.cash
    with desk.parts.ledger.reading() as books:
        if file in FORMATS:
            return table_file(
                desk, payment_table(books, rules, which, desk.today), "payments", file
            )
        page = payment_page(books.connection, which, Place(after, before))
        rows = []
        if which.state == "waiting":
            rows = waiting_rows(books, rules, unmatched_in(books, page), desk.today)

    def link(**changes: str) -> str:
        return list_page("/cash", **(asdict(which) | changes))

    return desk.page(
        "cash.html",
        which=which,
        page=page,
        proposed={row["payment"]: row for row in rows},
        sums=_sums(desk),
        states=STATES,
        link=link,
    )


def _sums(desk: Desk) -> list[tuple[Money, int]]:
    """What waits, by currency; in large books nothing until it is worked out beside the page."""
    if is_large(desk):
        name, ledger = "payments that wait", desk.parts.ledger
        kept = desk.kept.of(ledger, name, lambda b: waiting_sums(b.connection), desk.now())
        return kept.value if kept else []
    with desk.parts.ledger.reading() as books:
        return waiting_sums(books.connection)


@router.get("/next")
def following(desk: TheDesk, after: str = "") -> Response:
    """The payment that waits after this place; the list when none does."""
    with desk.parts.ledger.reading() as books:
        payment = next_waiting(books.connection, after)
    return RedirectResponse(list_page("/cash/payment", payment=payment) if payment else "/cash")


@router.get("/payment")
def payment(desk: TheDesk, payment: str) -> Response:
    """One payment: what it paid, what it has left, and what that may be for."""
    return _page(desk, payment)


@router.post("/do/accept")
def accept(desk: TheDesk, typed: TheForm) -> Response:
    """Apply it as proposed; then the next payment that waits is shown."""

    def work(actions: CashActions, payment: str) -> str:
        number = typed.choice("number", [str(one) for one in range(1, 100)])
        typed.check()
        return _told(desk, actions.accept(payment, int(number), typed.text("expected")))

    return _acted(desk, typed, work, onward=True)


@router.post("/do/apply")
def apply(desk: TheDesk, typed: TheForm) -> Response:
    """Apply it to these invoices."""

    def work(actions: CashActions, payment: str) -> str:
        targets = [
            Target(invoice, typed.amount(f"amount{line}"))
            for line in range(1, LINES + 1)
            if (invoice := typed.text(f"invoice{line}", required=line == 1, longest=200))
        ]
        residual = typed.values.get("residual", "") and typed.choice("residual", REASONS)
        note = typed.text("note")
        typed.check()
        return _told(desk, actions.apply(payment, targets, residual, note))

    return _acted(desk, typed, work)


@router.post("/do/on-account")
def on_account(desk: TheDesk, typed: TheForm) -> Response:
    """Keep what it has left for a customer."""

    def work(actions: CashActions, payment: str) -> str:
        customer, why = typed.text("customer", required=True), typed.text("why")
        typed.check()
        return _told(desk, actions.on_account(payment, customer, why))

    return _acted(desk, typed, work, onward=True)


@router.post("/do/undo")
def undo(desk: TheDesk, typed: TheForm) -> Response:
    """Undo an application, or its being on account."""

    def work(actions: CashActions, payment: str) -> str:
        application = typed.text("application") or payment
        reason = typed.text("reason", required=True)
        typed.check()
        return _told(desk, actions.undo(application, reason))

    return _acted(desk, typed, work)


@router.post("/do/learn")
def learn(desk: TheDesk, typed: TheForm) -> Response:
    """Remember whom the payer pays for."""

    def work(actions: CashActions, payment: str) -> str:
        customer = typed.text("customer", required=True)
        typed.check()
        return actions.learn_payer(payment, customer)

    return _acted(desk, typed, work)


def _acted(
    desk: Desk, typed: Typed, work: Callable[[CashActions, str], str], *, onward: bool = False
) -> Response:
    """Do it; then go on with the next payment, or back to this one."""
    payment = typed.values.get("payment", "")
    place = list_page("/cash/next", after=typed.values.get("place", ""))

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, payment, shown, status)

    def done() -> str:
        return work(desk.acting(CashActions), payment)

    here = list_page("/cash/payment", payment=payment)
    return acted_once(desk, typed, done, place if onward else here, again)


def _page(desk: Desk, payment: str, typed: Typed | None = None, status: int = 200) -> Response:
    rules = desk.parts.planner.policies.cash
    with desk.parts.ledger.reading() as books:
        told = found_payment(books, payment)
        if told is None:
            raise NotAllowed(f"There is no payment {payment} in the books.")
        found = explain(books, rules, told, desk.today)
        customer, items = found["customer"], []
        if customer:
            items = items_of(books, customer, found["currency"], _SUGGESTED, oldest_first=True)
        name = books.customer(customer).name if customer else ""
    return desk.page(
        "cash_payment.html",
        status,
        typed=typed,
        payment=found,
        amount=Money.parse(found["amount"], found["currency"]),
        left=Money.parse(found["left"], found["currency"]),
        place=f"{found['date']}~{payment}",
        items=items,
        name=name,
        lines=range(1, LINES + 1),
        reasons=REASONS,
    )


def _told(desk: Desk, posted: Posted) -> str:
    """What was done, in a sentence."""
    said = desk.words(
        "Payment {payment} has {left} left.",
        payment=posted.payment,
        left=desk.words.amount(posted.left),
    )
    return " ".join(filter(None, (said, posted.learnt)))
