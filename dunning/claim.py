"""Claims beside an invoice: raised, waived, paid or withdrawn; the balance never moves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dunning.claim_facts import ClaimFact, ClaimPaid, ClaimRaised, ClaimWaived, ClaimWithdrawn
from dunning.money import Money
from dunning.replacing import replace


@dataclass(frozen=True)
class Claim:
    """A claim as its facts give it; open while something of it is neither paid nor given up."""

    raised: ClaimRaised
    paid: Money
    outcome: str = ""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.raised.claim

    @property
    def open(self) -> Money:
        """What is still asked for."""
        nothing = Money.zero(self.paid.currency)
        return nothing if self.outcome else max(self.raised.amount - self.paid, nothing)


def after_claim(claims: Sequence[Claim], fact: ClaimFact) -> tuple[Claim, ...]:
    """The claims of an invoice after one more fact."""
    if isinstance(fact, ClaimRaised):
        return (*claims, Claim(fact, Money.zero(fact.amount.currency)))
    return tuple(_after(one, fact) if one.name == fact.claim else one for one in claims)


def claims_on(history: Iterable[object], day: date) -> tuple[Claim, ...]:
    """The claims of an invoice at the end of a day; a payment counts from its own day."""
    claims: tuple[Claim, ...] = ()
    for fact in history:
        if isinstance(fact, ClaimFact):
            since = fact.on if isinstance(fact, ClaimPaid) else fact.at.date()
            claims = after_claim(claims, fact) if since <= day else claims
    return claims


def open_claims(claims: Sequence[Claim]) -> list[Claim]:
    """The claims that are still asked for."""
    return [one for one in claims if one.open.minor > 0]


def refuse_claim(claims: Sequence[Claim], fact: ClaimFact) -> str | None:
    """Why a fact about a claim may not be recorded; None when it may."""
    known = next((one for one in claims if one.name == fact.claim), None)
    if isinstance(fact, ClaimRaised):
        return _refuse_raised(known, claims, fact)
    if known is None:
        return f"There is no claim {fact.claim}."
    if known.open.minor <= 0:
        return f"Claim {fact.claim} is not open any more."
    if isinstance(fact, ClaimPaid):
        return _refuse_amount(fact.amount, known.open)
    if isinstance(fact, ClaimWaived) and fact.amount != known.open:
        return f"{known.open} of claim {fact.claim} is open, not {fact.amount}."
    return None


def _after(claim: Claim, fact: ClaimWaived | ClaimPaid | ClaimWithdrawn) -> Claim:
    if isinstance(fact, ClaimPaid):
        return replace(claim, paid=claim.paid + fact.amount)
    return replace(claim, outcome="waived" if isinstance(fact, ClaimWaived) else "withdrawn")


def _refuse_raised(known: Claim | None, claims: Sequence[Claim], fact: ClaimRaised) -> str | None:
    if known is not None:
        return f"There is a claim {fact.claim} already."
    if fact.amount.minor <= 0 or fact.amount.currency != fact.principal.currency:
        return "A claim is for more than nothing, in the invoice's currency."
    same = [one for one in open_claims(claims) if one.raised.what == fact.what]
    if same:
        return f"Claim {same[0].name} is open: withdraw it before another takes its place."
    # What was paid, waived or asked for once is not asked for twice.
    kept = [one for one in claims if one.outcome != "withdrawn" and one.raised.what == fact.what]
    if fact.what == "fee" and kept:
        return f"The sum was claimed once already, as {kept[0].name}."
    if kept and fact.first <= kept[-1].raised.until:
        return f"Interest until {kept[-1].raised.until} was claimed already, as {kept[-1].name}."
    return None


def _refuse_amount(amount: Money, most: Money) -> str | None:
    if amount.currency != most.currency:
        return f"The claim is in {most.currency}, not {amount.currency}."
    if amount.minor <= 0 or amount > most:
        return f"Between nothing and the open {most} may be paid of the claim."
    return None
