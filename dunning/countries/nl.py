"""Netherlands: BW 6:96, 6:119 and 6:119a, and the scale of the Besluit BIK (WIK)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from dunning.countries.eu import MAIN_REFINANCING
from dunning.countries.table import ClaimRule, Jurisdiction, RateTable, in_currency, rates
from dunning.money import Money

LETTER = "nl_fourteen_day"
CONSUMER_RATE = RateTable(
    "wettelijke rente (niet-handelstransacties)",
    "Besluit wettelijke rente, BW 6:120",
    rates("2024H1 7, 2024H2 7, 2025H1 6, 2025H2 6", verify="2026H1 4, 2026H2 4"),
)
# Width of each band of the principal and its per cent; above the last one 0.5 %.
_BANDS = ((2_500, "15"), (2_500, "10"), (5_000, "5"), (190_000, "1"))
_ABOVE, _LEAST, _MOST = Decimal("0.5"), Decimal(40), Decimal(6775)


def collection_costs(principal: Money) -> Money:
    """The scale of the Besluit BIK for a principal in euros, without VAT.

    Raises NotClaimable for another currency.
    """
    in_currency(principal, "EUR")
    left, costs = principal.major, Decimal(0)
    for width, percent in _BANDS:
        part = min(left, Decimal(width))
        costs += part * Decimal(percent) / 100
        left -= part
    costs += left * _ABOVE / 100
    exact = min(max(costs, _LEAST), _MOST)
    return Money.parse(exact.quantize(Decimal("0.01"), ROUND_HALF_UP), "EUR")


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
