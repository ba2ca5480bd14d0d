"""Where a simulation begins: every customer's open business as the books knew it at a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple, cast

from sqlalchemy import Select, func, select

from dunning.at_the_door import RecentTouch
from dunning.case import Case
from dunning.contact_facts import ContactLogged
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.may import is_closed
from dunning.money import Money
from dunning.plans import with_money
from ledger.books import Books
from ledger.customer_groups import Group, customer_groups, customers_of
from ledger.messages import LOOK_BACK, MESSAGE, REACHED
from ledger.past_facts import histories_until
from ledger.payments import credit_of, with_unused_money
from ledger.people_contacts import CONTACTS
from ledger.rows import CHUNK, chunks
from ledger.tables import CaseRow, FactRow, table
from ledger.wire import AnyFact

CASE, FACT = table(CaseRow), table(FactRow)

_MESSAGE_COLUMNS = [
    *(MESSAGE.c[name] for name in "customer channel local_date claimed_at letter".split()),
    REACHED.label("counts"),
]


@dataclass(frozen=True)
class PastMessage:
    """A message from before the simulation; it `counts` when it reached, or may have, to dun."""

    channel: str
    on: date
    at: datetime
    counts: bool
    letter: str


class _Listed(NamedTuple):
    """An invoice of a customer, and its currency."""

    invoice: str
    currency: str


@dataclass(frozen=True)
class Opening:
    """A customer's business as a simulation finds it: the open cases and the latest messages.

    The cases come one by one, once: who has many of them is never in memory as a whole.
    """

    customer: Customer
    cases: Iterable[Case]
    messages: tuple[PastMessage, ...] = ()
    # Money that no invoice has used yet, by currency.
    credit: Mapping[str, Money] = field(default_factory=dict)
    # When people spoke or wrote to the customer themselves.
    spoken: tuple[RecentTouch, ...] = ()


def openings(
    books: Books, as_of: datetime, groups: Iterable[Group] | None = None
) -> Iterator[Opening]:
    """Every customer with open cases, from the facts recorded up to `as_of` and no later one.

    With `groups`, only the customers of these.
    """
    query = _followed(as_of)
    for group in customer_groups(books) if groups is None else groups:
        batch: dict[str, list[_Listed]] = {}
        for some in chunks(customers_of(books, group)):
            rows = books.connection.execute(query.where(CASE.c.customer.in_(some))).all()
            for customer, own in groupby(rows, key=itemgetter(0)):
                batch[customer] = [_Listed(invoice, currency) for _, invoice, currency in own]
        yield from _openings(books, batch, as_of)


def count_openings(books: Books, as_of: datetime) -> int:
    """How many invoices the openings are about, at most."""
    found = _followed(as_of).order_by(None).subquery()
    return int(books.connection.execute(select(func.count()).select_from(found)).scalar_one())


def _followed(as_of: datetime) -> Select[str, str, str]:
    """Invoices that are open, or that were until something was recorded after `as_of`."""
    later = select(FACT.c.id).where(
        FACT.c.stream == "invoice:" + CASE.c.invoice, FACT.c.recorded_at > as_of
    )
    return (
        select(CASE.c.customer, CASE.c.invoice, CASE.c.currency)
        .where(CASE.c.opened_at <= as_of, CASE.c.closed_on.is_(None) | later.exists())
        .order_by(CASE.c.customer, CASE.c.invoice)
    )


def _openings(books: Books, batch: dict[str, list[_Listed]], as_of: datetime) -> Iterator[Opening]:
    read = _Cases(books, as_of, [one.invoice for own in batch.values() for one in own])
    described = histories_until(books, [f"customer:{customer}" for customer in batch], as_of)
    spoken = histories_until(books, [f"{CONTACTS}{customer}" for customer in batch], as_of)
    messages = _messages(books, list(batch), as_of)
    met = {one: _customer(books, one, described[f"customer:{one}"], as_of) for one in batch}
    moneyed = with_unused_money(books.connection, [(one, who.name) for one, who in met.items()])
    for customer, own in batch.items():
        cases = read.still_open([one.invoice for one in own])
        first = next(cases, None)
        if first is not None:
            currencies = sorted({one.currency for one in own}) if customer in moneyed else []
            credit = _credit(books, met[customer], currencies, as_of)
            said, sent = _spoken(spoken[f"{CONTACTS}{customer}"]), tuple(messages[customer])
            yield Opening(met[customer], chain((first,), cases), sent, credit, said)


class _Cases:
    """The cases of some customers as they were: few are read at once, many in batches."""

    def __init__(self, books: Books, as_of: datetime, invoices: Sequence[str]) -> None:
        self._books, self._as_of = books, as_of
        together = len(invoices) <= CHUNK
        self._known = self._read(invoices) if together else None

    def still_open(self, invoices: Sequence[str]) -> Iterator[Case]:
        """Those of the invoices that were open, in their order."""
        for some in chunks(invoices):
            known = self._read(some) if self._known is None else self._known
            # What is looked at is forgotten, so that only one batch is in memory.
            cases = (_case(known.pop(f"invoice:{one}")) for one in some)
            yield from (case for case in cases if not is_closed(case))

    def _read(self, invoices: Sequence[str]) -> dict[str, list[AnyFact]]:
        return histories_until(self._books, [f"invoice:{one}" for one in invoices], self._as_of)


def _case(history: list[AnyFact]) -> Case:
    return fold(cast("list[InvoiceFact]", history))


def _customer(books: Books, customer: str, history: list[AnyFact], as_of: datetime) -> Customer:
    if not history:
        return Customer(customer, customer)
    folded = fold_customer(cast("list[CustomerFact]", history))
    if not folded.plans:
        return folded
    # What came in on the invoices of a plan counts when they are paid as well.
    planned = {
        f"invoice:{one}" for plan in folded.plans if not plan.outcome for one in plan.invoices
    }
    histories = histories_until(books, sorted(planned), as_of) if planned else {}
    cases = {case.invoice: case for case in map(_case, filter(None, histories.values()))}
    return replace(folded, plans=tuple(with_money(plan, cases) for plan in folded.plans))


def _spoken(history: list[AnyFact]) -> tuple[RecentTouch, ...]:
    logged = (fact for fact in history if isinstance(fact, ContactLogged))
    return tuple(RecentTouch(fact.channel, fact.at) for fact in logged)


def _credit(
    books: Books, customer: Customer, currencies: Sequence[str], as_of: datetime
) -> dict[str, Money]:
    found = (
        credit_of(books.connection, customer.customer, customer.name, currency, as_of)
        for currency in currencies
    )
    return {credit.currency: credit for credit in found if credit.minor}


def _messages(
    books: Books, customers: Sequence[str], as_of: datetime
) -> dict[str, list[PastMessage]]:
    found: dict[str, list[PastMessage]] = defaultdict(list)
    for some in chunks(customers):
        query = select(*_MESSAGE_COLUMNS).where(
            MESSAGE.c.customer.in_(some),
            MESSAGE.c.claimed_at <= as_of,
            MESSAGE.c.claimed_at > as_of - LOOK_BACK,
        )
        rows = books.connection.execute(query.order_by(MESSAGE.c.claimed_at)).all()
        for customer, channel, on, at, letter, counts in rows:
            found[customer].append(PastMessage(channel, on, at, bool(counts), letter))
    return found
