"""What follows from a reply: facts, answers, and what is left for a person."""

from __future__ import annotations

from dataclasses import dataclass, field

from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact


@dataclass
class Decision:
    """Collects what follows from one reply.

    `acted` says in sentences what was done by itself, `left` why a person has to look. `answers`
    are letters that go back at once.
    """

    customer: list[CustomerFact] = field(default_factory=list)
    invoices: dict[str, list[InvoiceFact]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    acted: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    # Whose work it is; the highest role that anything asks for.
    role: str = "associate"

    def record(self, invoice: str, fact: InvoiceFact) -> None:
        """Record a fact of an invoice."""
        self.invoices.setdefault(invoice, []).append(fact)

    def leave(self, why: str, role: str = "associate") -> None:
        """Leave it to a person, and say why."""
        self.left.append(why)
        self.role = max(self.role, role, key=_ROLES.index)


_ROLES = ("associate", "ar_lead", "controller")
