"""The tables of the documents: items, invoice lines, sums and aging, as finished strings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from babel.numbers import format_decimal

from activities.documents.request import InvoiceDocument
from activities.documents.words import DocumentWords
from activities.letter_request import LetterClaim, LetterItem
from activities.letter_words import oldest_first, one_line
from dunning.money import Money, totals
from dunning.reports.buckets import BUCKETS, bucket_of

_SIZE, _SMALL_SIZE = 9, 8
# More rows than these are read by machines and auditors: smaller letters save pages.
_MANY_ROWS = 100
# What is longer without a space does not fit the column.
_CELL = 18


def items_listing(
    items: Sequence[LetterItem],
    words: DocumentWords,
    *,
    undisputed: bool,
    unapplied: Sequence[Money] = (),
) -> dict[str, Any]:
    """Open items, oldest first, with a total by currency; `undisputed` leaves out disputed parts.

    Money received and not yet applied is taken off the totals, each in a line of its own.
    """
    amounts = [item.to_pay if undisputed else item.balance for item in items]
    less = [-amount for amount in unapplied]
    disputed = undisputed and any(item.disputed for item in items)
    total = words.say("items.undisputed" if disputed else "items.total")
    sums = totals([*amounts, *less]).values()
    names = ("invoice", "reference", "issued", "due", "days", "amount", "balance")
    return {
        "columns": [words.say(f"items.{name}") for name in names],
        "widths": [3, 3, 0, 0, 0, 0, 0],
        "sides": ["left", "left", "left", "left", "right", "right", "right"],
        "size": _SIZE if len(items) <= _MANY_ROWS else _SMALL_SIZE,
        "rows": [_item_row(item, words) for item in oldest_first(items)],
        "foot": [
            *((words.say("statement.unapplied"), words.wording.amount(amount)) for amount in less),
            *((total, words.wording.amount(amount)) for amount in sums),
        ],
    }


def lines_listing(invoice: InvoiceDocument, words: DocumentWords) -> dict[str, Any]:
    """What was sold, the taxes, the total, and what is left to pay."""
    taxes = [(one_line(tax.text), words.wording.amount(tax.amount)) for tax in invoice.taxes]
    names = ("line", "quantity", "unit_price", "amount")
    return {
        "columns": [words.say(f"invoice.{name}") for name in names],
        "widths": [1, 0, 0, 0],
        "sides": ["left", "right", "right", "right"],
        "size": _SIZE,
        "rows": [
            (
                one_line(line.text),
                str(format_decimal(line.quantity, locale=words.wording.locale)),
                words.wording.amount(line.unit_price),
                words.wording.amount(line.amount),
            )
            for line in invoice.lines
        ],
        "foot": [*taxes, *_invoice_sums(invoice.item, words)],
    }


def sums_listing(invoice: InvoiceDocument, words: DocumentWords) -> dict[str, Any]:
    """The figures of an invoice whose lines are not known."""
    item = invoice.item
    rows = [
        (words.say("items.issued"), words.wording.day(item.issue_date)),
        (words.say("items.due"), words.wording.day(item.due_date)),
    ]
    if item.reference:
        rows.append((words.say("items.reference"), one_line(item.reference)))
    return {
        "columns": [words.say("items.invoice"), one_line(item.invoice)],
        "widths": [1, 0],
        "sides": ["left", "right"],
        "size": _SIZE,
        "rows": rows,
        "foot": list(_invoice_sums(item, words)),
    }


def aging_listing(items: Sequence[LetterItem], words: DocumentWords) -> dict[str, Any]:
    """Open balances by days overdue, a row each currency; what is disputed is part of them."""
    spans = [one.label for one in BUCKETS[1:-1]]
    names = [words.say("statement.current"), *spans, words.say("statement.older")]
    currencies = totals([item.balance for item in items])
    return {
        "columns": [words.say("statement.aging"), *names, words.say("statement.total")],
        "widths": [0] * 7,
        "sides": ["left", *["right"] * 6],
        "size": _SMALL_SIZE,
        "rows": [
            [
                currency,
                *(words.wording.amount(amount) for amount in _aging(items, currency)),
                words.wording.amount(total),
            ]
            for currency, total in currencies.items()
        ],
        "foot": [],
    }


def claims_listing(claims: Sequence[LetterClaim], words: DocumentWords) -> dict[str, Any]:
    """Interest and fixed sums beside the balance, with a total of their own by currency."""
    sums = totals([one.amount for one in claims]).values()
    return {
        "columns": [words.say(f"claims.{name}") for name in ("what", "until", "amount")],
        "widths": [1, 0, 0],
        "sides": ["left", "left", "right"],
        "size": _SMALL_SIZE,
        "rows": [
            [
                words.say(
                    "claims.fee" if one.is_fee else "claims.interest",
                    number=breakable(one_line(one.invoice), _CELL),
                ),
                words.wording.day(one.until),
                words.wording.amount(one.amount),
            ]
            for one in claims
        ],
        "foot": [(words.say("claims.total"), words.wording.amount(one)) for one in sums],
    }


def breakable(text: str, longest: int) -> str:
    """Text whose words may break anywhere where they are longer than so many signs."""
    endless = rf"\S{{{longest + 1},}}"
    return re.sub(endless, lambda match: "\u200b".join(match[0]), text)


def _item_row(item: LetterItem, words: DocumentWords) -> list[Any]:
    number = breakable(one_line(item.invoice), _CELL)
    is_credit = item.balance.minor < 0
    balance = words.wording.amount(item.balance)
    return [
        words.say("items.credit", number=number) if is_credit else number,
        breakable(one_line(item.reference), _CELL),
        words.wording.short_day(item.issue_date),
        "" if is_credit else words.wording.short_day(item.due_date),
        words.wording.number(item.days_overdue) if item.days_overdue > 0 and not is_credit else "",
        words.wording.amount(item.amount),
        _with_note(balance, words, item.disputed) if item.disputed else balance,
    ]


def _with_note(balance: str, words: DocumentWords, disputed: Money) -> dict[str, str]:
    note = words.say("items.disputed", amount=words.wording.amount(disputed))
    return {"text": balance, "note": note}


def _invoice_sums(item: LetterItem, words: DocumentWords) -> Iterator[tuple[str, str]]:
    yield words.say("items.total"), words.wording.amount(item.amount)
    if item.balance != item.amount:
        yield words.say("invoice.paid"), words.wording.amount(item.amount - item.balance)
    if item.disputed:
        yield words.say("invoice.disputed"), words.wording.amount(-item.disputed)
    if item.to_pay != item.amount:
        yield words.say("invoice.open"), words.wording.amount(item.to_pay)


def _aging(items: Sequence[LetterItem], currency: str) -> list[Money]:
    """The balance in each bucket; a credit has no age and counts as current."""
    buckets = dict.fromkeys((one.key for one in BUCKETS), 0)
    for item in items:
        if item.balance.currency == currency:
            days = item.days_overdue if item.balance.minor > 0 else 0
            buckets[bucket_of(days).key] += item.balance.minor
    return [Money(minor, currency) for minor in buckets.values()]
