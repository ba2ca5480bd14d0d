"""A policy's rules for disputes: whose they are, how long they may take, who gives up money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from dunning.money import Money

_OWNERS = {
    "price": "pricing",
    "quantity": "logistics",
    "quality": "sales",
    "damage": "logistics",
    "not_received": "logistics",
    "duplicate": "associate",
    "not_ours": "associate",
    "tax": "tax",
    "po_missing": "sales",
    "other": "associate",
}
_LIMITS = {
    "associate": Decimal("25.00"),
    "ar_lead": Decimal("1000.00"),
    "controller": Decimal("10000.00"),
    "finance_director": Decimal("100000000.00"),
}


@dataclass(frozen=True)
class DisputeRules:
    """The service level of disputes, in business days unless it says otherwise.

    The owner acknowledges, is reminded `remind_business_days` before the time to resolve is over,
    and then `escalate_to` is told, and again every `repeat_business_days`. Credit limits are in
    major units of whatever currency the invoice has.
    """

    owner: Mapping[str, str] = field(default_factory=lambda: MappingProxyType(_OWNERS))
    acknowledge_business_days: int = 5
    resolve_business_days: int = 10
    remind_business_days: int = 2
    repeat_business_days: int = 5
    customer_business_days: int = 10
    approve_business_days: int = 5
    grace_days: int = 7
    escalate_to: str = "ar_lead"
    credit_limit: Mapping[str, Decimal] = field(default_factory=lambda: MappingProxyType(_LIMITS))

    def owner_of(self, reason: str) -> str:
        """The role that has to find out about disputes of this reason."""
        return self.owner.get(reason, self.owner["other"])

    def may_give_up(self, role: str, amount: Money) -> bool:
        """Whether the amount is within the role's limit; a role without one has none."""
        return amount.major <= self.credit_limit.get(role, Decimal(0))

    def approver_of(self, amount: Money) -> str | None:
        """The role with the lowest limit that covers the amount, if there is one."""
        limits = sorted(self.credit_limit.items(), key=lambda pair: pair[1])
        return next((role for role, _ in limits if self.may_give_up(role, amount)), None)
