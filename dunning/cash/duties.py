"""Segregation of duties around cash: who posted money may not give up what it left open."""

from __future__ import annotations

from collections.abc import Sequence

from dunning.facts import InvoiceFact, PaymentApplied
from dunning.proposal import same_person

# What is posted without a person.
_NOBODY = frozenset(("import", "duncan"))


def posters(history: Sequence[InvoiceFact]) -> set[str]:
    """The people who applied money to the invoice themselves."""
    applied = (fact for fact in history if isinstance(fact, PaymentApplied))
    return {fact.by for fact in applied} - _NOBODY


def refuse_poster(approver: str, history: Sequence[InvoiceFact]) -> str | None:
    """Why this person may not give money of the invoice up; None when nothing is against it.

    Otherwise one person could keep a payment and write the invoice off.
    """
    if any(same_person(approver, one) for one in posters(history)):
        return f"{approver} posted cash on this invoice and may not approve that it is given up."
    return None
