"""Cash application in the books: whose a payment is, what it paid, and what may be its."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, cast

from sqlalchemy import select

from dunning.cash.applied import Applied, applied_by
from dunning.cash.item import OpenItem
from dunning.cash_facts import (
    PayerAliasLearnt,
    PaymentFact,
    PaymentReturned,
    PutOnAccount,
    TakenOffAccount,
)
from dunning.facts import InvoiceFact
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.applications import APPLICATION
from ledger.books import Books
from ledger.payment_standing import STANDING, InvoiceFileRow, StandingRow
from ledger.rows import Row, chunks, upsert
from ledger.tables import CaseRow, CustomerRow, FactRow, PaymentRow, table

CASE, CUSTOMER, FACT = table(CaseRow), table(CustomerRow), table(FactRow)
PAYMENT = table(PaymentRow)


class Unmatched(NamedTuple):
    """A payment of which something is left that is on nobody's account."""

    payment: PaymentReceived
    left: Money


def note_decision(books: Books, payment: str, *facts: PaymentFact) -> None:
    """Record what was decided about a payment, and bring its standing up to date."""
    books.append(f"payment:{payment}", *facts)
    history = books.histories([f"payment:{payment}"])[f"payment:{payment}"]
    rows = [row for row in (_standing(payment, history),) if row]
    upsert(books.connection, StandingRow, rows)


def standing_of(books: Books, payment: str) -> Any:  # noqa: ANN401 - a row, or None
    """What was decided about the payment: customer, on_account_at, returned_on; None if nothing."""
    query = select(STANDING).where(STANDING.c.payment == payment)
    return books.connection.execute(query).first()


def standing_rows(books: Books) -> Iterator[Row]:
    """Every payment's standing as its facts make it."""
    kinds = ("put_on_account", "taken_off_account", "payment_returned")
    query = select(FACT.c.stream).where(FACT.c.kind.in_(kinds)).distinct()
    streams = sorted(books.connection.execute(query).scalars())
    for some in chunks(streams):
        for stream, history in books.histories(some).items():
            row = _standing(stream.partition(":")[2], history)
            if row:
                yield row


def received(books: Books, payments: Iterable[str]) -> dict[str, PaymentReceived]:
    """The payments of these numbers that came in, as the bank told them."""
    found: dict[str, PaymentReceived] = {}
    for some in chunks(payments):
        for history in books.histories(f"payment:{one}" for one in some).values():
            first = history[0]
            if isinstance(first, PaymentReceived):
                found[first.payment] = first
    return found


def applied_of(books: Books, payment: str) -> list[Applied]:
    """The applications of the payment that stand, invoice by invoice."""
    query = select(APPLICATION.c.invoice).where(APPLICATION.c.source == payment).distinct()
    invoices = sorted(books.connection.execute(query).scalars())
    histories = books.histories(f"invoice:{one}" for one in invoices)
    return [
        one
        for invoice in invoices
        for one in applied_by(
            payment, invoice, cast("list[InvoiceFact]", histories.get(f"invoice:{invoice}", []))
        )
    ]


def unmatched(books: Books, most: int, *, undecided: bool = False) -> list[Unmatched]:
    """Payments with money left that is on nobody's account and did not go back, oldest first.

    `undecided` leaves out those about which somebody has decided something.
    """
    joined = PAYMENT.outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
    query = select(PAYMENT)
    left = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
    nothing = STANDING.c.payment.is_(None)
    taken_off = (STANDING.c.customer == "") & STANDING.c.returned_on.is_(None)
    free = nothing if undecided else nothing | taken_off
    rows = books.connection.execute(
        query.select_from(joined)
        .where(left, free)
        .order_by(PAYMENT.c.on, PAYMENT.c.payment)
        .limit(most)
    ).all()
    told = received(books, (row.payment for row in rows))
    return [
        Unmatched(told[row.payment], Money(row.amount_minor - row.applied_minor, row.currency))
        for row in rows
    ]


def items_of(
    books: Books, customer: str, currency: str, most: int, *, oldest_first: bool
) -> list[OpenItem]:
    """At most so many of the customer's open items in the currency.

    To sort them takes long where one customer has a hundred thousand.
    """
    query = select(CASE).where(
        CASE.c.customer == customer, CASE.c.currency == currency, CASE.c.closed_on.is_(None)
    )
    ordered = query.order_by(CASE.c.due_date, CASE.c.invoice) if oldest_first else query
    found = [_item(row) for row in books.connection.execute(ordered.limit(most))]
    return sorted(found, key=lambda item: (item.due_date, item.invoice))


def invoices_of_references(books: Books, references: Iterable[str]) -> dict[str, list[str]]:
    """The invoices that carry these structured references."""
    found: dict[str, list[str]] = {}
    for some in chunks(sorted(set(references) - {""})):
        query = select(CASE.c.reference, CASE.c.invoice).where(CASE.c.reference.in_(some))
        for reference, invoice in books.connection.execute(query.order_by(CASE.c.invoice)):
            found.setdefault(reference, []).append(invoice)
    return found


