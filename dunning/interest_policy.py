"""The `[interest]` table of a policy: whether interest and fixed sums are claimed, and when."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from dunning.countries.ca import yearly_rate
from dunning.policy_document import Section

ClaimWhen = Literal["never", "statement_only", "from_level"]
Per = Literal["year", "month", "week", "day"]
_CLAIM: tuple[ClaimWhen, ...] = ("never", "statement_only", "from_level")
_PER: tuple[Per, ...] = ("year", "month", "week", "day")


@dataclass(frozen=True)
class InterestRules:
    """When a claim is raised: never, only on request and statements, or with letters of a level.

    `law` is the agreed law (ISO 3166), "" for that of the entity's country. `contract` is the
    agreed rate in per cent `per` year or shorter; `yearly_is_stated` when the contract gives its
    yearly equivalent. So much (major units) one person may waive alone.
    """

    claim: ClaimWhen = "never"
    from_level: int = 0
    fees: bool = False
    law: str = ""
    contract: Decimal | None = None
    per: Per = "year"
    yearly_is_stated: bool = False
    waive_alone: Decimal = Decimal("25.00")

    def speaks_at(self, level: int) -> bool:
        """Whether letters of the level state the claim."""
        return self.claim == "from_level" and level >= self.from_level

    @property
    def yearly(self) -> Decimal | None:
        """The agreed yearly rate in per cent, as Canadian law reads a shorter one.

        Raises NotClaimable.
        """
        if self.contract is None:
            return None
        return yearly_rate(self.contract, self.per, yearly_is_stated=self.yearly_is_stated)


def read_interest_rules(section: Section, laws: Collection[str]) -> InterestRules:
    """The rules for interest and fixed sums, by one of the `laws`; what is left out is as usual."""
    usual = InterestRules()
    claim = section.choice("claim", _CLAIM, usual.claim)
    law = section.text("law", usual.law)
    if law and law not in laws:
        section.refuse("law", f'"{law}" has no table; there are {", ".join(laws)}')
    is_agreed = "contract_percent" in section
    return InterestRules(
        claim=claim,
        from_level=section.whole("from_level", least=1, most=9) if claim == "from_level" else 0,
        fees=section.flag("fees", default=usual.fees),
        law=law,
        contract=section.amount("contract_percent") if is_agreed else None,
        per=section.choice("contract_per", _PER, usual.per),
        yearly_is_stated=section.flag("yearly_is_stated", default=usual.yearly_is_stated),
        waive_alone=section.amount("waive_alone", str(usual.waive_alone)),
    )
