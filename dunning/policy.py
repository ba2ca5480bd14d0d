"""The policy: a cadence of steps with its caps, windows, promise rules and minimum amounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.dispute_policy import DisputeRules
from dunning.interest_policy import InterestRules
from dunning.keeping import kept
from dunning.money import Money

Condition = Literal["", "no_open_reminder", "broken_promise"]


@dataclass(frozen=True)
class CadenceStep:
    """One step of a cadence, `day` days (calendar or business) from the due date.

    A `touch` speaks to the customer, a `task` and an `escalate` to people. A touch's `level` is
    its place on the tone ladder, 0 before the due date; tasks carry the level they belong to.
    `otherwise` is the channel a touch takes where nobody can be reached on its own.
    """

    id: str
    action: Literal["touch", "task", "escalate"]
    day: int
    level: int
    business_days: bool = False
    channel: str = ""
    letter: str = ""
    to: str = "billing"
    what: str = ""
    minimum_balance: Decimal = Decimal(0)
    approval: bool = False
    condition: Condition = ""
    otherwise: str = ""
    # The experiment that varies the step for this customer, and the customer's arm in it.
    experiment: str = ""
    arm: str = ""

    def scheduled_on(self, due_date: date, calendar: BusinessCalendar) -> date:
        """The business day the policy names for the step: weekends and holidays move it on."""
        if self.business_days:
            return calendar.business_days_after(due_date, self.day)
        return calendar.on_or_after(due_date + timedelta(days=self.day))


def scheduled_by(
    steps: Sequence[CadenceStep], day: date, due_date: date, calendar: BusinessCalendar
) -> list[CadenceStep]:
    """Those of the steps for which the policy names the day, or an earlier one."""
    passed = (day - due_date).days
    # From the due date on the calendar only moves a step to later days.
    near = [step for step in steps if step.day <= passed or step.day < 0]
    return [step for step in near if step.scheduled_on(due_date, calendar) <= day]


@dataclass(frozen=True)
class Cap:
    """At most `count` touches in any rolling `days` days."""

    count: int
    days: int


@dataclass(frozen=True)
class PromiseRules:
    """How a promise holds: grace in business days, how far ahead and how often it may be made.

    What goes beyond needs approval. `courtesy_note`: a note on the business day before. So much
    of it, in per cent but at most `tolerance_most` (major units), may be missing from a kept one.
    """

    grace_business_days: int = 2
    max_days_ahead: int = 30
    max_in_a_row: int = 2
    courtesy_note: bool = True
    tolerance_percent: int = 1
    tolerance_most: Decimal = Decimal("5.00")


@dataclass(frozen=True)
class PlanRules:
    """Payment plans: grace in business days after an instalment, and what needs approval.

    A plan worth more than `max_amount` (major units) or longer than `max_days` needs it.
    """

    grace_business_days: int = 3
    max_amount: Decimal = Decimal("5000.00")
    max_days: int = 90


@dataclass(frozen=True)
class StatementRules:
    """Statements of account: never, or every month from its `day` on, as of the month before."""

    every: Literal["never", "month"] = "never"
    day: int = 3


@dataclass(frozen=True)
class EscalationRules:
    """The ladder of roles, lowest first, and how long one may leave a question unanswered."""

    ladder: tuple[str, ...] = ("associate", "ar_lead", "account_manager", "controller")
    wait_business_days: int = 3
    calls: int = 3

    def above(self, role: str) -> str | None:
        """The next role up, None at the top; who is not on the ladder answers to its second."""
        if role not in self.ladder:
            return self.ladder[min(1, len(self.ladder) - 1)]
        higher = self.ladder[self.ladder.index(role) + 1 :]
        return higher[0] if higher else None


@dataclass(frozen=True)
class Policy:
    """A validated policy; amounts in major units of whatever currency the invoice has."""

    name: str
    title: str
    version: int
    steps: tuple[CadenceStep, ...]
    windows: Mapping[str, SendingWindow]
    caps: Mapping[str, tuple[Cap, ...]]
    days_between_touches: Mapping[str, int]
    days_between_levels: int
    minimum_balance: Mapping[str, Decimal]
    pause_days: int
    approval_business_days: int
    # Words that a person wrote for a letter need another person's approval.
    approve_words: bool = False
    dispute: DisputeRules = field(default_factory=DisputeRules)
    promise: PromiseRules = field(default_factory=PromiseRules)
    plan: PlanRules = field(default_factory=PlanRules)
    escalation: EscalationRules = field(default_factory=EscalationRules)
    statement: StatementRules = field(default_factory=StatementRules)
    interest: InterestRules = field(default_factory=InterestRules)
    # Whether nobody is dunned for an invoice that Duncan sent and that did not arrive.
    delivery_required: bool = False
    # So long a reply may wait for people before the cadence goes on without an answer.
    reply_business_days: int = 2
    # The version of all policies it belongs to (0 where none is kept); `version` is its own.
    policies_version: int = 0

    def minimum(self, currency: str, step: CadenceStep | None = None) -> Money:
        """The smallest overdue sum of a customer worth this step."""
        least = self.minimum_balance.get(currency, self.minimum_balance["default"])
        least = max(least, step.minimum_balance if step else Decimal(0))
        return Money.parse(least.quantize(Money(1, currency).major), currency)

    def step(self, step_id: str) -> CadenceStep | None:
        """The step with this id."""
        return self._by_id.get(step_id)

    def spoken(self, step: CadenceStep, reached: int) -> CadenceStep:
        """What is said when a step comes up: at most one level above `reached`, never a skip."""
        if step.level <= reached + 1:
            return step
        climbing = [one for one in self.steps if one.action == "touch" and one.level == reached + 1]
        same_channel = [one for one in climbing if one.channel == step.channel]
        return (same_channel or climbing)[-1]

    def gap_before(self, index: int) -> int:
        """Calendar days a late step keeps from the one before it: its own, at most a level's."""
        own = self.steps[index].day - self.steps[index - 1].day if index else 0
        return max(0, min(own, self.days_between_levels))

    @kept
    def places(self) -> Mapping[str, int]:
        """The place of each step by its id, counted from 0."""
        return {step.id: place for place, step in enumerate(self.steps)}

    @kept
    def _by_id(self) -> Mapping[str, CadenceStep]:
        return {step.id: step for step in self.steps}
