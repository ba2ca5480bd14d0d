"""Which policy an invoice follows at a moment, by the order in docs/policies.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dunning.customer_facts import CustomerFact, CustomerRecorded
from dunning.own_rates import NO_RATES, OwnRates
from dunning.policy import Policy


@dataclass(frozen=True)
class PoliciesInForce:
    """All policies by name, and the team's tables; `named` are those the ledger may name."""

    policies: Mapping[str, Policy]
    default: str
    named: frozenset[str] = frozenset()
    customer: Mapping[str, str] = field(default_factory=dict)
    segment: Mapping[str, str] = field(default_factory=dict)
    entity: Mapping[str, str] = field(default_factory=dict)
    debtor: Mapping[str, str] = field(default_factory=dict)
    rates: OwnRates = NO_RATES

    def of(self, policy: str, entity: str, customer: str, recorded: CustomerRecorded | None) -> str:
        """The name of the policy of an invoice whose ledger names `policy` and `entity`."""
        segment, own, home, debtor, country = "", "", "", "", ""
        if recorded is not None:
            segment, own, home = recorded.segment, recorded.policy, recorded.entity
            debtor = "consumer" if segment == "consumer" else recorded.debtor
            country = recorded.country
        wanted = (
            policy,
            own,
            self.customer.get(customer, ""),
            self.debtor.get(f"{debtor}/{country}", ""),
            self.segment.get(segment, ""),
            self.debtor.get(debtor, ""),
            self.entity.get(entity or home, ""),
        )
        return next((name for name in wanted if name in self.named), self.default)


def recorded_at(history: Sequence[CustomerFact], at: datetime) -> CustomerRecorded | None:
    """What the ledger said of the customer last, at a moment."""
    found = None
    for fact in history:
        if fact.at > at:
            break
        if isinstance(fact, CustomerRecorded):
            found = fact
    return found
