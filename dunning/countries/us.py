"""United States: no federal interest between businesses; only what the contract says."""

from __future__ import annotations

from types import MappingProxyType

from dunning.countries.table import ClaimRule, Jurisdiction

_BUSINESS = ClaimRule(law="the agreement (no federal statute; state usury caps)", contract="only")
US = Jurisdiction(
    "US",
    "the United States",
    MappingProxyType({"business": _BUSINESS}),
    MappingProxyType(
        {
            "consumer": "State laws on consumer debts differ: nothing is claimed from consumers.",
            "public": "Federal agencies pay Prompt Payment Act interest by themselves:"
            " nothing is claimed.",
        }
    ),
)
