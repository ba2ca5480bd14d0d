"""An invoice, and claims beside it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dunning import facts
from dunning.case import Case
from dunning.claim_facts import ClaimRaised
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.may import may
from dunning.money import Money

AT = datetime(2026, 2, 2, 9, tzinfo=UTC)
DAY = AT.date()


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def opened(amount: int = 10_000) -> facts.InvoiceOpened:
    return facts.InvoiceOpened(
        at=AT,
        by="import",
        invoice="I-1",
        customer="C-1",
        entity="demo",
        amount=eur(amount),
        issue_date=DAY,
        due_date=date(2026, 3, 2),
    )


def raised(claim: str = "k1", **changes: object) -> ClaimRaised:
    known: dict[str, object] = {
        "at": AT,
        "by": "ada",
        "claim": claim,
        "what": "interest",
        "amount": eur(500),
        "principal": eur(10_000),
        "first": date(2026, 3, 3),
        "until": date(2026, 3, 31),
        "country": "DE",
        "law": "BGB § 288 (2)",
        "debtor": "business",
    }
    return ClaimRaised(**(known | changes))  # type: ignore[arg-type]  # Its own fields, by name.


def told(case: Case, *history: InvoiceFact) -> Case:
    for fact in history:
        may(case, fact)
        case = apply(case, fact)
    return case
