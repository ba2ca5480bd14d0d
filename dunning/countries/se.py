"""Sweden: Räntelagen (1975:635) and lag (1981:739) on collection costs."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from dunning.countries.fixed_sums import flat
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

# Riksbank policy rate at the end of the half-year before, rounded up to the next half point.
REFERENCE_RATE = RateTable(
    "referensränta",
    "Sveriges riksbank, Räntelagen 9 §",
    rates(
        "2023H2 3.50, 2024H1 4.00",
        verify="2024H2 4.00, 2025H1 3.00, 2025H2 2.00, 2026H1 2.00",
    ),
)
_BUSINESS = ClaimRule(
    law="Räntelagen 6 §",
    margin=Decimal(8),
    table=REFERENCE_RATE,
    fee=flat("450", "SEK"),
    fee_law="Lag (1981:739) 4 a § (förseningsersättning)",
)
SE = Jurisdiction(
    "SE",
    "Sweden",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType(
        {
            "consumer": "Förseningsersättning is not for private persons, and a reminder fee only"
            " where the contract agreed it: nothing is claimed from consumers."
        }
    ),
)
