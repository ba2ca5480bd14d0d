"""What a case holds besides its amounts: pauses, promises, disputes, tasks, touches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from dunning import facts, task_facts, touch_facts
from dunning.replacing import replace

TouchState = Literal["started", "sent", "refused", "unknown", "bounced"]
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
    """Work for people; `role` has it since `at`, or since `raised_at` when it was raised."""

    task: str
    what: str
    role: str
    why: str
    step: str
    at: datetime
    outcome: str = ""
    raised_at: datetime | None = None
    calls: tuple[datetime, ...] = ()

    @classmethod
    def of(cls, fact: facts.TaskOpened) -> Task:
        """The task a fact opened."""
        return cls(fact.task, fact.what, fact.role, fact.why, fact.step, fact.at)

    @property
    def waits_since(self) -> datetime:
        """Since when its role is waited for: a call that reached nobody counts as work."""
        return max(self.raised_at or self.at, *self.calls, self.at)

    def after(self, fact: facts.TaskClosed | task_facts.TaskFact) -> Task:
        """The task after a fact, which may be about another one."""
        if fact.task != self.task:
            return self
        match fact:
            case facts.TaskClosed():
                return replace(self, outcome=fact.outcome)
            case task_facts.CallMade():
                return replace(self, calls=(*self.calls, fact.at))
            case task_facts.TaskRaised():
                return replace(self, role=fact.role, raised_at=fact.at, calls=())


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
        """A touch counts as made from its claim on, unless it was refused or came back."""
        return self.state not in ("refused", "bounced")

    @property
    def again_at(self) -> datetime | None:
        """When a refused touch may be tried again: as the provider asked, else a day later.

        What came back from a dead address goes to the next contact at once.
        """
        if self.state == "bounced":
            return self.retry_at
        return (self.retry_at or self.at + A_DAY) if self.state == "refused" else None

    def after(self, fact: touch_facts.TouchOutcome) -> Touch:
        """The touch after an outcome, which may be that of another attempt."""
        if fact.attempt != self.attempt:
            return self
        match fact:
            case touch_facts.TouchBounced():
                return replace(self, state="bounced", retry_at=fact.retry_at)
            case _ if self.state == "bounced":
                return self
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
