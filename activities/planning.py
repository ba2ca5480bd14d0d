"""Planning: the activity that asks the rulebook what comes next, and what it is asked with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.calendars import Calendars
from activities.clock import EngineClock
from activities.conditions import Watch
from activities.experiments import Experiments
from activities.letters import Letters
from activities.payloads import FactOrder, PlanOrder, WireStep
from activities.policies import Policies
from activities.policy_versions import PolicyVersions
from dunning import facts, touch_facts
from dunning.case import Case
from dunning.conditions import CLEAR, Conditions
from dunning.customer import Customer
from dunning.dispute import Dispute
from dunning.dispute_steps import DisputeStep
from dunning.dispute_work import dispute_steps, due_dispute_work
from dunning.facts import InvoiceFact
from dunning.folding import apply
from dunning.ladder import raised_tasks, woken_for_people
from dunning.lapse import after_lapse
from dunning.may import NotAllowed
from dunning.moot import lapsed_proposals, moot_tasks
from dunning.next_step import plan
from dunning.plans import ended_plans
from dunning.promises import settled_promises
from dunning.situation import LaterWave, Plan, Situation
from dunning.steps import Step
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.messages import covered_invoices, settle_message
from ledger.projections import project_plans

DUNCAN = "duncan"
# A claim this old without an outcome belongs to a worker that died while it was sending.
CLAIM_LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Planner:
    """Builds the rulebook's view of a case and keeps what was planned; every planner shares it."""

    # Those of the start; with `versions`, those in force at the moment decide.
    policies: Policies
    calendars: Calendars
    # Without it nothing stops a channel: a rehearsal's books are as fresh as they will ever be.
    watch: Watch | None = None
    versions: PolicyVersions | None = None
    experiments: Experiments | None = None

    def policies_at(self, now: datetime) -> Policies:
        """The policies in force at a moment of the books' time."""
        return self.versions.at(now).policies if self.versions else self.policies

    def letters_at(self, now: datetime, usual: Letters) -> Letters:
        """The letters in force at a moment; the `usual` ones without versions."""
        return self.versions.letters_at(now, usual) if self.versions else usual

    def under(self, policies: Policies) -> Planner:
        """Planning by these policies, whatever version is in force."""
        return replace(self, policies=policies, versions=None, experiments=None)

    def conditions(self, books: Books, now: datetime) -> Conditions:
        """What stops everybody's messages now."""
        if self.versions:
            self.versions.refresh(books, now)
        if self.experiments:
            self.experiments.refresh(books, now)
        if self.watch is None:
            return CLEAR
        rules = self.policies_at(now).sending
        changed = rules != self.policies.sending
        watch = replace(self.watch, rules=rules) if changed else self.watch
        return watch.conditions(books, now)

    def situation(
        self, case: Case, customer: Customer, now: datetime, conditions: Conditions = CLEAR
    ) -> Situation:
        """What the rulebook looks at, in the books' time."""
        policies = self.policies_at(now)
        policy, _ = policies.for_case(case, customer)
        if self.experiments:
            policy = self.experiments.varied(policy, case, customer, now)
        entity = policies.entity(case.entity)
        own = self.versions.own_days_at(now) if self.versions else policies.own_days
        calendar = self.calendars.calendar_for(customer, entity, now.year, own)
        later = self._later_wave(case, customer, now)
        rates = policies.own_rates
        return Situation(case, customer, policy, calendar, now, conditions, later, rates)

    def _later_wave(self, case: Case, customer: Customer, now: datetime) -> LaterWave | None:
        """What spreads the contacts a new version brings, while the customer's wave is to come."""
        if self.versions is None or not (version := self.versions.in_force(now)).waves:
            return None
        opens = version.opens_for(case.customer)
        if opens is None or now >= opens:
            return None
        before, _ = self.versions.before(version).policies.for_case(case, customer)
        return LaterWave(opens, before)

    def plan_all(self, books: Books, cases: Iterable[Case], now: datetime) -> list[Plan]:
        """Plan cases, record why steps are not carried out, and note the plans for lists.

        What is due for their disputes, promises, plans and tasks is done as well, whoever asked
        for the plan. The steps say when to look again, no later than people's own deadlines.
        """
        asked = list(cases)
        customers = self._customers(books, asked, now)
        conditions = self.conditions(books, now)
        situations = [self.situation(c, customers[c.customer], now, conditions) for c in asked]
        planned = [(one, plan(one)) for one in situations]
        found = [(s.case, (*consequences(s, one), *due_dispute_work(s))) for s, one in planned]
        books.record_all(found, rings=False)
        project_plans(books.connection, [(s.case, one) for s, one in planned])
        after = (
            replace(s, case=reduce(apply, new, s.case))
            for (s, _), (_, new) in zip(planned, found, strict=True)
        )
        found_after = zip(after, planned, strict=True)
        return [woken_for_people(s, after_lapse(s, one)) for s, (_, one) in found_after]

    def _customers(self, books: Books, cases: list[Case], now: datetime) -> dict[str, Customer]:
        """The customers of the cases, once the payment plans that are over were ended."""
        any_case = {case.customer: case for case in cases}
        known = books.customers(any_case)
        for name, case in any_case.items():
            for ended in ended_plans(self.situation(case, known[name], now)):
                known[name] = books.record_customer(name, ended)
        return known

    def follow_disputes(
        self, books: Books, case: Case, now: datetime
    ) -> list[tuple[Dispute, DisputeStep]]:
        """What happens next to each dispute of a case that was planned just now."""
        if not case.disputes:
            return []
        # Planning may have recorded what was due.
        case = books.case(case.invoice)
        return dispute_steps(self.situation(case, books.customer(case.customer), now))

    def plan(self, books: Books, case: Case, now: datetime) -> Step:
        """Plan one case."""
        return self.plan_all(books, [case], now)[0].step


