"""What people do about payment plans: propose, approve, decline, cancel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from commands.acting import Acting, known
from commands.authority import needs
from dunning import facts, plan_facts
from dunning.case import Case
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed, is_closed
from dunning.money import Money
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import Instalment, PlanFact
from dunning.plans import open_plan
from dunning.proposal import PLAN_APPROVAL, same_person
from ledger.books import Books


@dataclass(frozen=True)
class PlanDone:
    """A plan after an action, and how many invoices it is about."""

    customer: str
    plan: PaymentPlan


@dataclass(frozen=True)
class PlanActions(Acting):
    """Actions at payment plans; a plan is named ``C-1/plan-1``."""

    @needs("follow_up")
    def propose_plan(
        self,
        customer: str,
        invoices: Sequence[str],
        instalments: Sequence[tuple[date, Decimal]],
        note: str = "",
    ) -> PlanDone:
        """Propose a plan for all that is open of the invoices; within the limits it stands at once.

        Amounts are in major units of the invoices' currency. Raises NotAllowed.
        """

        def work(books: Books) -> PlanDone:
            books.lock_customers([customer])
            cases = self._cases(books, customer, invoices)
            parts = _instalments(cases, instalments)
            situation = self.planner.situation(cases[0], books.customer(customer), self.now)
            if parts[0].on < situation.today:
                raise NotAllowed(f"{parts[0].on} has passed; no instalment can be due then.")
            proposed = plan_facts.PlanProposed(
                at=self.now,
                by=self.by,
                plan=f"{customer}/plan-{len(situation.customer.plans) + 1}",
                invoices=tuple(case.invoice for case in cases),
                instalments=tuple(parts),
                role=self._approver(cases, situation.customer, parts, situation.today),
                note=note,
            )
            books.record_customer(customer, proposed)
            if proposed.role:
                books.record_all([(case, [self._asked(proposed)]) for case in cases])
            else:
                approved = plan_facts.PlanApproved(
                    at=self.now, by=self.by, plan=proposed.plan, note="within the policy's limits"
                )
                books.record_customer(customer, approved)
            return self._done(books, customer, proposed.plan)

        return self.ledger.transact(work)

    @needs("approve")
    def approve_plan(self, plan: str, note: str = "", role: str = "") -> PlanDone:
        """Agree to a plan another person proposed: from now on its invoices are silent.

        The `role` decided as, without one the person's own, is not below the one that was asked.
        """

        def decided(one: PaymentPlan) -> PlanFact:
            if one.approved_at:
                raise NotAllowed(f"Plan {plan} stands already.")
            if same_person(one.by, self.by):
                raise NotAllowed(f"{self.by} proposed it: another person has to approve it.")
            self._check_approver(one, self._speak_as(role or self._deciding_as(one.role)))
            return plan_facts.PlanApproved(at=self.now, by=self.by, plan=plan, note=note)

        return self._decide(plan, decided, "approved")

    @needs("approve")
    def decline_plan(self, plan: str, note: str = "") -> PlanDone:
        """Do not agree to a proposed plan; its invoices keep their cadence."""

        def decided(one: PaymentPlan) -> PlanFact:
            if one.approved_at:
                raise NotAllowed(f"Plan {plan} stands already: cancel it instead.")
            return plan_facts.PlanEnded(
                at=self.now, by=self.by, plan=plan, outcome="declined", note=note
            )

        return self._decide(plan, decided, "declined")

    @needs("follow_up")
    def cancel_plan(self, plan: str, reason: str) -> PlanDone:
        """End a plan before its time; the cadence goes on at the level reached before."""
        ended = plan_facts.PlanEnded(
            at=self.now, by=self.by, plan=plan, outcome="cancelled", note=reason
        )
        return self._decide(plan, lambda _: ended, "cancelled")

    def _decide(
        self, plan: str, decided: Callable[[PaymentPlan], PlanFact], outcome: str
    ) -> PlanDone:
        customer = plan.rpartition("/")[0]

        def work(books: Books) -> PlanDone:
            books.lock_customers([customer])
            one = _plan_of(books, customer, plan)
            if one.outcome:
                raise NotAllowed(f"Plan {plan} is over: it was {one.outcome}.")
            books.record_customer(customer, decided(one))
            cases = books.cases(one.invoices).values()
            books.record_all([(case, self._closed(case, plan, outcome)) for case in cases])
            return self._done(books, customer, plan)

        return self.ledger.transact(work)

    def _cases(self, books: Books, customer: str, invoices: Sequence[str]) -> list[Case]:
        cases = [books.case(invoice) for invoice in dict.fromkeys(invoices)]
        if not cases:
            raise NotAllowed("Name the invoices the plan is for.")
        owner = books.customer(customer)
        for case in cases:
            if case.customer != customer:
                raise NotAllowed(f"Invoice {case.invoice} belongs to {case.customer}.")
            if is_closed(case):
                raise NotAllowed(f"Invoice {case.invoice} is closed; nothing is left to pay.")
            plan = open_plan(case, owner)
            if plan:
                raise NotAllowed(f"Invoice {case.invoice} is in plan {plan.plan} already.")
        return cases

    def _approver(
        self, cases: Sequence[Case], customer: Customer, parts: Sequence[Instalment], today: date
    ) -> str:
        """Who has to approve the plan; nobody within the limits of all its invoices' policies."""
        worth, length = sum(part.amount.major for part in parts), parts[-1].on - today
        for case in cases:
            policy, _ = self.planner.policies_at(self.now).for_case(case, customer)
            rules = policy.plan
            if worth > rules.max_amount or length > timedelta(days=rules.max_days):
                return policy.escalation.above("associate") or "controller"
        return ""

    def _check_approver(self, plan: PaymentPlan, role: str) -> None:
        """Only a role that stands on the ladder where the asked one does, or above it."""
        with self.ledger.reading() as books:
            case = books.case(plan.invoices[0])
            customer = books.customer(case.customer)
        policy, _ = self.planner.policies_at(self.now).for_case(case, customer)
        ladder = policy.escalation.ladder
        known(role, ladder, "role")
        if plan.role in ladder and ladder.index(role) < ladder.index(plan.role):
            raise NotAllowed(f"The {role} may not approve this: the {plan.role} has to.")

    def _asked(self, proposed: plan_facts.PlanProposed) -> InvoiceFact:
        return facts.TaskOpened(
            at=self.now,
            by=self.by,
            task=f"{proposed.plan}:approval",
            what=PLAN_APPROVAL,
            role=proposed.role,
            why=f"{proposed.by} proposes {len(proposed.instalments)} instalments, the last on"
            f" {proposed.instalments[-1].on}",
        )

    def _closed(self, case: Case, plan: str, outcome: str) -> list[InvoiceFact]:
        return [
            facts.TaskClosed(at=self.now, by=self.by, task=task.task, outcome=outcome)
            for task in case.tasks
            if task.task == f"{plan}:approval" and not task.outcome
        ]

    def _done(self, books: Books, customer: str, plan: str) -> PlanDone:
        one = _plan_of(books, customer, plan)
        self.planner.plan_all(books, books.cases(one.invoices).values(), self.now)
        return PlanDone(customer, _plan_of(books, customer, plan))


