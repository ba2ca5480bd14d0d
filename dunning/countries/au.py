"""Australia: no statutory late fee between businesses; only what the contract says."""

from __future__ import annotations

from types import MappingProxyType

from dunning.countries.table import ClaimRule, Jurisdiction

_BUSINESS = ClaimRule(law="the agreement, if it is no penalty", contract="only")
AU = Jurisdiction(
    "AU",
    "Australia",
    MappingProxyType({"business": _BUSINESS, "public": _BUSINESS}),
    MappingProxyType({"consumer": "Nothing is claimed from consumers in Australia."}),
)
