"""An electronic invoice as an invoice row: whose it is, what is owed and until when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from dunning.money import Money
from intake.credit_notes import CreditNoteRow, OwedRow
from intake.einvoices.document import EInvoice, Party, day_of, money_of
from intake.invoices import InvoiceRow, IssuedFile
from intake.rows import BadCell, storable
from intake.texts import LONGEST_IDENTIFIER, LONGEST_NAME, is_currency

# "30 days", "30 dagar netto", "innerhalb von 30 Tagen", "à 30 jours".
_DAYS = re.compile(
    r"(?<![\d.,])(\d{1,3})\s*(?:days?|dagar|dage|dager|dagen|tagen?|jours?|giorni|dias|días|dnů|nap)\b",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d{1,2}(?:\.\d{1,4})?", re.ASCII)
_LONGEST_TERM_DAYS = 366


@dataclass(frozen=True)
class Issued:
    """The row of an e-invoice, what people should know of it, and how its parties are named."""

    row: OwedRow
    remarks: tuple[str, ...]


def issued_of(number: int, invoice: EInvoice, file: IssuedFile | None) -> Issued:
    """The invoice or credit note as a row. Raises BadCell for what nobody owes."""
    currency = _currency(invoice)
    amount = _amount(invoice, currency)
    issued = day_of(invoice.issued, "issue_date")
    if amount.minor < 0:
        return Issued(_credit_note(number, invoice, amount, file), ())
    due, remark = _due(invoice, issued)
    discount = _discount(invoice, amount, issued)
    buyer = invoice.buyer
    row = InvoiceRow(
        row=number,
        invoice=_identifier(invoice.number, "invoice"),
        customer=_customer(buyer),
        customer_name=_short(buyer.name),
        entity="",
        amount=amount,
        issue_date=issued,
        due_date=due,
        distributed=True,
        policy="",
        reference=_short(invoice.payment_reference or invoice.order),
        discount=discount[0] if discount else None,
        discount_until=discount[1] if discount else None,
        seller=_short(invoice.seller.name),
        file=file,
    )
    return Issued(row, (remark,) if remark else ())


def _currency(invoice: EInvoice) -> str:
    if not invoice.currency:
        raise BadCell("currency", "CURRENCY_MISSING", "The currency is missing.")
    if not is_currency(invoice.currency):
        reason = f"{invoice.currency[:10]!r} is not the ISO code of a currency in use."
        raise BadCell("currency", "CURRENCY_UNKNOWN", reason)
    return invoice.currency


def _credit_note(
    number: int, invoice: EInvoice, amount: Money, file: IssuedFile | None
) -> CreditNoteRow:
    return CreditNoteRow(
        row=number,
        credit=_identifier(invoice.number, "invoice"),
        customer=_customer(invoice.buyer),
        customer_name=_short(invoice.buyer.name),
        entity="",
        amount=amount,
        on=day_of(invoice.issued, "issue_date"),
        credits=_identifier(invoice.credits, "credits") if invoice.credits.strip() else "",
        reference=_short(invoice.payment_reference or invoice.order),
        seller=_short(invoice.seller.name),
        file=file,
    )


def _amount(invoice: EInvoice, currency: str) -> Money:
    """What is to be paid, after what was paid before; negative for a credit note."""
    amount = money_of(invoice.payable, currency, "amount")
    if invoice.is_credit and amount.minor < 0:
        given = storable(f"It is a credit note of {amount}: whether that is owed is not clear.")
        raise BadCell("amount", "CREDIT_NOTE", given)
    if amount.minor == 0:
        paid = " It was paid in advance." if invoice.prepaid else ""
        raise BadCell("amount", "AMOUNT_ZERO", f"The amount is zero, so nothing is owed.{paid}")
    return -amount if invoice.is_credit else amount


def _due(invoice: EInvoice, issued: date) -> tuple[date, str]:
    """The due date, else that of the days in the terms, else the issue date, with a remark."""
    if invoice.due:
        due = day_of(invoice.due, "due_date")
        if due < issued:
            reason = f"The invoice is due on {due}, before it was issued on {issued}."
            raise BadCell("due_date", "DUE_BEFORE_ISSUE", reason)
        return due, ""
    days = [int(found) for found in _DAYS.findall(invoice.terms)]
    if invoice.discount:
        days = [one for one in days if one != invoice.discount.days]
    if days and max(days) <= _LONGEST_TERM_DAYS:
        # Where terms name several, the shorter ones are for discounts.
        due = issued + timedelta(days=max(days))
        return due, f"its due date {due} is taken from its terms ({max(days)} days)"
    return issued, "it names no due date, so it is due on receipt"


def _discount(invoice: EInvoice, amount: Money, issued: date) -> tuple[Money, date] | None:
    terms = invoice.discount
    if terms is None or not _PERCENT.fullmatch(terms.percent):
        return None
    base = money_of(terms.base, amount.currency, "amount") if terms.base else amount
    share = Decimal(base.minor) * Decimal(terms.percent) / 100
    discount = Money(int(share.to_integral_value(ROUND_HALF_UP)), amount.currency)
    if not 0 < discount.minor < amount.minor:
        return None
    return discount, issued + timedelta(days=terms.days)


def _customer(buyer: Party) -> str:
    """What identifies the buyer: the seller's own number of it, else an official one, its name."""
    names = (*buyer.numbers, buyer.name)
    usable = (" ".join(storable(name).split()) for name in names)
    found = next((name for name in usable if 0 < len(name) <= LONGEST_IDENTIFIER), "")
    if not found:
        raise BadCell("customer", "CUSTOMER_MISSING", "The buyer has neither number nor name.")
    return found


def _identifier(text: str, field_name: str) -> str:
    plain = " ".join(storable(text).split())
    if not plain:
        raise BadCell(field_name, "INVOICE_MISSING", "The invoice number is missing.")
    if len(plain) > LONGEST_IDENTIFIER:
        reason = f"{plain[:20]}… has over {LONGEST_IDENTIFIER} characters."
        raise BadCell(field_name, "TOO_LONG", reason)
    return plain


def _short(text: str) -> str:
    return " ".join(storable(text).split())[:LONGEST_NAME].strip()
