"""What is planted in claims beside an invoice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from dunning.audit.account import Followed
from dunning.claim_facts import ClaimRaised
from dunning.customer_facts import CustomerRecorded
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.money import Money
from dunning.principals import open_on, principals
from tests.dunning.audit.plant_books import Books, Plant
from tests.dunning.audit.planted_records import appended

NOTHING = Money(0, "EUR")
# Before any table of rates begins.
LONG_AGO = date(1990, 1, 1)


def claimed(debtor: str, known: str, *, more: Money = NOTHING, **fields: object) -> Plant:
    """A claim as from such a debtor; the ledger says what the customer is.

    Its principal is what was open on its first day, and `more`.
    """
    usual: dict[str, object] = {
        "claim": "k9",
        "what": "interest",
        "amount": Money(7, "EUR"),
        "country": "DE",
        "law": "planted",
        "debtor": debtor,
    }

    def raised(at: datetime, followed: Followed) -> InvoiceFact:
        day = at.date()
        told = {**usual, "first": day - timedelta(days=2), "until": day, **fields}
        told["principal"] = _owed_on(told["first"], followed) + more
        return ClaimRaised(at=at, by="omar", **told)  # type: ignore[arg-type]  # Its own fields, by name.

    def plant(books: Books) -> str | None:
        first, *later = books.account.history
        assert isinstance(first, CustomerRecorded), "a customer begins when the ledger names it"
        recorded = replace(first, debtor=known)  # type: ignore[arg-type]  # One of its words.
        books.account = replace(books.account, history=(recorded, *later))
        return appended(raised)(books)

    return plant


def _owed_on(day: object, followed: Followed) -> Money:
    """What was open on the day by the rulebook's own count."""
    assert isinstance(day, date), "a claim counts from a day"
    return max(NOTHING, open_on(principals(fold(followed.history)), day))
