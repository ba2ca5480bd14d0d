"""Sample letters to look at: every letter as it reads with one item, many, disputes and more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import cycle, islice

from activities.letter_request import Attachment, Creditor, LetterItem, LetterRequest
from dunning.money import Money

# Twelve days before, an invoice fell due on the first of August: French writes "1er août".
TODAY = date(2026, 8, 13)
_DUE_DAYS_AGO = 12
_TERMS = timedelta(days=30)
_SEVERAL, _MANY = 5, 30
_LEVELS = {
    "invoice": 0,
    "courtesy": 0,
    "promise_reminder": 0,
    "statement_note": 0,
    "opt_out_confirmation": 0,
    "invoice_copy": 0,
    "answer": 0,
    "reminder": 1,
    "consumer_reminder": 1,
    "request": 2,
    "formal_notice": 4,
    "final_notice": 5,
}
# A letter of the team's own counts days and names earlier contacts, as most letters do.
_USUAL_LEVEL = 3
# The list a letter is about, and the one that may come with it.
_LISTS = {
    "invoice": ("new", "upcoming"),
    "invoice_copy": ("new", "upcoming"),
    "courtesy": ("upcoming", "new"),
}
_USUAL_LISTS = ("overdue", "new")
_PERSONAL = "Thank you for your message.\nThe goods left our warehouse on 3 August."
_ENCLOSURE = Attachment("S-3001.pdf", "application/pdf", b"%PDF-1.4\n%%EOF\n")


@dataclass(frozen=True)
class LetterCase:
    """One situation a letter must read well in."""

    name: str
    request: LetterRequest


def letter_cases(letter: str, locale: str, creditor: Creditor) -> Iterator[LetterCase]:
    """The letter in every situation, for a reader of the locale; amounts in EUR and USD."""
    usual = _usual_request(letter, locale, creditor)
    own, other = _LISTS.get(letter, _USUAL_LISTS)
    first, *_ = items = _items(own, _SEVERAL)
    partly = replace(first, balance=Money(80_000, "EUR"))
    disputed = replace(first, disputed=Money(20_000, "EUR"))

    def case(name: str, listed: Sequence[LetterItem], **more: object) -> LetterCase:
        lists = {own: tuple(listed)} | more
        return LetterCase(name, replace(usual, **lists))  # type: ignore[arg-type]

    yield case("one item", [first])
    yield case("least that is given", [first], **_least(creditor))
    yield case("partly paid", [partly])
    yield case("five items", items)
    yield case("thirty items, two currencies", _items(own, _MANY, ("EUR", "USD")))
    yield case("with a dispute", [disputed, *items[1:3]])
    yield case("broken promise", [first], broken_promise=TODAY - timedelta(days=2))
    more = {other: tuple(_items(other, 2, numbers_from=3001)), "enclosures": (_ENCLOSURE,)}
    yield case(f"{own} and {other}", items[:3], **more)


def _usual_request(letter: str, locale: str, creditor: Creditor) -> LetterRequest:
    level = _LEVELS.get(letter, _USUAL_LEVEL)
    contacts = (TODAY - timedelta(days=21), TODAY - timedelta(days=9))
    return LetterRequest(
        letter=letter,
        locale=locale,
        level=level,
        channel="email",
        customer="C-1042",
        customer_name="Lefèvre & Söhne",
        contact_name="Zoë Lefèvre",
        customer_address="Beispielweg 4\n00000 Musterstadt",
        creditor=creditor,
        today=TODAY,
        overdue=(),
        upcoming=(),
        new=(),
        act_by=TODAY + timedelta(days=10),
        previous_contacts=contacts if level >= _USUAL_LEVEL else (),
        broken_promise=None,
        reply_to=creditor.email,
        announced=Money(4_000, "EUR"),
        personal=_PERSONAL if letter == "answer" else "",
    )


def _least(creditor: Creditor) -> dict[str, object]:
    """Without all that a team may leave out."""
    nameless = replace(creditor, phone="", sender_title="")
    return {
        "contact_name": "",
        "customer_address": "",
        "previous_contacts": (),
        "creditor": nameless,
    }


def _items(
    kind: str, count: int, currencies: Sequence[str] = ("EUR",), numbers_from: int = 2001
) -> list[LetterItem]:
    """Items of one list; new ones were issued today."""
    nearest, step = {
        "overdue": (TODAY - timedelta(days=_DUE_DAYS_AGO), timedelta(weeks=-1)),
        "upcoming": (TODAY + timedelta(days=7), timedelta(days=1)),
    }.get(kind, (TODAY + _TERMS, timedelta(0)))
    return [
        _item(numbers_from + number, nearest + number * step, currency)
        for number, currency in enumerate(islice(cycle(currencies), count))
    ]


def _item(number: int, due: date, currency: str) -> LetterItem:
    amount = Money(number * 61_700 % 2_000_003, currency)
    return LetterItem(
        invoice=f"S-{number}",
        issue_date=due - _TERMS,
        due_date=due,
        amount=amount,
        balance=amount,
        days_overdue=(TODAY - due).days,
        reference="" if number % 2 else f"PO {number + 5700}",
    )
