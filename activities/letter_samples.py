"""Sample requests to try a letter with: the least it may be given, everything, and rare items."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from activities.letter_request import Attachment, Creditor, LetterClaim, LetterItem, LetterRequest
from dunning.money import Money

_LAWS = {"de": "DE", "fr": "FR", "nl": "NL", "en": "GB"}


def letter_samples(letter: str, locale: str) -> Iterator[LetterRequest]:
    """A letter with the least a request may give, and one with everything, many times over."""
    least = _smallest_sample(letter, locale)
    day = least.today
    yield least
    yield replace(
        least,
        level=5,
        contact_name="E F",
        creditor=replace(least.creditor, phone="+1 202 555 0100", sender_title="AR"),
        overdue=_sample_items(30, day - timedelta(days=40), day),
        previous_contacts=(day - timedelta(days=20), day - timedelta(days=9)),
        broken_promise=day - timedelta(days=2),
        consequence="Deliveries stop.",
        claims=_sample_claims(day),
        claims_law=_LAWS.get(locale[:2], "EU"),
        enclosures=(Attachment("a.pdf", "application/pdf", b"%PDF"),),
    )
    # A credit note among the items, due yesterday, in a letter whose PDF is linked.
    rare = [*_sample_items(3, day - timedelta(days=1), day)]
    rare[1] = replace(rare[1], balance=Money(-5_000, rare[1].balance.currency), disputed=None)
    linked = replace(least, level=3, overdue=tuple(rare), document_link="https://a.example/d")
    yield replace(linked, claims=_sample_claims(day)[:1], claims_basis="UGB § 456")
    yield replace(
        least, level=3, overdue=tuple(rare[:1]), claims=_sample_claims(day)[:1], claims_law="US"
    )


def _smallest_sample(letter: str, locale: str) -> LetterRequest:
    day = date(2026, 3, 3)
    return LetterRequest(
        letter=letter,
        locale=locale,
        level=0,
        channel="email",
        customer="C1",
        customer_name="Customer Ltd",
        contact_name="",
        creditor=Creditor("Sample Ltd", "1 Row", "ar@a.example", "", "IBAN 1", "A B", "", "C D"),
        today=day,
        overdue=_sample_items(1, day - timedelta(days=40), day),
        upcoming=_sample_items(1, day, day),
        new=_sample_items(1, day + timedelta(days=30), day),
        act_by=day + timedelta(days=10),
        previous_contacts=(),
        broken_promise=None,
        reply_to="reply@a.example",
        announced=Money(4_000, "EUR"),
    )


def _sample_claims(until: date) -> tuple[LetterClaim, ...]:
    return (
        LetterClaim("INV-0", Money(1_234, "EUR"), until),
        LetterClaim("INV-0", Money(4_000, "EUR"), until, is_fee=True),
    )


def _sample_items(count: int, due: date, today: date) -> tuple[LetterItem, ...]:
    """Items of two currencies in turn, partly paid and partly in dispute."""
    return tuple(
        LetterItem(
            invoice=f"INV-{number}",
            issue_date=due - timedelta(days=30),
            due_date=due,
            amount=Money(120_000, currency),
            balance=Money(80_000, currency),
            days_overdue=(today - due).days,
            reference="PO 7",
            disputed=Money(10_000, currency),
        )
        for number, currency in zip(range(count), ("EUR", "USD") * count, strict=False)
    )
