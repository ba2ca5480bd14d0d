"""Canada: Interest Act s. 4 and Criminal Code s. 347; only what the contract says."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from dunning.countries.table import ClaimRule, Jurisdiction, NotClaimable

# Criminal Code s. 347 since 1 January 2025; some commercial loans are exempt, none is assumed.
CRIMINAL_PERCENT = Decimal(35)
_WITHOUT_YEARLY = Decimal(5)


def yearly_rate(
    percent: Decimal, per: Literal["day", "week", "month", "year"], *, yearly_is_stated: bool
) -> Decimal:
    """The yearly per cent that an agreed rate is worth.

    Interest Act s. 4: a rate for less than a year whose yearly equivalent the contract does not
    state is worth at most 5 % a year. Raises NotClaimable at a criminal rate.
    """
    times = {"day": 365, "week": 52, "month": 12, "year": 1}[per]
    yearly = percent * times
    if per != "year" and not yearly_is_stated:
        return min(yearly, _WITHOUT_YEARLY)
    if yearly > CRIMINAL_PERCENT:
        raise NotClaimable(
            f"{yearly} % a year is above {CRIMINAL_PERCENT} %: Criminal Code s. 347."
        )
    return yearly


_BUSINESS = ClaimRule(
    law="the agreement; Interest Act s. 4", contract="only", most=CRIMINAL_PERCENT
)
CA = Jurisdiction(
    "CA",
    "Canada",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType(
        {"consumer": "Provincial laws differ: nothing is claimed from consumers in Canada."}
    ),
)
