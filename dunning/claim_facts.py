"""Facts about claims beside the invoice: interest and fixed sums for paying late.

A claim never changes what the invoice owes: it is a line of its own, and may be waived.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money

ClaimedFor = Literal["interest", "fee"]


@dataclass(frozen=True, kw_only=True)
class ClaimRaised(Fact):
    """The customer is told of a claim, in the message `attempt` or by the person who raised it.

    Interest runs from `first` to `until`, both included; a fee is for the `principal`. `law` is
    the rule with its source, `country` the table, `debtor` what the ledger says of the customer,
    `contract` the agreed yearly rate in per cent, "" where the law's own holds.
    """

    kind: Literal["claim_raised"] = "claim_raised"
    claim: str
    what: ClaimedFor
    amount: Money
    principal: Money
    first: date
    until: date
    country: str
    law: str
    debtor: str
    contract: str = ""
    attempt: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimWaived(Fact):
    """A person gives the claim up, alone within the limit, else as `approved` by another."""

    kind: Literal["claim_waived"] = "claim_waived"
    claim: str
    amount: Money
    reason: str
    adjustment: str = ""
    limit: Money | None = None


@dataclass(frozen=True, kw_only=True)
class ClaimPaid(Fact):
    """The customer paid so much of the claim on the day `on`."""

    kind: Literal["claim_paid"] = "claim_paid"
    claim: str
    amount: Money
    on: date
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class ClaimWithdrawn(Fact):
    """The claim was wrong, or a later one takes its place."""

    kind: Literal["claim_withdrawn"] = "claim_withdrawn"
    claim: str
    reason: str


ClaimFact = ClaimRaised | ClaimWaived | ClaimPaid | ClaimWithdrawn
