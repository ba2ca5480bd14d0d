"""A small ledger that was followed for two months, in books that no engine ever saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from fastapi import FastAPI
from temporalio.testing import ActivityEnvironment

from activities.payloads import StepOrder
from activities.tasks import Tasks
from activities.touches import Touches
from commands.cases.actions import Actions
from console.app import create_app
from console.desk import Parts
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceOpened, PaymentApplied
from dunning.money import Money
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Step, Wait
from settings import Settings
from worker import Wiring, wire

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
DUE = date(2026, 3, 31)
HOSTILE = '<script>document.title="owned"</script> & Söhne'
# It would turn the rest of the line around if it were not isolated.
RIGHT_TO_LEFT = "شركة النور \u202eevil"
# Everything that means something in an address.
ODD_NUMBER = "RE/2026 #7?a=b&c%2F"


@dataclass(frozen=True)
class SmallLedger:
    """The books with the folder their outbox is in."""

    wiring: Wiring
    outbox: Path

    def app(self, now: Callable[[], datetime] = lambda: NOW, temporal_ui: str = "") -> FastAPI:
        """The desk over these books."""
        ledger, planner = self.wiring.ledger, self.wiring.planner
        settings = Settings(_env_file=None, home=self.outbox.parent)  # type: ignore[call-arg]  # Pydantic's own.
        origin = "history from a rehearsal"
        parts = Parts(ledger, planner, self.outbox, "var/small", origin, settings=settings)
        return create_app(parts, now, temporal_ui)

    def actions(self, now: datetime = START + timedelta(days=31)) -> Actions:
        """What an associate may do."""
        return Actions(self.wiring.ledger, self.wiring.planner, "m.rivera", now)

    def message_of(self, invoice: str) -> str:
        """The attempt of the first message about an invoice."""
        with self.wiring.ledger.reading() as books:
            return books.case(invoice).touches[0].attempt


def small_ledger(home: Path) -> SmallLedger:
    """Three customers, one with a hostile name; letters, a promise, a pause, a dispute, tasks."""
    settings = Settings(_env_file=None, home=home)  # type: ignore[call-arg]  # Pydantic's own.
    ledger = SmallLedger(wire(settings), settings.outbox_folder)
    _record_customers(ledger.wiring)
    amounts = ("INV-1", "C-1", "1250.00"), ("INV-2", "C-1", "80.50"), ("INV-3", "C-1", "40.00")
    opened = [_opened(*one, "EUR") for one in amounts]
    opened += [_opened(ODD_NUMBER, "C/2", "300000", "JPY"), _opened("INV-4", "C-3", "99", "EUR")]
    opened += [_opened("INV-5", "C-3", "10.00", "EUR")]
    ledger.wiring.ledger.transact(lambda books: books.open_cases(opened))
    ledger.wiring.ledger.transact(lambda books: books.record("INV-5", _paid("10.00")))
    for invoice in ("INV-1", ODD_NUMBER, "INV-4"):
        _follow(ledger.wiring, invoice)
    late = ledger.actions(NOW - timedelta(days=1))
    late.pause("INV-2", "goodwill", date(2026, 5, 20), note="<b>asked</b> by phone")
    late.promise("INV-3", Decimal("40.00"), date(2026, 5, 12))
    late.dispute("INV-4", "quality")
    return ledger


def _record_customers(wiring: Wiring) -> None:
    for customer, name, contact in (
        ("C-1", "Halden Maschinenbau AG", "Jana Kurz"),
        ("C/2", HOSTILE, HOSTILE),
        ("C-3", RIGHT_TO_LEFT, RIGHT_TO_LEFT),
    ):
        address = f"{customer.replace('/', '').lower()}@customer.example"
        fact = CustomerRecorded(
            at=START,
            by="import",
            customer=customer,
            name=name,
            country="DE",
            locale="de_DE",
            contacts=(Contact(f"{customer}/1", contact, "billing", email=address),),
        )
        wiring.ledger.transact(lambda books, c=customer, f=fact: books.record_customer(c, f))  # type: ignore[misc]


def _opened(invoice: str, customer: str, amount: str, currency: str) -> InvoiceOpened:
    return InvoiceOpened(
        at=START,
        by="import",
        invoice=invoice,
        customer=customer,
        entity="",
        amount=Money.parse(amount, currency),
        issue_date=date(2026, 3, 1),
        due_date=DUE,
    )


def _paid(amount: str) -> PaymentApplied:
    at, on = START + timedelta(days=3), date(2026, 3, 5)
    return PaymentApplied(
        at=at, by="import", payment="P-1", amount=Money.parse(amount, "EUR"), on=on
    )


def _follow(wiring: Wiring, invoice: str) -> None:
    """What the workflow of an invoice would do until now: each step at its own moment."""
    touches = Touches(wiring.ledger, wiring.planner, wiring.letters, wiring.gateways, wiring.clock)
    tasks = Tasks(wiring.ledger, wiring.planner, wiring.clock)

    def planned(now: datetime) -> Step:
        return wiring.ledger.transact(
            lambda books: wiring.planner.plan(books, books.case(invoice), now)
        )

    def carried_out(step: SendTouch | SendInvoice | AskAssociate | Escalate) -> Step:
        worker = ActivityEnvironment()
        worker.info = replace(ActivityEnvironment.default_info(), started_time=step.at)
        sends = isinstance(step, SendTouch | SendInvoice)
        hand = touches.send_touch if sends else tasks.hand_to_people
        return worker.run(hand, StepOrder(invoice, step, step.at))

    step = planned(START)
    while not isinstance(step, CloseCase) and step.at and step.at <= NOW:
        step = planned(step.at) if isinstance(step, Wait) else carried_out(step)
