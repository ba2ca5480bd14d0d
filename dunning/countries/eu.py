"""Euro area without a table of its own: Directive 2011/7/EU as most states took it over."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from dunning.countries.fixed_sums import flat
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

MAIN_REFINANCING = RateTable(
    "ECB main refinancing rate",
    "European Central Bank, key interest rates, on 1 January and 1 July",
    rates(
        "2023H1 2.50, 2023H2 4.00, 2024H1 4.50, 2024H2 4.25, 2025H1 3.15, 2025H2 2.15, 2026H1 2.15"
    ),
)
_BUSINESS = ClaimRule(
    law="Directive 2011/7/EU, art. 3 and 4",
    margin=Decimal(8),
    table=MAIN_REFINANCING,
    fee=flat("40", "EUR"),
    fee_law="Directive 2011/7/EU, art. 6",
)
EU = Jurisdiction(
    "EU",
    "the European Union",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType(
        {"consumer": "Directive 2011/7/EU is about businesses: nothing is claimed from consumers."}
    ),
)
# States with the euro; the others' own central banks set the rate, which no table here has.
EURO_AREA = frozenset(
    "AT BE BG CY EE ES FI GR HR IE IT LT LU LV MT PT SI SK".split()  # Bulgaria since 2026.
)
