"""Facts: what happened, in the past tense, never changed and never taken back.

A case is folded from the facts of its invoice, an account from those of its customer. Every fact
knows when it was recorded (`at`, aware) and by whom (`by`: a person's name, `import` or `duncan`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunning.adjustment_facts import AdjustmentFact
from dunning.cash_facts import CashMovement, ShortPaid
from dunning.claim_facts import ClaimFact
from dunning.dispute_facts import DisputeFact
from dunning.distribution_facts import DistributionFact
from dunning.fact import Fact
from dunning.money import Money
from dunning.payment import CreditOf
from dunning.promise_facts import PromiseFact
from dunning.proposal_facts import ProposalFact
from dunning.task_facts import TaskFact
from dunning.touch_facts import TouchFact


@dataclass(frozen=True, kw_only=True)
class InvoiceOpened(Fact):
    """An invoice came in. `distributed` is false when Duncan has to send the invoice itself.

    Its terms may let the customer keep back `discount` when it pays until `discount_until`.
    """

    kind: Literal["invoice_opened"] = "invoice_opened"
    invoice: str
    customer: str
    entity: str
    amount: Money
    issue_date: date
    due_date: date
    distributed: bool = True
    policy: str = ""
    reference: str = ""
    discount: Money | None = None
    discount_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class InvoiceAmended(Fact):
    """The ledger now gives another amount, due date, policy or reference for the invoice."""

    kind: Literal["invoice_amended"] = "invoice_amended"
    amount: Money
    due_date: date
    policy: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentApplied(Fact):
    """Money, `of` which kind, pays so much from the day `on`; `rule`, `score`, `why` say why."""

    kind: Literal["payment_applied"] = "payment_applied"
    payment: str
    amount: Money
    on: date
    rule: str = ""
    score: int = 0
    why: str = ""
    of: CreditOf = "payment"


@dataclass(frozen=True, kw_only=True)
class PaymentReversed(Fact):
    """A payment bounced or was taken back: the amount is open again."""

    kind: Literal["payment_reversed"] = "payment_reversed"
    payment: str
    amount: Money
    on: date
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CreditApplied(Fact):
    """A credit note `credit` was applied with the date `on`: so much need not be paid.

    `dispute` when it settles one.
    """

    kind: Literal["credit_applied"] = "credit_applied"
    credit: str
    amount: Money
    on: date
    dispute: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WrittenOff(Fact):
    """What is open was given up; a later payment still counts.

    `waiver` is why it was given up before its cadence was complete; from `relief_from` on the tax
    authority gives the VAT of a bad debt back, where that is known.
    """

    kind: Literal["written_off"] = "written_off"
    reason: str
    waiver: str = ""
    relief_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class HandedOver(Fact):
    """The claim went to an agency or a lawyer, who now speaks to the customer."""

    kind: Literal["handed_over"] = "handed_over"
    to: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Paused(Fact):
    """A person stopped the cadence of this invoice until the end of the day `until`."""

    kind: Literal["paused"] = "paused"
    reason: str
    until: date
    note: str = ""
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Resumed(Fact):
    """A person lifted the invoice's pause, promise and escalation holds."""

    kind: Literal["resumed"] = "resumed"
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalated(Fact):
    """The case went to a role; `hold` when that role now decides whether Duncan speaks again."""

    kind: Literal["escalated"] = "escalated"
    to_role: str
    step: str = ""
    hold: bool = False
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskOpened(Fact):
    """People have something to do: `what` is call, approve, decide, contact and the like."""

    kind: Literal["task_opened"] = "task_opened"
    task: str
    what: str
    role: str
    why: str
    step: str = ""


@dataclass(frozen=True, kw_only=True)
class TaskClosed(Fact):
    """A task is done, with its outcome."""

    kind: Literal["task_closed"] = "task_closed"
    task: str
    outcome: str
    note: str = ""


LedgerFact = (
    InvoiceOpened
    | InvoiceAmended
    | PaymentApplied
    | PaymentReversed
    | CreditApplied
    | WrittenOff
    | HandedOver
    | CashMovement
    | ShortPaid
)
DeskFact = Paused | Resumed | Escalated | TaskOpened | TaskClosed
PeopleFact = TaskFact | PromiseFact | ProposalFact | DisputeFact | DistributionFact
InvoiceFact = LedgerFact | DeskFact | PeopleFact | TouchFact | AdjustmentFact | ClaimFact
