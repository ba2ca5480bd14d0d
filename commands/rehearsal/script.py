"""The script of a rehearsal: what a period's files say, in the order in which it happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from intake.bank.reading import read_received
from intake.contacts import ContactRow
from intake.credit_notes import CreditNoteRow, read_owed
from intake.customers import CustomerRow, read_customers
from intake.events import EventRow, read_events
from intake.invoices import InvoiceRow, read_invoices
from intake.mapping import Mapping
from intake.payments import PaymentRow, read_payments
from intake.reply_files import ReplyFileRow, read_replies
from intake.rows import Rejected, UnreadableFile

Row = TypeVar("Row")


@dataclass(frozen=True)
class Files:
    """The files of a rehearsal; only the invoices are needed."""

    invoices: Path
    payments: Path | None = None
    customers: Path | None = None
    events: Path | None = None
    replies: Path | None = None
    mapping: Mapping | None = None


@dataclass(frozen=True)
class Script:
    """Everything that happens in a period, in the input's own dates."""

    first: date
    last: date
    customers: tuple[CustomerRow, ...]
    invoices: tuple[InvoiceRow, ...]
    payments: tuple[PaymentRow, ...]
    events: tuple[EventRow, ...]
    replies: tuple[ReplyFileRow, ...]
    rejected: tuple[tuple[str, Rejected], ...]
    credits: tuple[CreditNoteRow, ...] = ()


@dataclass
class Scene:
    """What is recorded at one moment."""

    invoices: list[InvoiceRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    events: list[EventRow] = field(default_factory=list)
    replies: list[ReplyFileRow] = field(default_factory=list)
    credits: list[CreditNoteRow] = field(default_factory=list)


def read_script(files: Files, first: date | None, last: date | None) -> Script:
    """Read the files. Raises UnreadableFile; refused rows are kept in the script.

    The period is that of the input: from the first issue date to the last thing that happened.
    """
    refused: list[tuple[str, Rejected]] = []
    owed = _good(read_owed(files.invoices, files.mapping), "invoices", refused)
    invoices = [row for row in owed if isinstance(row, InvoiceRow)]
    credits_ = [row for row in owed if isinstance(row, CreditNoteRow)]
    if not invoices:
        raise UnreadableFile(f"{files.invoices.name} holds no invoice that could be taken in.")
    payments = _payments(files, refused)
    currencies = {row.invoice: row.amount.currency for row in invoices}
    events = _events(files, currencies, refused)
    replies = _good(read_replies(files.replies), "replies", refused) if files.replies else []
    happened = [row.issue_date for row in invoices]
    happened += [row.on for row in payments] + [row.on for row in events]
    happened += [row.on for row in credits_]
    happened += [row.received_at.date() for row in replies]
    return Script(
        first=first or min(happened),
        last=last or max([*happened, *(row.due_date for row in invoices if not first)]),
        customers=_customers(files, invoices, refused),
        invoices=tuple(invoices),
        payments=tuple(payments),
        events=tuple(events),
        replies=tuple(replies),
        rejected=tuple(refused),
        credits=tuple(credits_),
    )


def scenes(script: Script, zone_of: Callable[[str], str]) -> list[tuple[datetime, Scene]]:
    """The script day by day, each day told just after midnight where the customer lives.

    What happened on a day is known before anything is sent on it, but after the night's deadlines.
    """
    customer_of = {row.invoice: row.customer for row in script.invoices}
    played: dict[datetime, Scene] = defaultdict(Scene)

    def at(day: date, invoice: str, customer: str = "") -> Scene:
        zone = ZoneInfo(zone_of(customer or customer_of.get(invoice, "")))
        morning = datetime.combine(max(day, script.first), time(0, 5), zone)
        return played[morning.astimezone(UTC)]

    for kind, on, invoice, customer, row in _owed_and_paid(script):
        if on <= script.last:
            getattr(at(on, invoice, customer), kind).append(row)
    for event in script.events:
        if script.first <= event.on <= script.last:
            at(event.on, event.invoice).events.append(event)
    for reply in script.replies:
        if script.first <= reply.received_at.date() <= script.last:
            played[reply.received_at.astimezone(UTC)].replies.append(reply)
    return sorted(played.items())


def _owed_and_paid(script: Script) -> Iterator[tuple[str, date, str, str, object]]:
    """Which list of a scene, its day, the invoice or customer whose morning it is, and the row."""
    for invoice in script.invoices:
        yield "invoices", invoice.issue_date, invoice.invoice, "", invoice
    for credit in script.credits:
        yield "credits", credit.on, "", credit.customer, credit
    for payment in script.payments:
        yield "payments", payment.on, payment.reference, "", payment


def _good(
    reading: Iterable[Row | Rejected], kind: str, refused: list[tuple[str, Rejected]]
) -> list[Row]:
    good: list[Row] = []
    for row in reading:
        if isinstance(row, Rejected):
            refused.append((kind, row))
        else:
            good.append(row)
    return good


def _payments(files: Files, refused: list[tuple[str, Rejected]]) -> list[PaymentRow]:
    if files.payments:
        return _good(read_received(files.payments, files.mapping), "payments", refused)
    reading = read_invoices(files.invoices, files.mapping)
    if "payments" not in reading.mapping.sections:
        return []
    try:
        own = read_payments(files.invoices, reading.mapping)
    except UnreadableFile:
        # A ledger of invoices alone: nobody pays in this rehearsal.
        return []
    return _good(own, "payments", refused)


def _events(
    files: Files, currencies: dict[str, str], refused: list[tuple[str, Rejected]]
) -> list[EventRow]:
    if not files.events:
        return []
    return _good(read_events(files.events, currencies=currencies), "events", refused)


def _customers(
    files: Files, invoices: Sequence[InvoiceRow], refused: list[tuple[str, Rejected]]
) -> tuple[CustomerRow, ...]:
    """The customers of the file, or of the invoices with a mailbox that reaches nobody."""
    if files.customers:
        return tuple(_good(read_customers(files.customers, files.mapping), "customers", refused))
    reading = read_invoices(files.invoices, files.mapping)
    constants = reading.mapping.constants
    return tuple(_stand_in(customer, constants) for customer in _in_order(invoices))


def _in_order(invoices: Sequence[InvoiceRow]) -> list[str]:
    return list(dict.fromkeys(row.customer for row in invoices))


def _stand_in(customer: str, constants: dict[str, str]) -> CustomerRow:
    mailbox = "".join(letter if letter.isalnum() else "-" for letter in customer).strip("-")
    contact = ContactRow(
        name="",
        role="billing",
        email=f"{mailbox.lower()}@rehearsal.invalid",
        phone="",
        sms_consent=False,
    )
    return CustomerRow(
        row=0,
        customer=customer,
        name=customer,
        country=constants.get("country", ""),
        subdivision=constants.get("subdivision", ""),
        timezone=constants.get("timezone", ""),
        locale=constants.get("locale", ""),
        segment="",
        entity=constants.get("entity", ""),
        policy="",
        contacts=(contact,),
        closures=(),
    )
