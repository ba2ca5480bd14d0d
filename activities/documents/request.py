"""What a document says: values as the books have them, put into words by the printer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activities.letter_request import Creditor, LetterClaim, LetterItem
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class Document:
    """What every document has: who writes to whom, in which locale, its own number and date.

    ``customer_address`` has lines; ``number`` of an invoice is the invoice's own.
    """

    locale: str
    creditor: Creditor
    customer: str
    customer_name: str
    number: str
    today: date
    contact_name: str = ""
    customer_address: str = ""


@dataclass(frozen=True)
class InvoiceLine:
    """One thing that was sold; ``amount`` is quantity times price as the ledger rounded it."""

    text: str
    quantity: Decimal
    unit_price: Money
    amount: Money


@dataclass(frozen=True)
class TaxLine:
    """One tax of an invoice, such as ``VAT 20 %``, in the customer's language."""

    text: str
    amount: Money


@dataclass(frozen=True, kw_only=True)
class InvoiceDocument(Document):
    """An invoice. Without lines it is a payment sheet and says that it is no invoice."""

    item: LetterItem
    lines: tuple[InvoiceLine, ...] = ()
    taxes: tuple[TaxLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NoticeDocument(Document):
    """A dunning notice: its paragraphs before and after the items, and its closing formula."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    closing: tuple[str, ...]
    items: tuple[LetterItem, ...]


@dataclass(frozen=True, kw_only=True)
class StatementDocument(Document):
    """All open items of a customer; ``unapplied`` is money received and not yet applied.

    ``claims`` stand beside the balance and are no part of it.
    """

    items: tuple[LetterItem, ...]
    unapplied: tuple[Money, ...] = ()
    claims: tuple[LetterClaim, ...] = ()
