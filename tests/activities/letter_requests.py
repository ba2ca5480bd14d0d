"""Letter requests for tests: one usual letter, changed where a test needs it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from activities.letter_request import Creditor, LetterItem, LetterRequest
from activities.letters import Letters
from dunning.money import Money

FOLDER = Path(__file__).parents[2] / "templates" / "letters"
LETTERS = Letters(FOLDER)
TODAY = date(2026, 4, 14)
IBAN = "IBAN DE02 1203 0000 0000 2020 51"
CREDITOR = Creditor(
    name="Nordlicht GmbH",
    address="Hafenstraße 12\n20457 Hamburg",
    email="ar@nordlicht.example",
    phone="+49 40 5550 120",
    bank_details=f"Nordlicht GmbH\n{IBAN}",
    sender_name="Katrin Voss",
    sender_title="Accounts receivable",
    manager_name="Jörg Petersen",
)
LEVELS = {
    "invoice": 0,
    "courtesy": 0,
    "promise_reminder": 0,
    "statement_note": 0,
    "invoice_copy": 0,
    "reminder": 1,
    "consumer_reminder": 1,
    "request": 2,
    "firm": 3,
    "consumer_notice": 3,
    "formal_notice": 4,
    "final_notice": 5,
}
# The list of items a letter cannot do without; the others speak of what is overdue.
OWN_LIST = {"invoice": "new", "invoice_copy": "new", "courtesy": "upcoming"}
EVERY_LETTER = pytest.mark.parametrize("letter", LEVELS)
LOCALES = ("en", "de", "fr", "es", "nl")
EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)


def item(
    number: str = "4711", due_in: int = -12, minor: int = 120_000, **more: object
) -> LetterItem:
    due = TODAY + timedelta(days=due_in)
    currency = str(more.pop("currency", "EUR"))
    usual = LetterItem(
        invoice=number,
        issue_date=due - timedelta(days=30),
        due_date=due,
        amount=Money(minor, currency),
        balance=Money(minor, currency),
        days_overdue=-due_in,
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def request(letter: str = "reminder", locale: str = "en", **more: object) -> LetterRequest:
    """The usual letter about one item; ``items`` go into the list the letter is about."""
    own = OWN_LIST.get(letter, "overdue")
    items = more.pop("items", (item(due_in=-12 if own == "overdue" else 12),))
    lists = {"overdue": (), "upcoming": (), "new": ()} | {own: items}
    usual = LetterRequest(
        letter=letter,
        locale=locale,
        level=LEVELS.get(letter, 1),
        channel="email",
        customer="C1001",
        customer_name="Bakery Ltd",
        contact_name="Anna Smith",
        creditor=CREDITOR,
        today=TODAY,
        act_by=TODAY + timedelta(days=10),
        previous_contacts=(date(2026, 3, 25), date(2026, 4, 5)),
        broken_promise=None,
        reply_to="reply+x@in.nordlicht.example",
        **lists,  # type: ignore[arg-type]
    )
    return replace(usual, **more)  # type: ignore[arg-type]


def many(count: int, due_in: int = -12) -> tuple[LetterItem, ...]:
    return tuple(
        item(f"N-{number:03}", due_in - number, currency="USD" if number % 2 else "EUR")
        for number in range(count)
    )


class Page(HTMLParser):
    """What a reader of the HTML gets: its words and its tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
