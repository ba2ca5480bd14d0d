"""Germany: BGB sections 247, 286 and 288."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from dunning.countries.fixed_sums import flat
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

BASE_RATE = RateTable(
    "Basiszinssatz",
    "Deutsche Bundesbank, BGB § 247",
    rates(
        "2024H2 3.37, 2025H1 2.27, 2025H2 1.27, 2026H1 1.27",
        known="2023H1 1.62, 2023H2 3.12, 2024H1 3.62",
    ),
)
# BGB § 193: what is due on a Saturday, Sunday or holiday may be paid on the next working day.
_CONSUMER = ClaimRule(
    law="BGB § 288 (1)", margin=Decimal(5), table=BASE_RATE, due_moves_to_workday=True
)
_BUSINESS = replace(
    _CONSUMER,
    law="BGB § 288 (2)",
    margin=Decimal(9),
    fee=flat("40", "EUR"),
    fee_law="BGB § 288 (5)",
)
DE = Jurisdiction(
    "DE",
    "Germany",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS, "consumer": _CONSUMER}),
)
