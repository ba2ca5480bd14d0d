"""The audit of households."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from dunning.audit.account import (
    Period,
    Surroundings,
)
from dunning.audit.auditor import Auditor
from dunning.audit.terms import PoliciesInForce
from tests.dunning.audit.households import Household
from tests.dunning.worlds import LONDON, POLICIES

TERMS = PoliciesInForce(POLICIES, "standard_b2b", frozenset(POLICIES))


def audited(
    households: Iterable[Household], as_of: datetime, terms: PoliciesInForce = TERMS
) -> Auditor:
    """The audit of whole histories."""
    period = Period(date(2026, 1, 1), date(2026, 12, 31), as_of)
    auditor = Auditor(period, terms, Surroundings(LONDON))
    for one in households:
        auditor.account(one.account(), one.followed())
    auditor.end()
    return auditor
