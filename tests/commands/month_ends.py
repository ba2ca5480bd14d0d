"""Histories of receivables for month ends: invoices, cash, credits, write-offs, late entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from activities.policies import Policies
from commands.month_end.asked import Given, asked_of
from commands.month_end.pack import pack_of
from dunning import facts
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.payment import PaymentReceived
from dunning.period import Month
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.payments import note_applied
from tests.commands.moved_credits import move_credit

BEGIN = date(2026, 1, 1)
ENTITIES, CURRENCIES = ("demo", ""), ("EUR", "JPY")
KINDS = (
    *("invoice", "payment", "payment", "payment", "reversal", "credit", "amend", "write_off"),
    *("credit_note", "refund", "transfer", "transfer_back"),
)


@dataclass(frozen=True)
class Happening:
    """Something that is recorded on a day and counts `lag` days from it; numbers choose what."""

    day: int
    lag: int
    kind: str
    which: int
    part: int


HAPPENINGS = st.lists(
    st.builds(
        Happening,
        day=st.integers(0, 130),
        lag=st.integers(-45, 20),
        kind=st.sampled_from(KINDS),
        which=st.integers(0, 99),
        part=st.integers(1, 120),
    ),
    min_size=4,
    max_size=25,
)


class History:
    """Records happenings in books, in the order of their days."""

    def __init__(self, books: Books) -> None:
        """Begin with nothing."""
        self.books = books
        self.invoices: list[str] = []
        self.payments: list[tuple[str, str, int]] = []
        self.credits: list[str] = []
        self._received = 0

    def record(self, happenings: Sequence[Happening]) -> None:
        """Record what the rules allow of them."""
        for one in sorted(happenings, key=lambda each: each.day):
            try:
                self._record(one)
            except NotAllowed:
                continue

    def _record(self, one: Happening) -> None:
        at = moment(one.day)
        on = max(at.date() + timedelta(days=one.lag), date(2025, 11, 1))
        if one.kind == "invoice" or not self.invoices:
            self._open(one, at, on)
            return
        invoice = self.invoices[one.which % len(self.invoices)]
        case = self.books.case(invoice)
        amount = Money(max(case.amount.minor * one.part // 100, 1), case.amount.currency)
        match one.kind:
            case "payment":
                self._pay(invoice, amount, at, on)
            case "reversal" if self.payments:
                self._return(one.which, at, on)
            case "credit":
                note = facts.CreditApplied(
                    at=at, by="bea", credit=f"CN-{one.day}-{one.which}", amount=amount, on=on
                )
                self.books.record(invoice, note)
            case "amend":
                due = case.due_date
                self.books.record(
                    invoice, facts.InvoiceAmended(at=at, by="import", amount=amount, due_date=due)
                )
            case "credit_note":
                self._credit_note(one, invoice, amount, at, on)
            case "refund" | "transfer" | "transfer_back" if self.credits:
                payment = self.credits[one.which % len(self.credits)]
                move_credit(self.books, payment, one, at, on)
            case "write_off":
                self.books.record(invoice, facts.WrittenOff(at=at, by="cfo", reason="bankrupt"))

    def _open(self, one: Happening, at: datetime, on: date) -> None:
        invoice = f"I-{len(self.invoices)}"
        self.books.open_case(
            facts.InvoiceOpened(
                at=at,
                by="import",
                invoice=invoice,
                customer=f"C-{one.which % 3}",
                entity=ENTITIES[one.which % 2],
                amount=Money(one.part * 1_007, CURRENCIES[one.part % 2]),
                issue_date=on,
                due_date=on + timedelta(days=30),
            )
        )
        self.invoices.append(invoice)

    def _pay(self, invoice: str, amount: Money, at: datetime, on: date) -> None:
        self._received += 1
        payment = f"P-{self._received}"
        used = max(min(self.books.case(invoice).balance.minor, amount.minor), 0)
        received = PaymentReceived(
            at=at, by="import", payment=payment, amount=amount, on=on, reference=invoice
        )
        self.books.record_payment(received, used)
        if used:
            applied = facts.PaymentApplied(
                at=at, by="import", payment=payment, amount=Money(used, amount.currency), on=on
            )
            self.books.record(invoice, applied)
            self.payments.append((payment, invoice, used))

    def _credit_note(
        self, one: Happening, invoice: str, amount: Money, at: datetime, on: date
    ) -> None:
        """A credit note of no invoice; half of them pay something."""
        credit = f"N-{len(self.credits)}"
        came = PaymentReceived(
            at=at,
            by="import",
            payment=credit,
            amount=amount,
            on=on,
            reference="",
            payer="C-1",
            of="credit_note",
        )
        used = max(min(self.books.case(invoice).balance.minor, amount.minor), 0)
        used = used // 2 if one.which % 2 else 0
        self.books.record_payment(came, used)
        if used:
            part = Money(used, amount.currency)
            applied = facts.PaymentApplied(
                at=at, by="ada", payment=credit, amount=part, on=on, of="credit_note"
            )
            self.books.record(invoice, applied)
        self.credits.append(credit)

    def _return(self, which: int, at: datetime, on: date) -> None:
        payment, invoice, used = self.payments.pop(which % len(self.payments))
        currency = self.books.case(invoice).amount.currency
        returned = facts.PaymentReversed(
            at=at, by="import", payment=payment, amount=Money(used, currency), on=on
        )
        self.books.record(invoice, returned)
        note_applied(self.books.connection, payment, 0)


def moment(day: int) -> datetime:
    """Noon of a day, counted from the first of January 2026."""
    return datetime.combine(BEGIN + timedelta(days=day), time(12), UTC)


@contextmanager
def taken_back(ledger: Ledger) -> Iterator[Books]:
    """Books whose changes are taken back at the end: fresh books without making new ones."""
    with ledger.engine.connect() as connection:
        transaction = connection.begin()
        yield Books(connection)
        transaction.rollback()


def packed(books: Books, policies: Policies, month: str, known_at: datetime) -> dict[str, Any]:
    """The pack of the default entity, as known at a moment."""
    entity = policies.default_entity
    return pack_of(books, asked_of(books, policies, entity, Month.parse(month), known_at, Given()))
