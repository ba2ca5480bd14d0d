"""Reading the books for an audit: customer by customer, so that memory stays small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select

from dunning.audit.account import Account, Followed, ImportRun, Item, Listed
from dunning.audit.content_rules import CONSUMER
from dunning.business_days import BusinessCalendar
from dunning.customer_facts import CustomerFact, CustomerRecorded
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.money import Money
from ledger.audit_facts import Break, Streams
from ledger.audit_messages import messages_of
from ledger.audit_unused import Moment, put_on_accounts, unused_of
from ledger.books import Books
from ledger.customer_groups import Group, customer_groups, customers_of
from ledger.rows import CHUNK, chunks
from ledger.tables import CaseRow, FactRow, ImportRow, MessageItemRow, PaymentRow, table
from ledger.wire import AnyFact

CASE, ITEM, PAYMENT = table(CaseRow), table(MessageItemRow), table(PaymentRow)
FACT, IMPORT = table(FactRow), table(ImportRow)
_LISTED = [
    CASE.c[name]
    for name in (
        "invoice customer currency amount_minor balance_minor due_date closed_on next_at next_kind"
    ).split()
]
_STATED = [
    ITEM.c[name] for name in "invoice attempt step level covered amount_minor currency".split()
]
_FACT_OF = {
    "invoices": ("invoice_opened", "invoice_amended"),
    "customers": ("customer_recorded",),
    "payments": ("payment_received",),
}

CalendarOf = Callable[[list[CustomerFact], str, str], BusinessCalendar]


@dataclass
class Reading:
    """Reads the books for an audit, and notes where facts are missing, changed or unfounded.

    `calendar_of` answers with the calendar of a customer (its facts, its number) and an entity.
    """

    books: Books
    calendar_of: CalendarOf
    breaks: list[Break] = field(default_factory=list)
    # Invoices that are listed without facts, and streams of invoices that no list names.
    unfounded: list[tuple[str, str]] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)
    facts: int = 0

    def __post_init__(self) -> None:
        self._streams = Streams(self.books, self.breaks)
        self._on_account = put_on_accounts(self._streams)

    def accounts(
        self, groups: Iterable[Group] | None = None
    ) -> Iterator[tuple[Account, Iterator[Followed]]]:
        """Every customer that has invoices, with its invoices one by one, in their order.

        With `groups`, only the customers of these.
        """
        for group in customer_groups(self.books) if groups is None else groups:
            customers = customers_of(self.books, group)
            histories = self._streams.read([f"customer:{one}" for one in customers], check=False)
            messages = messages_of(self.books, customers, _consumers(histories))
            names = self._names(customers)
            unused = self._unused(customers, histories)
            small = sum(len(one) for one in names.values()) <= CHUNK
            together = self._followed([n for one in names.values() for n in one]) if small else {}
            for customer in customers:
                history = cast("list[CustomerFact]", histories.get(f"customer:{customer}", []))
                invoices = self._invoices(names[customer], together, small=small)
                first = next(invoices, None)
                if first is None:
                    continue
                opened = cast("InvoiceOpened", first.history[0])
                account = Account(
                    customer=customer,
                    history=history,
                    messages=tuple(messages.get(customer, ())),
                    calendar=self.calendar_of(history, customer, opened.entity),
                    unapplied=unused.get(customer, ()),
                )
                yield account, _with_first(first, invoices)

    def read_the_rest(self) -> None:
        """Check the chain of all facts that belong to no listed invoice."""
        for stream in self._streams.read_others():
            if stream.startswith("invoice:"):
                self.unlisted.append(stream.removeprefix("invoice:"))

    def imports(self) -> list[ImportRun]:
        """Every import, with how many facts of its kind were recorded at its moment."""
        return [
            ImportRun(
                kind=row.kind,
                file=row.file,
                at=row.imported_at,
                rows=row.rows,
                accepted=row.accepted,
                updated=row.updated,
                unchanged=row.unchanged,
                rejected=row.rejected,
                recorded=self._recorded(row.kind, row.imported_at, row.by),
            )
            for row in self.books.connection.execute(select(IMPORT).order_by(IMPORT.c.id)).all()
        ]

    def _recorded(self, kind: str, at: datetime, by: str) -> int:
        mine = (FACT.c.kind.in_(_FACT_OF.get(kind, ()))) & (FACT.c.recorded_at == at)
        query = select(func.count()).where(mine, FACT.c.by == by)
        return int(self.books.connection.execute(query).scalar_one())

    def _names(self, customers: Iterable[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for some in chunks(customers):
            query = select(CASE.c.customer, CASE.c.invoice).where(CASE.c.customer.in_(some))
            for customer, invoice in self.books.connection.execute(query.order_by("invoice")).all():
                found[customer].append(invoice)
        return found

    def _invoices(
        self, names: list[str], together: dict[str, Followed], *, small: bool
    ) -> Iterator[Followed]:
        for some in chunks(names):
            batch = together if small else self._followed(some)
            yield from (batch[name] for name in some if name in batch)

    def _followed(self, names: list[str]) -> dict[str, Followed]:
        histories = self._streams.read([f"invoice:{name}" for name in names], check=True)
        listed, items = self._listed(names), self._items(names)
        found = {}
        for name in names:
            history = cast("list[InvoiceFact]", histories.get(f"invoice:{name}", []))
            if not history or not isinstance(history[0], InvoiceOpened):
                self.unfounded.append((name, listed[name][0]))
                continue
            self.facts += len(history)
            found[name] = Followed(name, history, tuple(items[name]), listed[name][1])
        return found

    def _listed(self, names: list[str]) -> dict[str, tuple[str, Listed]]:
        query = select(*_LISTED).where(CASE.c.invoice.in_(names))
        rows = self.books.connection.execute(query).all()
        return {row[0]: (row[1], _listed(row[1:])) for row in rows}

    def _items(self, names: list[str]) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = defaultdict(list)
        query = select(*_STATED).where(ITEM.c.invoice.in_(names)).order_by(ITEM.c.attempt)
        for row in self.books.connection.execute(query).all():
            invoice, attempt, step, level, covered, minor, currency = row
            found[invoice].append(Item(attempt, step, level, Money(minor, currency), covered))
        return found

    def _unused(
        self, customers: Iterable[str], histories: dict[str, list[AnyFact]]
    ) -> dict[str, tuple[Moment, ...]]:
        names = {
            one: {getattr(fact, "name", "") for fact in histories.get(f"customer:{one}", ())}
            for one in customers
        }
        return unused_of(self._streams, names, self._on_account)


def _consumers(histories: dict[str, list[AnyFact]]) -> set[str]:
    """The customers whose letters there are rules of their countries for."""
    return {
        stream.partition(":")[2]
        for stream, history in histories.items()
        if any(isinstance(f, CustomerRecorded) and f.segment == CONSUMER for f in history)
    }


def _with_first(first: Followed, others: Iterator[Followed]) -> Iterator[Followed]:
    yield first
    yield from others


def _listed(row: Sequence[Any]) -> Listed:
    customer, currency, amount, balance, due_date, closed_on, next_at, next_kind = row
    amounts = Money(amount, currency), Money(balance, currency)
    return Listed(customer, *amounts, due_date, closed_on is not None, next_at, next_kind)
