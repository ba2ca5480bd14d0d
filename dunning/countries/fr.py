"""France: Code de commerce L441-10 and D441-5; CPCE L111-8 for consumers."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from dunning.countries.eu import MAIN_REFINANCING
from dunning.countries.fixed_sums import flat
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

LEGAL_RATE = RateTable(
    "taux de l'intérêt légal (professionnels)",
    "Arrêtés relatifs à la fixation du taux de l'intérêt légal",
    rates("2024H2 4.92, 2025H1 3.71, 2025H2 2.76, 2026H1 2.62"),
)
_BUSINESS = ClaimRule(
    law="Code de commerce L441-10",
    margin=Decimal(10),
    table=MAIN_REFINANCING,
    floor=LEGAL_RATE,
    floor_times=3,
    contract="instead",
    fee=flat("40", "EUR"),
    fee_law="Code de commerce L441-10, D441-5",
)
FR = Jurisdiction(
    "FR",
    "France",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType(
        {
            "consumer": "CPCE L111-8: the costs of amicable recovery may not be asked of consumers,"
            " and L441-10 is about businesses."
        }
    ),
)
