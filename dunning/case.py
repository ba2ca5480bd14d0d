"""The case of one invoice, folded from its facts. It answers questions; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dunning import facts
from dunning.adjustment import Asked
from dunning.adjustment_facts import Adjusted, InvoiceCancelled
from dunning.claim import Claim
from dunning.dispute import Dispute
from dunning.holdings import Escalation, Pause, Task, Touch, Withheld
from dunning.keeping import kept
from dunning.money import Money
from dunning.movement import Movement
from dunning.promise import Cash, Promise
from dunning.proposal import Proposal
from dunning.touch_facts import TouchReworded


@dataclass(frozen=True)
class Case:
    """One invoice as the books know it; amounts in the invoice's currency."""

    invoice: str
    customer: str
    entity: str
    amount: Money
    issue_date: date
    due_date: date
    distributed: bool
    policy: str
    reference: str
    opened_at: datetime
    paid: Money
    credited: Money
    discount: Money | None = None
    discount_until: date | None = None
    settled_on: date | None = None
    written_off: facts.WrittenOff | None = None
    handed_over: facts.HandedOver | None = None
    cancelled: InvoiceCancelled | None = None
    pause: Pause | None = None
    promises: tuple[Promise, ...] = ()
    # What was applied and taken back, in the order of recording.
    cash: tuple[Cash, ...] = ()
    movements: tuple[Movement, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    asked: tuple[Asked, ...] = ()
    adjustments: tuple[Adjusted, ...] = ()
    claims: tuple[Claim, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    escalation: Escalation | None = None
    tasks: tuple[Task, ...] = ()
    approvals: tuple[tuple[str, datetime], ...] = ()
    rewordings: tuple[TouchReworded, ...] = ()
    touches: tuple[Touch, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    send_requested_at: datetime | None = None
    resumed_at: datetime | None = None
    resend_asked_at: datetime | None = None

    @kept
    def balance(self) -> Money:
        """What is open; negative when the customer paid too much."""
        moved = self.paid.minor or self.credited.minor
        return self.amount - self.paid - self.credited if moved else self.amount

    @kept
    def is_settled(self) -> bool:
        """Whether nothing is open any more."""
        return self.balance.minor <= 0

    @property
    def settled_by(self) -> str:
        """What settled it, for people."""
        if self.cancelled:
            return "cancelled"
        if not self.credited.minor:
            return "paid in full"
        return "paid and credited" if self.paid.minor else "credited in full"

    @kept
    def disputed(self) -> Money:
        """How much of the balance disputes hold; one without amount is about all of it."""
        if not self.disputes:
            return Money.zero(self.amount.currency)
        return self.held_by([dispute for dispute in self.disputes if dispute.holds])

    def held_by(self, disputes: Sequence[Dispute]) -> Money:
        """How much of the balance these disputes hold together."""
        nothing = Money.zero(self.amount.currency)
        left = max(self.balance, nothing)
        if any(dispute.held is None for dispute in disputes):
            return left
        held = (dispute.held for dispute in disputes if dispute.held is not None)
        return min(left, sum(held, start=nothing))

    @kept
    def made(self) -> tuple[Touch, ...]:
        """The touches that count as made, oldest first."""
        return tuple([touch for touch in self.touches if touch.counts])

    @kept
    def level(self) -> int:
        """The highest dunning level that was sent, 0 before the first reminder."""
        return max([touch.level for touch in self.made], default=0)

    @property
    def last_touch(self) -> Touch | None:
        """The latest touch that counts as made."""
        return self.made[-1] if self.made else None

    @property
    def promise(self) -> Promise | None:
        """The latest promise that nobody lifted."""
        return next((promise for promise in reversed(self.promises) if not promise.lifted), None)

    def task_for(self, step: str, what: str) -> Task | None:
        """The latest task a step opened for people, if it did."""
        return next((t for t in reversed(self.tasks) if t.step == step and t.what == what), None)

    def approved_at(self, step: str) -> datetime | None:
        """When a person approved the step's touch."""
        return next((at for approved, at in reversed(self.approvals) if approved == step), None)

    def words_for(self, step: str) -> TouchReworded | None:
        """What a person wrote for the step's coming touch, until a touch used it."""
        said = next((one for one in reversed(self.rewordings) if one.step == step), None)
        if said is None or not said.text:
            return None
        mine = (touch for touch in self.touches if touch.step == step and touch.counts)
        return None if any(touch.at >= said.at for touch in mine) else said

    def latest_withheld(self, step: str) -> Withheld | None:
        """The latest reason why the step was not carried out."""
        return self._latest_withheld.get(step)

    @kept
    def _latest_withheld(self) -> dict[str, Withheld]:
        return {one.step: one for one in self.withheld}