def _plan_of(books: Books, customer: str, plan: str) -> PaymentPlan:
    for one in books.customer(customer).plans:
        if one.plan == plan:
            return one
    raise NotAllowed(f"There is no plan {plan}.")


def _instalments(
    cases: Sequence[Case], instalments: Sequence[tuple[date, Decimal]]
) -> list[Instalment]:
    """The instalments in the order of their days, which come to all that is open and undisputed."""
    currencies = {case.amount.currency for case in cases}
    if len(currencies) > 1:
        raise NotAllowed("A plan is in one currency; make one for each.")
    currency = currencies.pop()
    try:
        parts = [Instalment(on, Money.parse(amount, currency)) for on, amount in instalments]
    except ValueError as error:
        raise NotAllowed(f"{error}.") from None
    parts.sort(key=lambda part: part.on)
    owed = sum((case.balance - case.disputed for case in cases), start=Money.zero(currency))
    total = sum((part.amount for part in parts), start=Money.zero(currency))
    if not parts or any(part.amount.minor <= 0 for part in parts):
        raise NotAllowed("Every instalment needs a day and an amount above nothing.")
    if len({part.on for part in parts}) < len(parts):
        raise NotAllowed("Two instalments have the same day.")
    if total != owed:
        raise NotAllowed(f"The instalments come to {total}, but {owed} is open.")
    return parts
