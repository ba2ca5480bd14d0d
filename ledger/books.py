"""The books: the only way a fact gets in, and the way a case is read out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, cast

from sqlalchemy import Connection, Select, select, text, tuple_

from dunning.case import Case
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact, CustomerRecorded
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.folding import apply, fold
from dunning.may import NotAllowed, may
from dunning.payment import PaymentReceived
from dunning.plans import with_money
from ledger.doorbells import ring
from ledger.event_subscriptions import queue_events
from ledger.heads import Heads, among, ends, few, one_of
from ledger.holds import note_hold
from ledger.projections import project_cases, project_customer, project_payments, project_tasks
from ledger.rows import append, chunks
from ledger.search_words import note_invoices
from ledger.tables import CaseRow, FactRow, table
from ledger.wire import AnyFact, fact_of

FACT = table(FactRow)
CASE = table(CaseRow)
# In the order of the list.
_LOCKS = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(one, 0))"
    " FROM unnest(CAST(:customers AS VARCHAR[])) AS one"
)


class UnknownInvoice(NotAllowed):
    """The books have no such invoice."""


class Books:
    """The books within one transaction; `Ledger.transact` and `Ledger.reading` hand them out."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._heads = Heads(connection)

    def case(self, invoice: str) -> Case:
        """The case of an invoice. Raises UnknownInvoice."""
        found = self.cases([invoice])
        if invoice not in found:
            raise UnknownInvoice(f"There is no invoice {invoice} in the books.")
        return found[invoice]

    def cases(self, invoices: Iterable[str]) -> dict[str, Case]:
        """The cases of those invoices that the books know."""
        histories = self.histories(f"invoice:{invoice}" for invoice in invoices)
        folded = (fold(cast("list[InvoiceFact]", facts)) for facts in histories.values())
        return {case.invoice: case for case in folded}

    def customer(self, customer: str) -> Customer:
        """The customer, or one without contacts when the ledger never described it."""
        return self.customers([customer])[customer]

    def customers(self, customers: Iterable[str]) -> dict[str, Customer]:
        """Each of the customers, without contacts where the ledger never described one."""
        streams = {f"customer:{customer}": customer for customer in customers}
        known = self.histories(streams)
        return {
            customer: self._folded(known[stream])
            if stream in known
            else Customer(customer, customer)
            for stream, customer in streams.items()
        }

    def history(self, invoice: str) -> list[tuple[int, InvoiceFact]]:
        """Every fact of the invoice with its number, oldest first."""
        facts = self.histories([f"invoice:{invoice}"]).get(f"invoice:{invoice}", [])
        return list(enumerate(cast("list[InvoiceFact]", facts), start=1))

    def version(self, invoice: str) -> int:
        """The number of the invoice's newest fact; 0 when there is none."""
        return self._heads.of(f"invoice:{invoice}").number

    def histories(self, streams: Iterable[str]) -> dict[str, list[AnyFact]]:
        """The facts of each stream that has any, oldest first."""
        found: dict[str, list[AnyFact]] = defaultdict(list)
        for some in chunks(streams):
            read = self.connection.execute(_histories(few(some)), among(some))
            for stream, number, last, *row in read:
                found[stream].append(fact_of(*row))
                self._heads.note(stream, number, last, found[stream][-1].at)
        return found

    def latest(self, streams: Iterable[str]) -> dict[str, AnyFact]:
        """The newest fact of each stream that has any."""
        asked = list(streams)
        rows = self.connection.execute(_latest(few(asked)), among(asked))
        return {stream: fact_of(*row) for stream, *row in rows}

    def record(self, invoice: str, *facts: InvoiceFact, rings: bool = True) -> Case:
        """Record facts of a known invoice. Raises NotAllowed when a rule refuses one of them."""
        return self.record_all([(self.case(invoice), facts)], rings=rings)[0]

    def open_case(self, fact: InvoiceOpened) -> Case:
        """Record a new invoice; its workflow starts when its doorbell is answered."""
        return self.open_cases([fact])[0]

    def open_cases(self, opened: Sequence[InvoiceOpened]) -> list[Case]:
        """Record many new invoices."""
        self._append((f"invoice:{fact.invoice}", fact) for fact in opened)
        cases = [fold([fact]) for fact in opened]
        project_cases(self.connection, cases)
        note_invoices(self.connection, [(case.invoice, case.customer) for case in cases])
        ring(self.connection, [case.invoice for case in cases], opening=True)
        return cases

    def record_all(
        self, changes: Sequence[tuple[Case, Sequence[InvoiceFact]]], *, rings: bool = True
    ) -> list[Case]:
        """Record facts of many cases. Raises NotAllowed; then nothing of it is recorded."""
        self._heads.find(f"invoice:{case.invoice}" for case, _ in changes)
        changes = [
            (case, self._heads.in_order(f"invoice:{case.invoice}", facts))
            for case, facts in changes
            if facts
        ]
        cases = [_allowed(case, facts) for case, facts in changes]
        self._append((f"invoice:{case.invoice}", f) for case, facts in changes for f in facts)
        project_cases(self.connection, cases)
        for case, (_, facts) in zip(cases, changes, strict=True):
            project_tasks(self.connection, case, facts)
        if rings:
            ring(self.connection, [case.invoice for case in cases], opening=False)
        return cases

    def record_customer(self, customer: str, fact: CustomerFact) -> Customer:
        """Record a fact of a customer and wake the cases it may concern."""
        if not isinstance(fact, CustomerRecorded) and not self.knows_customer(customer):
            raise NotAllowed(f"There is no customer {customer} in the books.")
        self._describe(customer, fact)
        (fact,) = self._heads.in_order(f"customer:{customer}", [fact])
        self._append([(f"customer:{customer}", fact)])
        recorded = self.customer(customer)
        project_customer(self.connection, recorded)
        note_hold(self.connection, customer, fact)
        ring(self.connection, self.open_invoices(customer), opening=False)
        return recorded

    def _describe(self, customer: str, fact: CustomerFact) -> None:
        """A customer of whom the ledger sent only invoices begins with its number for a name."""
        stream = f"customer:{customer}"
        if not isinstance(fact, CustomerRecorded) and not self.histories([stream]):
            named = CustomerRecorded(at=fact.at, by=fact.by, customer=customer, name=customer)
            self._append([(stream, named)])

    def record_payment(self, fact: PaymentReceived, applied_minor: int) -> None:
        """Record that a payment came in; what it settles is recorded with the invoices."""
        self.record_payments([fact], applied_minor)

    def record_payments(self, came: Sequence[PaymentReceived], applied_minor: int = 0) -> None:
        """Record that payments came in, of each of which so much is applied."""
        self._append((f"payment:{fact.payment}", fact) for fact in came)
        project_payments(self.connection, came, applied_minor)

    def append(self, stream: str, *facts: AnyFact) -> None:
        """Record facts that belong to neither an invoice nor a customer."""
        self._append((stream, fact) for fact in facts)

    def knows_customer(self, customer: str) -> bool:
        """Whether the ledger described the customer or sent an invoice of it."""
        described = select(FACT.c.id).where(FACT.c.stream == f"customer:{customer}").limit(1)
        invoiced = select(CASE.c.invoice).where(CASE.c.customer == customer).limit(1)
        return any(self.connection.execute(query).first() for query in (described, invoiced))

    def open_invoices(self, customer: str) -> list[str]:
        """The customer's invoices that are still followed."""
        query = select(CASE.c.invoice).where(
            CASE.c.customer == customer, CASE.c.closed_on.is_(None)
        )
        return list(self.connection.execute(query.order_by("invoice")).scalars())

    def lock_customers(self, customers: Iterable[str]) -> None:
        """Let nobody else write to these customers until the transaction ends.

        SQLite's write transactions exclude each other anyway. In one order, so that two
        transactions never wait for each other.
        """
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(_LOCKS, {"customers": sorted(set(customers))})

    def lock_invoices(self, invoices: Iterable[str]) -> None:
        """Lock the customers of these invoices."""
        if self.connection.dialect.name != "postgresql":
            return
        customers: set[str] = set()
        for some in chunks(invoices):
            query = select(CASE.c.customer).where(CASE.c.invoice.in_(some)).distinct()
            customers.update(self.connection.execute(query).scalars())
        self.lock_customers(customers)

    def _folded(self, history: list[AnyFact]) -> Customer:
        """A customer, with the money that came in on the invoices of its open payment plans."""
        customer = fold_customer(cast("list[CustomerFact]", history))
        if all(plan.outcome for plan in customer.plans):
            return customer
        cases = self.cases({one for plan in customer.plans for one in plan.invoices})
        return replace(customer, plans=tuple(with_money(plan, cases) for plan in customer.plans))

    def _append(self, entries: Iterable[tuple[str, AnyFact]]) -> None:
        rows = self._heads.rows(entries)
        if rows:
            append(self.connection, FactRow, rows)
            queue_events(self.connection, rows)


def _allowed(case: Case, facts: Sequence[InvoiceFact]) -> Case:
    for fact in facts:
        may(case, fact)
        case = apply(case, fact)
    return case


# Built once: to put such a statement together takes longer than to run it.
@cache
def _histories(few: int) -> Select[Any]:
    columns = (FACT.c[name] for name in "stream number hash kind body recorded_at by".split())
    return select(*columns).where(one_of(few)).order_by(FACT.c.stream, FACT.c.number)


@cache
def _latest(few: int) -> Select[Any]:
    columns = (FACT.c[name] for name in "stream kind body recorded_at by".split())
    return select(*columns).where(tuple_(FACT.c.stream, FACT.c.number).in_(ends(few)))
