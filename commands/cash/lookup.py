"""Looking up what may belong to payments: invoices they name, customers who pay so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy import select

from dunning.case import Case
from dunning.cash.item import OpenItem, item_of
from dunning.cash.matching import Evidence
from dunning.cash.payers import payer_keys
from dunning.cash.reading import asked_names, mentions, named_among
from dunning.cash.references import own_digits, referenced
from dunning.cash.sums import MOST_IN_PART, MOST_WHOLE
from dunning.may import is_closed
from dunning.money import Money
from dunning.payment import PaymentReceived
from ledger.books import CASE, Books
from ledger.cash import (
    aliases,
    countries_of,
    customers_named,
    invoices_of_references,
    items_of,
    newest_open,
    open_items,
)
from ledger.periods import closed_until
from ledger.rows import CHUNK, chunks

# Texts are compared with so many open invoices, which takes a fraction of a second.
_MOST_COMPARED = 20_000
_LEAST_LIKENESS = 75
_MOST_ALIKE = 3
# Two neighbouring signs in each other's place: what people mistype most.
_ONE_SLIP = 97
_SHORTEST_NUMBER = 4
_MOST_TEXTS = 8


@dataclass
class Lookup:
    """What the books say about some payments, read once for all of them.

    `whole` also looks at long lists of a payer's items and at numbers that only resemble, which
    can never be sure: for people, not for imports. Who only looks locks nobody (`locks`).
    """

    books: Books
    whole: bool = False
    locks: bool = True
    cases: dict[str, Case] = field(default_factory=dict)
    _references: dict[str, list[str]] = field(default_factory=dict)
    _aliases: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _open: dict[tuple[str, str], list[OpenItem]] = field(default_factory=dict)
    _others: dict[str, list[str]] = field(default_factory=dict)
    _countries: dict[str, str] = field(default_factory=dict)
    _paid: dict[str, Case] = field(default_factory=dict)
    _closed: dict[str, date | None] = field(default_factory=dict)

    def read(self, payments: Sequence[PaymentReceived]) -> None:
        """Read everything these payments name; their customers are locked."""
        self._references = invoices_of_references(
            self.books, (text for one in payments for text in _structured(one))
        )
        keys = [key for one in payments for key in payer_keys(one)]
        self._aliases = aliases(self.books, keys)
        self._names = customers_named(self.books, (one.payer for one in payments))
        wanted = asked_names(payments)
        wanted |= {name for names in self._references.values() for name in names}
        wanted |= {name for one in payments for text in _structured(one) for name in _held(text)}
        known = _known(self.books, wanted)
        payers = {self.payer(one) for one in payments} - {""}
        if self.locks:
            self.books.lock_customers(payers | set(known.values()))
        self.cases = self.books.cases(known)
        self._countries = countries_of(self.books, payers | set(known.values()))

    def payer(self, payment: PaymentReceived) -> str:
        """The customer who is known to pay so: learnt first, else by its exact number or name."""
        learnt = (self._aliases.get(key, "") for key in payer_keys(payment))
        return next(filter(None, learnt), "") or self._names.get(payment.payer, "")

    def evidence(self, payment: PaymentReceived) -> Evidence:
        """What may belong to the payment."""
        named = named_among(payment, self.cases.keys())
        structured = self._of_structured(payment)
        payer = self.payer(payment)
        items, more = self._items(payer, payment.amount.currency) if payer else ([], False)
        owner = next((self.cases[name].customer for name in named.invoices), payer)
        found = Evidence(
            named=tuple(item_of(self.cases[name]) for name in named.invoices),
            doubt=named.doubt,
            structured=structured,
            payer=payer,
            country=self._country(owner),
            payers=tuple(items),
            more=more,
        )
        alike = self.whole and not (found.named or found.structured)
        return replace(found, similar=tuple(self._similar(payment, items))) if alike else found

    def closed_until(self, entity: str) -> date | None:
        """The last day of the entity's latest closed month."""
        if entity not in self._closed:
            self._closed[entity] = closed_until(self.books.connection, entity)
        return self._closed[entity]

    def add(self, invoices: Sequence[str]) -> None:
        """Read invoices that a person or a proposal names besides."""
        missing = [name for name in invoices if name not in self.cases]
        if self.locks:
            self.books.lock_invoices(missing)
        self.cases |= self.books.cases(missing)

    def changed(self, cases: Sequence[Case]) -> None:
        """Take in that these cases were paid."""
        paid = {case.invoice: case for case in cases}
        self.cases |= paid
        self._paid |= paid

    def _of_structured(self, payment: PaymentReceived) -> tuple[OpenItem, ...]:
        names = []
        for text in _structured(payment):
            names += self._references.get(text, [])
            names += [name for name in _held(text) if name in self.cases]
        return tuple(item_of(self.cases[name]) for name in dict.fromkeys(names))

    def _items(self, customer: str, currency: str) -> tuple[list[OpenItem], bool]:
        """The payer's open items, and whether there are more than can be looked at."""
        key = (customer, currency)
        most = MOST_IN_PART if self.whole else MOST_WHOLE
        if key not in self._open:
            # What is paid meanwhile may not be recorded yet.
            asked = most + 1 + (0 if self.whole else CHUNK)
            self._open[key] = items_of(
                self.books, customer, currency, asked, oldest_first=self.whole
            )
        items = [item for one in self._open[key] if (item := self._as_paid(one))]
        more = len(items) > most
        return ([] if more and not self.whole else items[:most]), more

    def _as_paid(self, item: OpenItem) -> OpenItem | None:
        """The item with what was paid since it was read; None when that closed it."""
        case = self._paid.get(item.invoice)
        if case is None:
            return item
        return None if is_closed(case) else replace(item, balance=case.balance)

    def _country(self, customer: str) -> str:
        if customer and customer not in self._countries:
            self._countries[customer] = self.books.customer(customer).country
        return self._countries.get(customer, "")

    def _similar(
        self, payment: PaymentReceived, items: Sequence[OpenItem]
    ) -> list[tuple[OpenItem, int]]:
        """Invoices whose numbers resemble a text of the payment: the payer's, else anybody's."""
        texts, currency = _comparable(payment), payment.amount.currency
        if texts and not items and currency not in self._others:
            self._others[currency] = newest_open(self.books, currency, _MOST_COMPARED)
        names = [item.invoice for item in items] or self._others.get(currency, [])
        best = dict.fromkeys(_transposed(self.books, texts, names), _ONE_SLIP)
        for text in texts:
            for name, likeness, _ in process.extract(
                text, names, scorer=fuzz.ratio, limit=_MOST_ALIKE, score_cutoff=_LEAST_LIKENESS
            ):
                best[name] = max(best.get(name, 0), round(likeness))
        ranked = sorted(best.items(), key=lambda one: (-one[1], one[0]))[:_MOST_ALIKE]
        found = {item.invoice: item for item in items}
        found = found or (open_items(self.books, [name for name, _ in ranked]) if ranked else {})
        return [(found[name], likeness) for name, likeness in ranked]


