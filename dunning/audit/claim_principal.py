"""The principal of a claim as the auditor adds it up: what was open on the day it counts from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from dunning.audit.claim_balance import moves_of, open_before
from dunning.claim_facts import ClaimRaised
from dunning.countries.table import ClaimRule
from dunning.facts import InvoiceFact

_A_DAY = timedelta(days=1)


def wrong_principal(
    rule: ClaimRule | None, fact: ClaimRaised, known: Sequence[InvoiceFact]
) -> Iterator[tuple[str, str]]:
    """What the principal should have been, where it was something else.

    A sum that a letter announced may be for several invoices: `shared_sums` looks at those.
    """
    if rule is None or (fact.what == "fee" and rule.fee_after):
        return
    right = open_before(known, fact.first) if fact.what == "fee" else _first_owed(fact, known)
    if right != fact.principal.minor:
        yield "PRINCIPAL", told_principal(fact, right)


def told_principal(fact: ClaimRaised, right: int) -> str:
    """The sentence of a finding; `right` in minor units."""
    counts = f"{right} minor units were open from {fact.first} on"
    return f"{fact.what} claimed on a principal of {fact.principal}; {counts}"


def _first_owed(fact: ClaimRaised, known: Sequence[InvoiceFact]) -> int:
    """What was open on the first day of the interest on which anything was, else nothing."""
    changes = sorted({on + _A_DAY for on, _ in moves_of(known)})
    days = [fact.first, *(one for one in changes if fact.first < one <= fact.until)]
    return next((open_ for one in days if (open_ := open_before(known, one)) > 0), 0)
