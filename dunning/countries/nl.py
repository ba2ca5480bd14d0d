"""Netherlands: BW 6:96, 6:119 and 6:119a, and the scale of the Besluit BIK (WIK)."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType

from dunning.countries.eu import MAIN_REFINANCING
from dunning.countries.fixed_sums import scale
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, rates

LETTER = "nl_fourteen_day"
CONSUMER_RATE = RateTable(
    "wettelijke rente (niet-handelstransacties)",
    "Besluit wettelijke rente, BW 6:120",
    rates("2024H1 7, 2024H2 7, 2025H1 6, 2025H2 6", verify="2026H1 4, 2026H2 4"),
)
# Besluit BIK, without VAT: each band of the principal and its per cent.
collection_costs = scale(
    "EUR", "0 15, 2500 10, 5000 5, 10000 1, 200000 0.5", least="40", most="6775"
)
_BUSINESS = ClaimRule(
    law="BW 6:119a",
    margin=Decimal(8),
    table=MAIN_REFINANCING,
    compounds_yearly=True,
    fee=collection_costs,
    fee_law="BW 6:96 (4), Besluit BIK",
)
_CONSUMER = ClaimRule(
    law="BW 6:119",
    table=CONSUMER_RATE,
    compounds_yearly=True,
    fee=collection_costs,
    fee_law="BW 6:96 (6) and (7), Besluit BIK",
    fee_after=LETTER,
)
NL = Jurisdiction(
    "NL",
    "the Netherlands",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS, "consumer": _CONSUMER}),
)
