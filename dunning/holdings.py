"""What a case holds besides its amounts: pauses, promises, disputes, tasks, touches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from dunning import facts, touch_facts
from dunning.money import Money

TouchState = Literal["started", "sent", "refused", "unknown"]
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pause:
    """Nobody is contacted about the invoice (or customer) up to and including `until`."""

    reason: str
    until: date
    by: str
    at: datetime

    @classmethod
    def of(cls, fact: facts.Paused) -> Pause:
        """The pause a fact began."""
        return cls(fact.reason, fact.until, fact.by, fact.at)


@dataclass(frozen=True)
class Promise:
    """A promise to pay `amount` by `promised_on`; `paid_before` is what was paid when it came."""

    amount: Money
    promised_on: date
    at: datetime
    paid_before: Money
    lifted: bool = False

    @classmethod
    def of(cls, fact: facts.PromiseMade, paid: Money) -> Promise:
        """The promise a fact began."""
        return cls(fact.amount, fact.promised_on, fact.at, paid)

    def is_kept(self, paid: Money) -> bool:
        """Whether what came in since covers what was promised."""
        return paid - self.paid_before >= self.amount


@dataclass(frozen=True)
class Dispute:
    """A dispute about `amount`, or about the whole invoice."""

    dispute: str
    reason: str
    amount: Money | None
    at: datetime
    outcome: str = ""

    @classmethod
    def of(cls, fact: facts.DisputeOpened) -> Dispute:
        """The dispute a fact began."""
        return cls(fact.dispute, fact.reason, fact.amount, fact.at)

    @property
    def is_open(self) -> bool:
        """Whether nobody resolved it yet."""
        return not self.outcome

    def after(self, fact: facts.DisputeResolved) -> Dispute:
        """The dispute after a resolution, which may be that of another one."""
        return replace(self, outcome=fact.outcome) if fact.dispute == self.dispute else self


@dataclass(frozen=True)
class Escalation:
    """The case went to a role; `hold` while that role decides whether Duncan speaks."""

    to_role: str
    steps: tuple[str, ...]
    hold: bool
    at: datetime

    @classmethod
    def of(cls, fact: facts.Escalated, before: Escalation | None) -> Escalation:
        """The escalation after one more fact; a hold stays until a person resumes."""
        steps = (*(before.steps if before else ()), fact.step)
        return cls(fact.to_role, steps, fact.hold or bool(before and before.hold), fact.at)


@dataclass(frozen=True)
class Task:
    """Work for people."""

    task: str
    what: str
    role: str
    why: str
    step: str
    at: datetime
    outcome: str = ""

    @classmethod
    def of(cls, fact: facts.TaskOpened) -> Task:
        """The task a fact opened."""
        return cls(fact.task, fact.what, fact.role, fact.why, fact.step, fact.at)

    def after(self, fact: facts.TaskClosed) -> Task:
        """The task after an outcome, which may be that of another one."""
        return replace(self, outcome=fact.outcome) if fact.task == self.task else self


@dataclass(frozen=True)
class Touch:
    """One attempt to reach the customer about this invoice."""

    attempt: str
    step: str
    channel: str
    letter: str
    level: int
    at: datetime
    claimant: str
    state: TouchState = "started"
    retry_at: datetime | None = None

    @classmethod
    def of(cls, fact: touch_facts.TouchStarted) -> Touch:
        """The touch a fact started."""
        return cls(
            fact.attempt, fact.step, fact.channel, fact.letter, fact.level, fact.at, fact.claimant
        )

    @property
    def counts(self) -> bool:
        """A touch counts as made from its claim on, unless the provider refused it."""
        return self.state != "refused"

    @property
    def again_at(self) -> datetime | None:
        """When a refused touch may be tried again: as the provider asked, else a day later."""
        return (self.retry_at or self.at + A_DAY) if self.state == "refused" else None

    def after(self, fact: touch_facts.TouchOutcome) -> Touch:
        """The touch after an outcome, which may be that of another attempt."""
        if fact.attempt != self.attempt:
            return self
        match fact:
            case touch_facts.TouchSent():
                return replace(self, state="sent")
            case touch_facts.TouchRefused():
                return replace(self, state="refused", retry_at=fact.retry_at)
            case touch_facts.TouchUnknown():
                return self if self.state == "sent" else replace(self, state="unknown")


@dataclass(frozen=True)
class Withheld:
    """Why a step was not carried out; `passed_over` steps are not tried again."""

    step: str
    code: str
    why: str
    until: datetime | None
    passed_over: bool
    at: datetime

    @classmethod
    def of(cls, fact: touch_facts.TouchWithheld) -> Withheld:
        """The reason a fact recorded."""
        return cls(fact.step, fact.code, fact.why, fact.until, fact.passed_over, fact.at)
