"""Taking rows in: what a file says becomes facts; the same row again changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from commands.cash.applying import apply_all
from commands.imports.bank_entries import known_payments, take_back
from commands.imports.erased_customers import without_erased
from commands.imports.issued import keep_files, placed
from dunning import facts
from dunning.case import Case
from dunning.cash.rules import CashRules
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from dunning.payment import PaymentReceived
from intake.customers import CustomerRow
from intake.invoices import InvoiceRow
from intake.payments import PaymentRow
from intake.rows import Rejected
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.rows import CHUNK, chunks
from ledger.twins import twins

Row = TypeVar("Row")
# Nobody reads more lines of a remittance than these.
_MOST_TEXTS = 40


@dataclass
class Taken(Generic[Row]):
    """What became of the rows so far: counts of accepted, updated, unchanged; refused rows."""

    counts: Counter[str] = field(default_factory=Counter)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


Batch = Callable[[Books, Sequence[Row], Taken[Row]], None]


def take_in(
    ledger: Ledger,
    rows: Iterable[Row | Rejected],
    batch: Batch[Row],
    taken: Taken[Row],
    at_once: int = CHUNK,
) -> Iterator[int]:
    """Record so many rows `at_once`, all of them or none; yields how many are done.

    Refused rows are collected in `taken`, so that they never keep good ones out.
    """
    done = 0
    for some in chunks(rows, at_once):
        good = [row for row in some if not isinstance(row, Rejected)]
        part = ledger.transact(lambda books, good=good: _counted(batch, books, good))  # type: ignore[misc]
        taken.counts += part.counts
        taken.rejected += [row for row in some if isinstance(row, Rejected)] + part.rejected
        taken.warnings += part.warnings
        done += len(some)
        yield done


def _counted(batch: Batch[Row], books: Books, rows: Sequence[Row]) -> Taken[Row]:
    # Counted anew when the transaction has to run again.
    taken: Taken[Row] = Taken()
    batch(books, rows, taken)
    return taken


def invoices(now: datetime, by: str, sellers: Mapping[str, str] | None = None) -> Batch[InvoiceRow]:
    """Open new invoices, amend changed ones; keep the files of electronic ones.

    `sellers` are the entities by the names that electronic invoices give them.
    """

    def batch(books: Books, listed: Sequence[InvoiceRow], taken: Taken[InvoiceRow]) -> None:
        rows = without_erased(books, placed(books, listed, sellers or {}), taken.rejected)
        books.lock_customers(row.customer for row in rows)
        taken.warnings += _twins(books, rows)
        known = books.cases(row.invoice for row in rows)
        fresh = {row.invoice: row for row in rows if row.invoice not in known}
        books.open_cases([_opened(row, now, by) for row in fresh.values()])
        changes: list[tuple[Case, Sequence[InvoiceFact]]] = []
        for row in rows:
            case = known.get(row.invoice)
            if case is None:
                taken.counts["accepted"] += 1
            elif refusal := _belongs_elsewhere(row, case):
                taken.rejected.append(refusal)
            elif amended := _amended(row, case, now, by):
                taken.counts["updated"] += 1
                changes.append((case, [amended]))
            else:
                taken.counts["unchanged"] += 1
        books.record_all(changes)
        refused = {one.row for one in taken.rejected}
        keep_files(books, [row for row in rows if row.row not in refused], now)

    return batch


def _twins(books: Books, rows: Sequence[InvoiceRow] | Sequence[CustomerRow]) -> list[str]:
    return [
        f"Customer {number} looks like {known}, which is in the books; they are kept apart."
        for number, known in twins(books, (row.customer for row in rows))
    ]


def _opened(row: InvoiceRow, now: datetime, by: str) -> facts.InvoiceOpened:
    return facts.InvoiceOpened(
        at=now,
        by=by,
        invoice=row.invoice,
        customer=row.customer,
        entity=row.entity,
        amount=row.amount,
        issue_date=row.issue_date,
        due_date=row.due_date,
        distributed=row.distributed,
        policy=row.policy,
        reference=row.reference,
        discount=row.discount,
        discount_until=row.discount_until,
    )


def _belongs_elsewhere(row: InvoiceRow, case: Case) -> Rejected | None:
    if row.customer != case.customer:
        reason = f"Invoice {row.invoice} belongs to customer {case.customer}, not {row.customer}."
        return Rejected(row.row, "customer", "CUSTOMER_CHANGED", reason, {})
    if row.amount.currency != case.amount.currency:
        reason = f"Invoice {row.invoice} is in {case.amount.currency}, not {row.amount.currency}."
        return Rejected(row.row, "currency", "CURRENCY_CHANGED", reason, {})
    return None


def _amended(row: InvoiceRow, case: Case, now: datetime, by: str) -> facts.InvoiceAmended | None:
    wanted = (row.amount, row.due_date, row.policy, row.reference)
    if wanted == (case.amount, case.due_date, case.policy, case.reference):
        return None
    return facts.InvoiceAmended(
        at=now,
        by=by,
        amount=row.amount,
        due_date=row.due_date,
        policy=row.policy,
        reference=row.reference,
    )


def customers(now: datetime, by: str) -> Batch[CustomerRow]:
    """Record new and changed customers with their contacts."""

    def batch(books: Books, rows: Sequence[CustomerRow], taken: Taken[CustomerRow]) -> None:
        books.lock_customers(row.customer for row in rows)
        taken.warnings += _twins(books, rows)
        for row in without_erased(books, rows, taken.rejected):
            recorded = _recorded(row, now, by)
            known = books.customer(row.customer)
            if _says_the_same(known, recorded):
                taken.counts["unchanged"] += 1
                continue
            taken.counts["updated" if known.contacts or known.country else "accepted"] += 1
            books.record_customer(row.customer, recorded)

    return batch


def _recorded(row: CustomerRow, now: datetime, by: str) -> CustomerRecorded:
    contacts = tuple(
        Contact(
            contact=f"{row.customer}/{one.key}",
            name=one.name,
            role=one.role,
            email=one.email,
            phone=one.phone,
            sms_consent=one.sms_consent,
        )
        for one in row.contacts
    )
    return CustomerRecorded(
        at=now,
        by=by,
        customer=row.customer,
        name=row.name,
        country=row.country,
        subdivision=row.subdivision,
        timezone=row.timezone,
        locale=row.locale,
        segment=row.segment,
        entity=row.entity,
        policy=row.policy,
        closures=row.closures,
        debtor=row.debtor,
        collector=row.collector,
        contacts=contacts,
    )


def _says_the_same(known: Customer, recorded: CustomerRecorded) -> bool:
    fields = "name country subdivision timezone locale segment entity policy debtor collector"
    same = all(getattr(known, name) == getattr(recorded, name) for name in fields.split())
    lists = (known.listed, known.closures) == (recorded.contacts, recorded.closures)
    return same and lists


def payments(now: datetime, by: str, rules: CashRules | None = None) -> Batch[PaymentRow]:
    """Record payments once, apply those that are sure by the rules; take back what returned."""

    def batch(books: Books, rows: Sequence[PaymentRow], taken: Taken[PaymentRow]) -> None:
        received = [row for row in rows if not row.is_reversal]
        known = known_payments(books, received)
        fresh = {row.payment: row for row in received if row.payment not in known}
        taken.counts["unchanged"] += len(received) - len(fresh)
        taken.counts["accepted"] += len(fresh)
        came = [_received(row, now, by) for row in fresh.values()]
        waiting = apply_all(books, came, rules or CashRules(), now, by)
        taken.warnings += [f"Row {fresh[one.payment].row}: {one.why}." for one in waiting]
        returned = take_back(books, (row for row in rows if row.is_reversal), now, by)
        taken.counts.update(accepted=returned.accepted, unchanged=returned.unchanged)
        taken.warnings += returned.warnings

    return batch


def _received(row: PaymentRow, now: datetime, by: str) -> PaymentReceived:
    texts = dict.fromkeys((*row.remittance, row.end_to_end, row.bank_reference))
    return PaymentReceived(
        at=now,
        by=by,
        payment=row.payment,
        amount=row.amount,
        on=row.on,
        reference=row.reference,
        payer=row.payer,
        texts=tuple(text for text in texts if text and text != row.reference)[:_MOST_TEXTS],
        structured=row.structured_reference,
        payer_iban=row.payer_iban,
        charges=row.charges,
        original=row.original_amount,
    )