def consequences(situation: Situation, plan: Plan) -> tuple[InvoiceFact, ...]:
    """What planning makes facts: why steps are not carried out, and tasks that are moot."""
    withheld = tuple(
        touch_facts.TouchWithheld(
            at=situation.now,
            by=DUNCAN,
            step=remark.step,
            code=remark.code,
            why=remark.why,
            passed_over=remark.passed_over,
        )
        for remark in plan.remarks
    )
    if not (situation.case.tasks or situation.case.promises or situation.case.proposals):
        return withheld
    moot = tuple(
        facts.TaskClosed(at=situation.now, by=DUNCAN, task=one.task.task, outcome=one.outcome)
        for one in moot_tasks(situation)
    )
    gone = {fact.task for fact in moot}
    raised = (fact for fact in raised_tasks(situation) if fact.task not in gone)
    return (*withheld, *settled_promises(situation), *lapsed_proposals(situation), *moot, *raised)


@dataclass(frozen=True)
class Planning:
    """The planning activities."""

    ledger: Ledger
    planner: Planner
    clock: EngineClock

    @activity.defn
    def plan_next_step(self, order: PlanOrder) -> WireStep:
        """What comes next for the invoice, in the engine's time."""
        now = self.clock.books_time(order.now)

        def work(books: Books) -> Step:
            books.lock_invoices([order.invoice])
            case = books.case(order.invoice)
            stale = [t for t in case.touches if t.state == "started" and now - t.at > CLAIM_LASTS]
            for touch in stale:
                case = give_up_claim(books, case, touch.attempt, now)
            return self.planner.plan(books, case, now)

        return self.clock.to_engine(self.ledger.transact(work))

    @activity.defn
    def record_fact(self, order: FactOrder) -> WireStep:
        """Record a fact and answer with the step that follows from it."""
        now = self.clock.books_time(order.now)
        fact = replace(order.fact, at=now)

        def work(books: Books) -> Step:
            books.lock_invoices([order.invoice])
            case = books.record(order.invoice, fact, rings=False)
            return self.planner.plan(books, case, now)

        try:
            return self.clock.to_engine(self.ledger.transact(work))
        except NotAllowed as refusal:
            raise ApplicationError(str(refusal), type="NotAllowed", non_retryable=True) from None


def give_up_claim(books: Books, case: Case, attempt: str, now: datetime) -> Case:
    """Record that nobody knows what became of a claimed message, once, and ask a person."""
    why = "the worker stopped between handing the message over and hearing back"
    return record_unknown(books, case, attempt, why, now)


def unknown_task(invoice: str, attempt: str) -> str:
    """The task to find out what became of an attempt."""
    return f"{invoice}:{attempt}"


def record_unknown(books: Books, case: Case, attempt: str, why: str, now: datetime) -> Case:
    """Record an unknown outcome for every invoice the message covers, with a task for people."""
    covered = books.cases(covered_invoices(books.connection, attempt))
    unknown = touch_facts.TouchUnknown(at=now, by=DUNCAN, attempt=attempt, why=why)
    task = facts.TaskOpened(
        at=now,
        by=DUNCAN,
        task=unknown_task(case.invoice, attempt),
        what="unknown_outcome",
        role="associate",
        why=f"Find out whether the customer got the message: {why}.",
    )
    changes: list[tuple[Case, Sequence[InvoiceFact]]] = [
        (one, [unknown, task] if one.invoice == case.invoice else [unknown])
        for one in covered.values()
    ]
    recorded = books.record_all(changes, rings=False)
    settle_message(books.connection, attempt, "unknown", now, why=why)
    return next(one for one in recorded if one.invoice == case.invoice)
