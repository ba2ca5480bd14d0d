"""A sum that may be claimed only after a letter announced it: once for all it asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dunning.case import Case
from dunning.claim import Claim
from dunning.countries.fixed_sums import in_currency
from dunning.countries.table import ClaimRule, NotClaimable
from dunning.money import Money
from dunning.principals import open_on, principals

# Safe beside "14 full days from the day after receipt": what the letter itself says.
_LETTER_DAYS = 15


@dataclass(frozen=True)
class SumLetter:
    """The letter that has to announce a sum: its name, its day, and every invoice it asked for."""

    letter: str
    sent_on: date
    cases: tuple[Case, ...]


def announced_sum(
    rule: ClaimRule, case: Case, letter: SumLetter | None, day: date
) -> tuple[date, Money]:
    """The first day after the time the letter gave, and what was open then of all it asked for.

    The law adds up what one letter asks for and wants one sum (BW 6:96 (7)): it stands beside the
    oldest of its invoices. Raises NotClaimable for the others, and before the time is over.
    """
    if letter is None or letter.letter != rule.fee_after:
        raise NotClaimable(f"{rule.fee_law}: the letter {rule.fee_after} was not sent yet.")
    since = first_day(letter.sent_on)
    if day < since:
        until = since - timedelta(days=1)
        raise NotClaimable(f"{rule.fee_law}: the customer has until {until} to pay.")
    left = {one.invoice: open_on(principals(one), since) for one in letter.cases}
    bearer = _bearer(letter, left)
    if not bearer:
        paid = f"what the letter of {letter.sent_on} asked for was paid in time"
        raise NotClaimable(f"{rule.fee_law}: {paid}.")
    if bearer != case.invoice:
        shared = "the invoices of one letter share one sum"
        raise NotClaimable(f"{rule.fee_law}: {shared}, which stands beside invoice {bearer}.")
    return since, _sum([one for one in left.values() if one.minor > 0])


def first_day(sent_on: date) -> date:
    """The first day after the time that a letter sent on a day gave: the sum arises on it."""
    return sent_on + timedelta(days=_LETTER_DAYS + 1)


def _bearer(letter: SumLetter, left: Mapping[str, Money]) -> str:
    """The invoice beside which the sum of the letter stands: where it does, else the oldest."""
    own = [one for one in letter.cases if _had(one, letter.letter)]
    asked = [one for one in own if any(_is_sum(claim) for claim in one.claims)]
    oldest = sorted(own, key=lambda one: (one.due_date, one.invoice))
    owing = [one for one in oldest if left[one.invoice].minor > 0]
    return next((one.invoice for one in (*asked, *owing)), "")


def _had(case: Case, letter: str) -> bool:
    """Whether it was the invoice's own letter, and did not only list it."""
    return any(one.letter == letter and one.counts for one in case.touches)


def _is_sum(claim: Claim) -> bool:
    return claim.raised.what == "fee" and claim.outcome != "withdrawn"


def _sum(owed: list[Money]) -> Money:
    currency = owed[0].currency
    for amount in owed:
        in_currency(amount, currency)
    return sum(owed, start=Money.zero(currency))
