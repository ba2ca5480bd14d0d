"""United Kingdom: Late Payment of Commercial Debts (Interest) Act 1998."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from dunning.countries.fixed_sums import tiered
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

# The rate on 30 June or 31 December before the half-year named.
BANK_RATE = RateTable(
    "Bank of England rate",
    "Bank of England, official Bank Rate history; SI 2002/1675 art. 4",
    rates(
        "2024H1 5.25, 2024H2 5.25, 2025H1 4.75, 2025H2 4.25, 2026H1 3.75, 2026H2 3.75",
        known="2023H1 3.50, 2023H2 5.00",
    ),
)
_BUSINESS = ClaimRule(
    law="Late Payment of Commercial Debts (Interest) Act 1998, s. 6; SI 2002/1675",
    margin=Decimal(8),
    table=BANK_RATE,
    fixed_at_start=True,
    fee=tiered("GBP", "0.01 40, 1000 70, 10000 100"),
    fee_law="Late Payment of Commercial Debts (Interest) Act 1998, s. 5A",
)
GB = Jurisdiction(
    "GB",
    "the United Kingdom",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType(
        {"consumer": "The 1998 Act is about business debts: nothing is claimed from consumers."}
    ),
)
