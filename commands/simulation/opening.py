"""Where a simulation begins: every customer's open business as the books knew it at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import cast

from sqlalchemy import Select, func, select

from dunning.case import Case
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.may import is_closed
from dunning.money import Money
from dunning.plans import with_money
from ledger.books import Books
from ledger.messages import LOOK_BACK
from ledger.payments import credit_of
from ledger.rows import CHUNK, chunks
from ledger.tables import CaseRow, FactRow, MessageRow, table
from ledger.wire import AnyFact

CASE, FACT, MESSAGE = table(CaseRow), table(FactRow), table(MessageRow)


@dataclass(frozen=True)
class PastMessage:
    """A message from before the simulation; it `counts` unless the provider refused it."""

    channel: str
    on: date
    at: datetime
    counts: bool
    letter: str


@dataclass(frozen=True)
class Opening:
    """A customer's business as a simulation finds it: the open cases and the latest messages."""

    customer: Customer
    cases: tuple[Case, ...]
    messages: tuple[PastMessage, ...] = ()
    # Money that no invoice has used yet, by currency.
    credit: Mapping[str, Money] = field(default_factory=dict)


def openings(books: Books, as_of: datetime) -> Iterator[Opening]:
    """Every customer with open cases, from the facts recorded up to `as_of` and no later one."""
    rows = books.connection.execute(_followed(as_of)).all()
    batch: dict[str, list[str]] = {}
    for customer, own in groupby(rows, key=lambda row: str(row.customer)):
        batch[customer] = [row.invoice for row in own]
        if sum(map(len, batch.values())) >= CHUNK:
            yield from _openings(books, batch, as_of)
            batch = {}
    yield from _openings(books, batch, as_of)


def count_openings(books: Books, as_of: datetime) -> int:
    """How many invoices the openings are about, at most."""
    found = _followed(as_of).order_by(None).subquery()
    return int(books.connection.execute(select(func.count()).select_from(found)).scalar_one())


def _followed(as_of: datetime) -> Select[tuple[str, str]]:
    """Invoices that are open, or that were until something was recorded after `as_of`."""
    later = select(FACT.c.id).where(
        FACT.c.stream == "invoice:" + CASE.c.invoice, FACT.c.recorded_at > as_of
    )
    return (
        select(CASE.c.customer, CASE.c.invoice)
        .where(CASE.c.opened_at <= as_of, CASE.c.closed_on.is_(None) | later.exists())
        .order_by(CASE.c.customer, CASE.c.invoice)
    )


def _openings(books: Books, batch: dict[str, list[str]], as_of: datetime) -> Iterator[Opening]:
    invoices = [invoice for own in batch.values() for invoice in own]
    histories = _histories(books, [f"invoice:{invoice}" for invoice in invoices], as_of)
    described = _histories(books, [f"customer:{customer}" for customer in batch], as_of)
    messages = _messages(books, list(batch), as_of)
    for customer, own in batch.items():
        cases = [_case(histories[f"invoice:{invoice}"]) for invoice in own]
        still_open = tuple(case for case in cases if not is_closed(case))
        if still_open:
            met = _customer(customer, described.get(f"customer:{customer}", []), cases)
            credit = _credit(books, met, still_open, as_of)
            yield Opening(met, still_open, tuple(messages[customer]), credit)


def _histories(books: Books, streams: Sequence[str], as_of: datetime) -> dict[str, list[AnyFact]]:
    found = books.histories(streams)
    return {stream: [f for f in facts if f.at <= as_of] for stream, facts in found.items()}


def _case(history: list[AnyFact]) -> Case:
    return fold(cast("list[InvoiceFact]", history))


def _customer(customer: str, history: list[AnyFact], cases: Sequence[Case]) -> Customer:
    if not history:
        return Customer(customer, customer)
    known = {case.invoice: case for case in cases}
    folded = fold_customer(cast("list[CustomerFact]", history))
    return replace(folded, plans=tuple(with_money(plan, known) for plan in folded.plans))


def _credit(
    books: Books, customer: Customer, cases: Sequence[Case], as_of: datetime
) -> dict[str, Money]:
    found = (
        credit_of(books.connection, customer.customer, customer.name, currency, as_of)
        for currency in sorted({case.amount.currency for case in cases})
    )
    return {credit.currency: credit for credit in found if credit.minor}


def _messages(
    books: Books, customers: Sequence[str], as_of: datetime
) -> dict[str, list[PastMessage]]:
    found: dict[str, list[PastMessage]] = defaultdict(list)
    for some in chunks(customers):
        query = select(MESSAGE).where(
            MESSAGE.c.customer.in_(some),
            MESSAGE.c.claimed_at <= as_of,
            MESSAGE.c.claimed_at > as_of - LOOK_BACK,
        )
        for row in books.connection.execute(query.order_by(MESSAGE.c.claimed_at)):
            past = PastMessage(
                channel=row.channel,
                on=row.local_date,
                at=row.claimed_at,
                counts=row.state not in ("refused", "bounced"),
                letter=row.letter,
            )
            found[row.customer].append(past)
    return found
