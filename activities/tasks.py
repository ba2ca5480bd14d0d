"""Handing work to people: tasks for associates, escalations to roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from temporalio import activity

from activities.clock import EngineClock
from activities.payloads import StepOrder, WireStep
from activities.planning import DUNCAN, Planner, consequences
from dunning import facts, touch_facts
from dunning.facts import InvoiceFact
from dunning.money import Money, totals
from dunning.next_step import plan
from dunning.situation import Situation
from dunning.steps import AskAssociate, Escalate, Step
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.messages import open_items
from ledger.people_contacts import people_contacts
from ledger.tasks import open_task

# Objections that only people can overcome: they get a task.
PEOPLES_WORK = ("NO_CONTACT", "PROVIDER_FAIL")
OF_ONE_STEP = ("approve",)
# Calls a customer should get at most, whoever calls and whether anybody answers.
MOST_CALLS, CALLS_WITHIN = 3, timedelta(days=7)


@dataclass(frozen=True)
class Tasks:
    """The activity that opens tasks and escalates."""

    ledger: Ledger
    planner: Planner
    clock: EngineClock

    @activity.defn
    def hand_to_people(self, order: StepOrder) -> WireStep:
        """Open the task or escalate, unless the books say otherwise by now; answer what is next."""
        step = self.clock.to_books(order.step)
        assert isinstance(step, AskAssociate | Escalate), "only work for people is handed over"
        now = self.clock.books_time(order.now, order.step.at)

        def work(books: Books) -> Step:
            books.lock_invoices([order.invoice])
            case = books.case(order.invoice)
            situation = self.planner.situation(case, books.customer(case.customer), now)
            whole = plan(situation)
            planned = whole.step
            if isinstance(planned, AskAssociate | Escalate) and is_due(planned, step, now):
                planned = _with_calls(books, situation, planned)
                task = task_for(books, situation, work_of(planned), planned.step)
                found = handed_over(situation, planned, task, lambda: _owed(books, situation))
                # What lapsed before the step is said before it.
                known = [*consequences(situation, whole), *found]
                case = books.record_all([(case, known)], rings=False)[0]
            return self.planner.plan(books, case, now)

        return self.clock.to_engine(self.ledger.transact(work))


def _owed(books: Books, situation: Situation) -> Money:
    case = situation.case
    items = open_items(books.connection, case.customer)
    owed = totals([item.balance for item in items if item.due_date < situation.today])
    return owed.get(case.amount.currency, Money.zero(case.amount.currency))


def _with_calls(
    books: Books, situation: Situation, planned: AskAssociate | Escalate
) -> AskAssociate | Escalate:
    """A call task says so where the customer was called often enough this week."""
    if work_of(planned) != "call":
        return planned
    made = people_contacts(books, situation.case.customer, situation.now, CALLS_WITHIN)
    calls = sum(one.channel == "call" for one in made)
    if calls < MOST_CALLS:
        return planned
    why = f"{planned.why}; called {calls} times within {CALLS_WITHIN.days} days already, so wait"
    return replace(planned, why=why)


def is_due(planned: AskAssociate | Escalate, step: AskAssociate | Escalate, now: datetime) -> bool:
    """Whether a fresh plan still asks for this work, now."""
    return planned.at <= now and (planned.kind, planned.step) == (step.kind, step.step)


def work_of(step: AskAssociate | Escalate) -> str:
    """What people have to do for the step."""
    return step.what if isinstance(step, AskAssociate) else "escalation"


def handed_over(
    situation: Situation,
    step: AskAssociate | Escalate,
    task: str,
    owed: Callable[[], Money],
) -> list[InvoiceFact]:
    """What is recorded when the step is carried out.

    `owed` is asked when the step has a minimum: what the customer owes overdue in the invoice's
    currency.
    """
    too_little = _too_little_owed(situation, step, owed)
    if too_little:
        return [too_little]
    opened = facts.TaskOpened(
        at=situation.now,
        by=DUNCAN,
        task=task,
        what=work_of(step),
        role=step.role,
        why=step.why,
        step=step.step,
    )
    if isinstance(step, AskAssociate):
        return [opened]
    escalated = facts.Escalated(at=situation.now, by=DUNCAN, to_role=step.role, step=step.step)
    return [escalated, opened]


def contact_task(situation: Situation, step: str, why: str, task: str) -> facts.TaskOpened:
    """Somebody has to find out how the customer can be reached."""
    return facts.TaskOpened(
        at=situation.now,
        by=DUNCAN,
        task=task,
        what="contact",
        role="associate",
        why=why,
        step=step,
    )


def task_for(books: Books, situation: Situation, what: str, step: str) -> str:
    """The task's id: that of the customer's open task of this kind, so that nobody calls twice."""
    only_for = step if what in OF_ONE_STEP else ""
    known = open_task(books.connection, situation.case.customer, what, only_for)
    return known or task_name(situation, what, step)


def task_name(situation: Situation, what: str, step: str) -> str:
    """The id of a task that is opened today."""
    customer = situation.case.customer
    named = f"{customer}:{what}:{step}" if what in OF_ONE_STEP else f"{customer}:{what}"
    return f"{named}:{situation.today}"


def _too_little_owed(
    situation: Situation, step: AskAssociate | Escalate, owed: Callable[[], Money]
) -> touch_facts.TouchWithheld | None:
    """People's time has a minimum too: what the customer owes overdue in this currency."""
    policy_step = situation.policy.step(step.step)
    if policy_step is None or not policy_step.minimum_balance:
        return None
    worth = owed()
    least = situation.policy.minimum(worth.currency, policy_step)
    if worth >= least:
        return None
    why = f"{worth} is below the step's minimum of {least}"
    return touch_facts.TouchWithheld(
        at=situation.now, by=DUNCAN, step=step.step, code="MIN_AMOUNT", why=why, passed_over=True
    )
