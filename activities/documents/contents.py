"""What stands on a document, as finished strings: typst places it and computes nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from activities.documents.listings import (
    aging_listing,
    breakable,
    claims_listing,
    items_listing,
    lines_listing,
    sums_listing,
)
from activities.documents.payment_code import Transfer, can_be_scanned, payment_code
from activities.documents.request import (
    Document,
    InvoiceDocument,
    NoticeDocument,
    StatementDocument,
)
from activities.documents.words import DocumentWords
from activities.letter_request import LetterItem
from activities.letter_words import one_line
from dunning.money import Money, totals

# A banking app shows this much of a remittance text; EPC069-12 takes no more.
_LONGEST_REFERENCE = 140
# A word of more signs leaves its half of the page.
_LONGEST_WORD = 32
_MOST_FOOT_LINES = 5
_NO_BREAK = "\u00a0\u202f"


def invoice_contents(invoice: InvoiceDocument, words: DocumentWords) -> dict[str, Any]:
    """An invoice, or a payment sheet where the ledger has no lines of it."""
    item = invoice.item
    heading = words.say(
        "invoice.heading" if invoice.lines else "invoice.summary", number=one_line(item.invoice)
    )
    ask = words.say(
        "invoice.due",
        amount=words.wording.amount(item.to_pay),
        date=words.wording.day(item.due_date),
    )
    listing = lines_listing if invoice.lines else sums_listing
    return _sheet(invoice, "invoice", heading, words) | {
        "before": [],
        "items": listing(invoice, words),
        "after": [ask if item.to_pay.minor > 0 else words.say("invoice.settled")],
        "payment": _payment(invoice, _to_pay([item]), one_line(item.invoice), words),
        "note": "" if invoice.lines else words.say("invoice.note"),
    }


def notice_contents(notice: NoticeDocument, words: DocumentWords) -> dict[str, Any]:
    """A dunning notice: its own words around the list of what it asks for."""
    creditor = notice.creditor
    signed = [creditor.sender_name, creditor.sender_title, creditor.name]
    return _sheet(notice, "notice", one_line(notice.title), words) | {
        "before": [_paragraph(text) for text in notice.before],
        "items": items_listing(notice.items, words, undisputed=True),
        "after": [_paragraph(text) for text in notice.after],
        "payment": _payment(notice, _to_pay(notice.items), _reference(notice), words),
        "closing": [_paragraph(text) for text in notice.closing],
        "signature": [one_line(line) for line in signed if line],
        "unsigned": words.say("unsigned"),
    }


def statement_contents(statement: StatementDocument, words: DocumentWords) -> dict[str, Any]:
    """A statement of account; its payment code asks for what is overdue and not in dispute."""
    items, received = statement.items, statement.unapplied
    opening = "statement.as_of" if items else "statement.nothing"
    to_pay = _to_pay([item for item in items if item.days_overdue > 0], received)
    shown = words.wording.joined([words.wording.amount(amount) for amount in to_pay.values()])
    overdue = [words.say("statement.overdue", amount=shown)] if to_pay else []
    return _sheet(statement, "statement", words.say("statement.heading"), words) | {
        "before": [words.say(opening, date=words.wording.day(statement.today))],
        "items": items_listing(items, words, undisputed=False, unapplied=received),
        "aging": aging_listing(items, words),
        "beside": [words.say("statement.beside")] if statement.claims else [],
        "claims": claims_listing(statement.claims, words) if statement.claims else None,
        "after": [*overdue, words.say("statement.crossed")],
        "payment": _payment(statement, to_pay, one_line(statement.customer), words),
    }


def _sheet(document: Document, kind: str, heading: str, words: DocumentWords) -> dict[str, Any]:
    """What every document has around its body."""
    creditor = document.creditor
    number = one_line(document.number)
    language, _, region = words.wording.language.partition("-")
    return {
        "lang": language,
        "region": region if len(region) == 2 else None,  # noqa: PLR2004 - ISO 3166 alpha 2
        "date": [document.today.year, document.today.month, document.today.day],
        "title": heading if number in heading else f"{heading} {number}",
        "keywords": [number, one_line(document.customer)],
        "heading": heading,
        "creditor": one_line(creditor.name),
        "sender": " · ".join([one_line(creditor.name), *_lines(creditor.address)]),
        "address": [
            breakable(line, _LONGEST_WORD)
            for line in (
                one_line(document.customer_name),
                one_line(document.contact_name),
                *_lines(document.customer_address),
            )
            if line
        ],
        "window": words.say("window"),
        "facts": _facts(document, kind, words),
        "running": [heading, f"{words.say(f'facts.{kind}')} {number}"],
        "foot": _foot(document),
        "page": words.say("page"),
    }


def _facts(document: Document, kind: str, words: DocumentWords) -> list[tuple[str, str]]:
    creditor = document.creditor
    listed = [
        ("date", words.wording.day(document.today)),
        (kind, document.number),
        ("account", document.customer),
        ("contact", creditor.sender_name),
        ("phone", creditor.phone),
        ("email", creditor.email),
    ]
    return [
        (words.say(f"facts.{name}"), breakable(one_line(text), _LONGEST_WORD))
        for name, text in listed
        if text.strip()
    ]


def _foot(document: Document) -> list[list[str]]:
    """Three columns; one of more lines than the margin holds runs on."""
    creditor = document.creditor
    columns = (
        _lines(f"{creditor.name}\n{creditor.address}"),
        _lines(f"{creditor.phone}\n{creditor.email}\n{creditor.registration}"),
        _lines(creditor.bank_details),
    )
    return [
        column if len(column) <= _MOST_FOOT_LINES else [" · ".join(column)] for column in columns
    ]


def _to_pay(items: Sequence[LetterItem], received: Sequence[Money] = ()) -> dict[str, Money]:
    """What the items ask for by currency, less what was received, where that is more than 0."""
    owed = totals([*(item.to_pay for item in items), *(-amount for amount in received)])
    return {currency: amount for currency, amount in owed.items() if amount.minor > 0}


def _payment(
    document: Document, to_pay: Mapping[str, Money], reference: str, words: DocumentWords
) -> dict[str, Any] | None:
    """How to pay, with a payment code for what is in euros; None where nothing is to be paid."""
    if not to_pay:
        return None
    creditor = document.creditor
    amount = to_pay.get("EUR", Money.zero("EUR"))
    transfer = Transfer(creditor.name, creditor.iban, creditor.bic, amount, reference)
    shown = words.wording.amount(amount)
    return {
        "heading": words.say("payment.heading"),
        "lines": _lines(creditor.bank_details),
        "reference_label": words.say("payment.reference"),
        "reference": breakable(reference, _LONGEST_WORD),
        "code": payment_code(transfer) if can_be_scanned(transfer) else None,
        "caption": words.say("payment.caption", amount=shown),
        "alt": words.say("payment.alt", amount=shown),
    }


def _reference(notice: NoticeDocument) -> str:
    """Customer and invoices where a remittance text holds them, else customer and notice."""
    customer = one_line(notice.customer)
    invoices = ", ".join(one_line(item.invoice) for item in notice.items)
    whole = f"{customer} {invoices}"
    return whole if len(whole) <= _LONGEST_REFERENCE else f"{customer} {one_line(notice.number)}"


def _lines(text: str) -> list[str]:
    return [shown for line in text.splitlines() if (shown := one_line(line))]


def _paragraph(text: str) -> str:
    """Running text without control characters; the no-break spaces of its amounts stay."""
    shown = "".join(sign if sign.isprintable() or sign in _NO_BREAK else " " for sign in text)
    return re.sub(" +", " ", shown).strip()
