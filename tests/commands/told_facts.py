"""What people, customers and providers tell about the invoices of a random history."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from commands.cash.posting import Poster
from dunning.customer_facts import CustomerPaused, CustomerRecorded
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from dunning.promise_facts import PromiseMade
from ledger.books import Books
from ledger.messages import MESSAGE, claim_message, settle_message
from tests.commands.month_ends import History, moment

CUSTOMERS = ("C-0", "C-1", "C-2")
Told = list[tuple[int, int, int]]


def greet(books: Books) -> None:
    """The customers, before anything happens."""
    for place, number in enumerate(CUSTOMERS):
        books.record_customer(number, recorded(number, moment(0), "dora", f"Firm {place}"))


def recorded(number: str, at: datetime, collector: str, name: str) -> CustomerRecorded:
    return CustomerRecorded(
        at=at, by="import", customer=number, name=name, country="GB", collector=collector
    )


def tell(books: Books, history: History, told: Told) -> None:
    """What people and providers report: promises, disputes, pauses, messages, unknown cash."""
    for day, kind, which in sorted(told):
        at = moment(day)
        invoice = history.invoices[which % len(history.invoices)] if history.invoices else ""
        try:
            _tell(books, kind, f"{day}-{which}", invoice, at)
        except NotAllowed:
            continue


def _tell(books: Books, kind: int, name: str, invoice: str, at: datetime) -> None:
    if kind == 0:
        books.record_customer(
            "C-1", CustomerPaused(at=at, by="ada", reason="other", until=at.date())
        )
    elif kind == 1 and invoice:
        part = Money(500, books.case(invoice).amount.currency)
        books.record(
            invoice,
            PromiseMade(at=at, by="ada", amount=part, promised_on=at.date() + timedelta(days=3)),
        )
    elif kind == 2 and invoice:
        number = f"{invoice}/{name}"
        raised = DisputeOpened(at=at, by="ada", dispute=number, reason="price")
        books.record(invoice, raised)
        ended = DisputeResolved(
            at=at + timedelta(days=2), by="ada", dispute=number, outcome="upheld"
        )
        books.record(invoice, ended)
    elif kind == 3 and invoice:
        _remind(books, name, invoice, at)
    elif kind == 4:
        _bounce(books, at)
    else:
        _unknown_cash(books, name, at)


def _remind(books: Books, name: str, invoice: str, at: datetime) -> None:
    case = books.case(invoice)
    message = {
        "attempt": name,
        "customer": case.customer,
        "channel": "email",
        "local_date": at.date(),
        "letter": "reminder",
        "level": 1,
        "contact": "x",
        "address": "x@customer.example",
        "claimant": name,
        "state": "started",
        "claimed_at": at,
        "subject": "",
        "content_hash": "",
    }
    item = {"invoice": invoice, "step": "reminder", "level": 1, "currency": "EUR"}
    with books.connection.begin_nested() as nested:
        try:
            claim_message(
                books.connection, message, [{**item, "amount_minor": 1, "covered": True}], b""
            )
        except Exception:  # noqa: BLE001 - the slot of the day is taken: nothing goes out
            nested.rollback()
            return
    settle_message(books.connection, name, "sent", at)


def _bounce(books: Books, at: datetime) -> None:
    """Everything that was sent comes back."""
    came_back = update(MESSAGE).where(MESSAGE.c.state == "sent")
    books.connection.execute(came_back.values(state="bounced", settled_at=at))


def _unknown_cash(books: Books, name: str, at: datetime) -> None:
    came = PaymentReceived(
        at=at,
        by="import",
        payment=f"U-{name}",
        amount=Money(777, "EUR"),
        on=at.date(),
        reference="?",
    )
    books.record_payment(came, 0)
    if at.day % 2:
        Poster(books, at + timedelta(days=4), "ada").put_on_account(
            f"U-{name}", "C-2", "their mail says so"
        )