def _comparable(payment: PaymentReceived) -> list[str]:
    """Texts that may be a mistyped invoice number: long enough, with a digit, the first few."""
    texts = (one.name for one in mentions(payment) if not one.joined)
    long = (text for text in texts if len(text) >= _SHORTEST_NUMBER)
    return [text for text in long if any(sign.isdigit() for sign in text)][:_MOST_TEXTS]


def other_currency(payment: PaymentReceived, evidence: Evidence) -> Money | None:
    """What a named invoice owes in another currency than the payment's, if one does."""
    items = (*evidence.structured, *evidence.named)
    owing = (item.balance for item in items if item.balance.minor > 0)
    return next((one for one in owing if one.currency != payment.amount.currency), None)


def _transposed(books: Books, texts: Sequence[str], names: Sequence[str]) -> list[str]:
    """The invoices that a text names if two of its neighbouring signs change places.

    Of these names, or of all open invoices where there are too many to compare.
    """
    slips = {slip for text in texts for spelt in (text, text.upper()) for slip in _slips(spelt)}
    if len(names) < _MOST_COMPARED:
        return [name for name in names if name in slips]
    return list(open_items(books, sorted(slips)))


def _slips(text: str) -> Iterator[str]:
    for place in range(len(text) - 1):
        first, second = text[place], text[place + 1]
        if first != second:
            yield f"{text[:place]}{second}{first}{text[place + 2 :]}"


def _structured(payment: PaymentReceived) -> list[str]:
    """The structured references among a payment's texts, as written without blanks."""
    texts = dict.fromkeys((payment.structured, payment.reference, *payment.texts))
    joined = ("".join(text.split()).upper() for text in texts)
    found = [text for text in joined if referenced(text) or own_digits(text)]
    if payment.structured:
        found.append("".join(payment.structured.split()))
    return list(dict.fromkeys(found))


def _held(reference: str) -> tuple[str, ...]:
    """The invoice number that a reference with right check digits holds."""
    return (held,) if (held := referenced(reference)) else ()


def _known(books: Books, names: set[str]) -> dict[str, str]:
    """The customers of those invoices that the books have."""
    found: dict[str, str] = {}
    for some in chunks(sorted(names - {""})):
        query = select(CASE.c.invoice, CASE.c.customer).where(CASE.c.invoice.in_(some))
        found |= {row.invoice: row.customer for row in books.connection.execute(query)}
    return found
