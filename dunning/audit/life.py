"""The life of one invoice as the auditor reads it: touches, work, reasons, intervals, balances."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from dunning import facts, touch_facts
from dunning.audit.silence import Silence
from dunning.audit.standing import Standing
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.policy import CadenceStep, Policy


@dataclass(slots=True)
class Made:
    """A touch, and how things stood just before it was claimed."""

    fact: touch_facts.TouchStarted
    day: date
    balance: int
    asked: int
    # Codes of what held the invoice, or ended its case.
    held: frozenset[str]
    due: date
    policy: Policy
    requested: bool
    approved: frozenset[str]
    # The levels and days of the touches that counted then.
    reached: int
    last_reminder: date | None
    distributed: bool
    state: str = "started"
    settled_at: datetime | None = None
    retry_at: datetime | None = None
    pledges: int = 0

    @property
    def counts(self) -> bool:
        """Whether it reached the customer, or may have."""
        return self.state not in ("refused", "bounced")


class Term(NamedTuple):
    """From which day, and from which moment of it, which due date and policy were in force."""

    since: date
    due: date
    policy: Policy
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A step's place in the policy that was in force."""

    step: CadenceStep
    index: int
    term: Term


class Exposure(NamedTuple):
    """What was open and not held from a moment on, in minor units, and the level reached."""

    at: datetime
    due: date
    asked: int
    level: int


@dataclass(slots=True)
class Life:
    """One invoice, read once from its first fact to its last."""

    opened: InvoiceOpened
    enrolled: date
    terms: list[Term] = field(default_factory=list)
    touches: list[Made] = field(default_factory=list)
    work: list[facts.TaskOpened] = field(default_factory=list)
    withheld: list[touch_facts.TouchWithheld] = field(default_factory=list)
    approvals: list[touch_facts.TouchApproved] = field(default_factory=list)
    escalations: list[facts.Escalated] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    exposures: list[Exposure] = field(default_factory=list)
    payments: list[facts.PaymentApplied] = field(default_factory=list)
    others: list[InvoiceFact] = field(default_factory=list)
    standing: Standing | None = None

    @property
    def last_term(self) -> Term:
        """What was in force at last."""
        return self.terms[-1]

    def term_at(self, at: datetime) -> Term:
        """What was in force at the moment."""
        return next((one for one in reversed(self.terms) if one.at <= at), self.terms[0])
