"""What follows from a reply: facts, answers, and what is left for a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from dunning.case import Case
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.may import NotAllowed, may

_ROLES = ("associate", "ar_lead", "controller")


class Answer(NamedTuple):
    """A letter that goes back at once, and the invoices it is about."""

    letter: str
    invoices: tuple[str, ...] = ()


@dataclass
class Decision:
    """Collects what follows from one reply.

    `acted` says in sentences what was done by itself, `left` why a person has to look, `role` who
    that is.
    """

    customer: list[CustomerFact] = field(default_factory=list)
    invoices: dict[str, list[InvoiceFact]] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    acted: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    role: str = "associate"
    # The cases as they are after the facts that were collected.
    _after: dict[str, Case] = field(default_factory=dict)

    def record(self, case: Case, fact: InvoiceFact) -> bool:
        """Record a fact of an invoice; what a rule refuses is left to a person in its words."""
        known = self._after.get(case.invoice, case)
        try:
            may(known, fact)
        except NotAllowed as refusal:
            self.leave(str(refusal).rstrip("."))
            return False
        self._after[case.invoice] = apply(known, fact)
        self.invoices.setdefault(case.invoice, []).append(fact)
        return True

    def leave(self, why: str, role: str = "associate") -> None:
        """Leave it to a person, the highest role that anything asks for, and say why."""
        if why not in self.left:
            self.left.append(why)
        self.role = max(self.role, role, key=_ROLES.index)