def customers_named(books: Books, names: Iterable[str]) -> dict[str, str]:
    """The customer of each number or name, where exactly one has it."""
    found: dict[str, set[str]] = {}
    for some in chunks(sorted(set(names) - {""})):
        for column in (CUSTOMER.c.customer, CUSTOMER.c.name):
            query = select(column, CUSTOMER.c.customer).where(column.in_(some))
            for name, customer in books.connection.execute(query):
                found.setdefault(name, set()).add(customer)
    return {name: owners.pop() for name, owners in found.items() if len(owners) == 1}


def countries_of(books: Books, customers: Iterable[str]) -> dict[str, str]:
    """The country of each of these customers; of one nobody described it is not known."""
    found = dict.fromkeys(customers, "")
    for some in chunks(sorted(found)):
        query = select(CUSTOMER.c.customer, CUSTOMER.c.country)
        for customer, country in books.connection.execute(
            query.where(CUSTOMER.c.customer.in_(some))
        ):
            found[customer] = country
    return found


def aliases(books: Books, payers: Iterable[str]) -> dict[str, str]:
    """The customer each remembered payer pays for."""
    found: dict[str, str] = {}
    for some in chunks(sorted(set(payers))):
        latest = books.latest(f"payer:{payer}" for payer in some)
        found |= {
            fact.payer: fact.customer
            for fact in latest.values()
            if isinstance(fact, PayerAliasLearnt)
        }
    return found


def learnt_aliases(books: Books) -> list[PayerAliasLearnt]:
    """Every payer that is remembered now, in the order of learning."""
    query = select(FACT.c.stream).where(FACT.c.kind == "payer_alias_learnt").distinct()
    latest: list[object] = []
    for some in chunks(sorted(books.connection.execute(query).scalars())):
        latest += books.latest(some).values()
    learnt = [fact for fact in latest if isinstance(fact, PayerAliasLearnt)]
    return sorted(learnt, key=lambda fact: (fact.at, fact.payer))


def newest_open(books: Books, currency: str, most: int) -> list[str]:
    """The open invoices in the currency that were issued last, the newest first."""
    query = select(CASE.c.invoice).where(CASE.c.currency == currency, CASE.c.closed_on.is_(None))
    newest = query.order_by(CASE.c.issue_date.desc(), CASE.c.invoice.desc())
    return list(books.connection.execute(newest.limit(most)).scalars())


def open_items(books: Books, invoices: Sequence[str]) -> dict[str, OpenItem]:
    """Those of a few invoices that are open."""
    query = select(CASE).where(CASE.c.invoice.in_(invoices), CASE.c.closed_on.is_(None))
    return {row.invoice: _item(row) for row in books.connection.execute(query)}


def like_payments(books: Books, payment: PaymentReceived) -> list[str]:
    """Other payments of the same amount with the same reference and payer."""
    query = select(PAYMENT.c.payment).where(
        PAYMENT.c.reference == payment.reference,
        PAYMENT.c.currency == payment.amount.currency,
        PAYMENT.c.amount_minor == payment.amount.minor,
        PAYMENT.c.payer == payment.payer,
        PAYMENT.c.payment != payment.payment,
    )
    return list(books.connection.execute(query.order_by(PAYMENT.c.on).limit(3)).scalars())


def keep_invoice_file(books: Books, row: Row) -> None:
    """Keep the file an invoice came as; a newer one of the same invoice takes its place."""
    upsert(books.connection, InvoiceFileRow, [row])


def invoice_file(books: Books, invoice: str) -> tuple[str, str, bytes] | None:
    """Name, media type and content of the file the invoice came as."""
    kept = table(InvoiceFileRow)
    query = select(kept.c.name, kept.c.media_type, kept.c.content)
    row = books.connection.execute(query.where(kept.c.invoice == invoice)).first()
    return (row.name, row.media_type, bytes(row.content)) if row else None


def _standing(payment: str, history: Sequence[object]) -> Row | None:
    row: Row = {"payment": payment, "customer": "", "on_account_at": None, "returned_on": None}
    decided = False
    for fact in history:
        match fact:
            case PutOnAccount():
                row |= {"customer": fact.customer, "on_account_at": fact.at}
            case TakenOffAccount():
                row |= {"customer": "", "on_account_at": None}
            case PaymentReturned():
                row |= {"customer": "", "on_account_at": None, "returned_on": fact.on}
            case _:
                continue
        decided = True
    return row if decided else None


def _item(row: Any) -> OpenItem:  # noqa: ANN401 - a row of the list of cases
    amount, balance = (
        Money(minor, row.currency) for minor in (row.amount_minor, row.balance_minor)
    )
    return OpenItem(row.invoice, row.customer, amount, balance, row.due_date, row.reference)
