"""One invoice's two records: the facts of the books, the activities the engine remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from activities.payloads import FactOrder, StepOrder
from commands.audit.engine_records import ActivityRecord, Run
from commands.why.records import Records
from dunning.facts import Escalated, InvoiceFact, TaskOpened
from dunning.next_step import plan
from dunning.send_gate import is_same_touch
from dunning.steps import SendInvoice, SendTouch, Step
from dunning.touch_facts import TouchStarted, TouchWithheld

# Clocks of the engine, the worker and the books may differ by so much.
SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class Account:
    """One invoice's two records: what the books say and what the engine remembers.

    `since` and `until`: the time of which the engine remembers all it did; `waits` while a
    doorbell of the invoice is still to be answered.
    """

    records: Records
    runs: tuple[Run, ...]
    since: datetime
    until: datetime
    waits: bool = False

    @property
    def invoice(self) -> str:
        """The invoice's number."""
        return self.records.invoice

    @property
    def activities(self) -> list[ActivityRecord]:
        """All that any run had done by then."""
        return [
            one
            for run in self.runs
            for one in run.activities
            if one.scheduled <= self.until and (one.ended is None or one.ended <= self.until)
        ]

    def facts_within(self, activity: ActivityRecord) -> list[InvoiceFact]:
        """The invoice's facts of the time in which the activity was carried out."""
        first, last = window(activity)
        return [fact for fact in self.records.history() if first <= fact.at <= last]


def window(activity: ActivityRecord) -> tuple[datetime, datetime]:
    """The moments between which an activity's facts lie: what it was told counts as its time."""
    begins = [activity.scheduled, activity.order.now]
    # A rehearsal dates a step on the moment it was planned for.
    if isinstance(activity.order, StepOrder):
        begins.append(activity.order.step.at)
    return min(begins) - SKEW, (activity.ended or activity.scheduled) + SKEW


def without_facts(account: Account, activity: ActivityRecord) -> str:
    """Why a completed activity is not borne out by the books; empty when it is."""
    order = activity.order
    facts = account.facts_within(activity)
    if activity.name == "record_fact":
        assert isinstance(order, FactOrder), "its order carries a fact"
        kind = order.fact.kind
        return "" if any(one.kind == kind for one in facts) else f"no fact {kind} was recorded"
    assert isinstance(order, StepOrder), "steps are carried out by order"
    step = order.step
    if any(_is_of(fact, step.step) for fact in facts):
        return ""
    if not _was_due(account, activity):
        return ""
    return f"step {step.step} was carried out in the engine, and the books have no fact of it"


def _is_of(fact: InvoiceFact, step: str) -> bool:
    kinds = (TouchStarted, TouchWithheld, TaskOpened, Escalated)
    return isinstance(fact, kinds) and fact.step == step


def _was_due(account: Account, activity: ActivityRecord) -> bool:
    """Whether the facts known when it began and when it ended both ask for the step."""
    order = activity.order
    assert isinstance(order, StepOrder), "steps are carried out by order"
    return all(
        _asks_for(account, order.step, moment)
        for moment in (activity.started or activity.scheduled, activity.ended or order.now)
    )


def _asks_for(account: Account, ordered: Step, moment: datetime) -> bool:
    if moment < account.records.opened.at:
        return False
    planned = plan(account.records.situation(moment)).step
    if isinstance(ordered, SendTouch | SendInvoice):
        return is_same_touch(planned, ordered) and planned.at <= moment + SKEW
    same = (planned.kind, getattr(planned, "step", "")) == (
        ordered.kind,
        getattr(ordered, "step", ""),
    )
    at = getattr(planned, "at", None)
    return same and at is not None and at <= moment + SKEW
