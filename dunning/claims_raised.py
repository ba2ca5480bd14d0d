"""Raising claims: what is due now takes the place of what was asked for before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dunning.case import Case
from dunning.claim import open_claims
from dunning.claim_facts import ClaimFact, ClaimRaised, ClaimWithdrawn
from dunning.claims_due import DueClaim


def claims_raised(
    case: Case, due: Sequence[DueClaim], by: str, at: datetime, attempt: str = ""
) -> list[ClaimFact]:
    """The facts that raise these claims; an open claim of the kind is withdrawn first.

    A fixed sum that is open already stays as it is.
    """
    found: list[ClaimFact] = []
    before = {one.raised.what: one for one in open_claims(case.claims)}
    for number, one in enumerate(due, start=len(case.claims) + 1):
        known = before.get(one.what)
        if known and (one.what == "fee" or known.paid.minor):
            continue
        if known:
            why = "a later one takes its place"
            found.append(ClaimWithdrawn(at=at, by=by, claim=known.name, reason=why))
        raised = ClaimRaised(
            at=at,
            by=by,
            claim=f"{case.invoice}:k{number}",
            what=one.what,
            amount=one.amount,
            principal=one.principal,
            first=one.first,
            until=one.until,
            country=one.country,
            law=one.law,
            debtor=one.debtor,
            contract=one.contract,
            attempt=attempt,
        )
        found.append(raised)
    return found
