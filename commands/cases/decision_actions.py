"""Deciding what colleagues wait for, whatever it is: a letter, a proposal, a plan, a credit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from commands.acting import Acting
from commands.adjustments.decisions import APPROVAL, AdjustmentDecisions
from commands.cases.plan_actions import PlanActions
from commands.cases.proposal_actions import ProposalActions
from commands.cases.task_actions import TaskActions
from commands.cash.credit_actions import CreditActions
from commands.cash.credit_checks import waiting_move
from commands.disputes.actions import DisputeActions
from dunning.case import Case
from dunning.dispute_steps import dispute_of_step
from dunning.may import NotAllowed
from dunning.proposal import APPROVALS, PLAN_APPROVAL, open_proposal
from ledger.tasks import invoices_of_tasks, task_of

T = TypeVar("T", bound=Acting)
LETTER, CREDIT = "approve", "credit_approval"
# Kinds of tasks that ask for a decision.
DECISIONS = (LETTER, *APPROVALS, CREDIT, APPROVAL)


@dataclass(frozen=True)
class DecisionActions(Acting):
    """Decisions on what a task asks for. The rights are those of the action that does it."""

    def approve_task(self, task: str, note: str = "") -> str:
        """Agree to what the task asks for; who asked for it is refused. Raises NotAllowed."""
        what, case = self._asked(task)
        invoice = case.invoice
        if what == LETTER:
            self._as(TaskActions).approve(invoice, note)
        elif what == PLAN_APPROVAL:
            self._as(PlanActions).approve_plan(_plan(task), note)
        elif what == CREDIT:
            dispute, asked = self._credit(case, task)
            self._as(DisputeActions).approve_credit(dispute, self._deciding_as(asked), note)
        elif what == APPROVAL:
            asked = next((one.role for one in case.asked if one.adjustment == task), "")
            actions = self._as(AdjustmentDecisions)
            actions.approve_adjustment(invoice, task, self._deciding_as(asked), note)
        else:
            kind = what.removesuffix("_approval")
            proposal = open_proposal(case.proposals, kind)
            role = self._deciding_as(proposal.role if proposal else "")
            self._as(ProposalActions).approve_proposal(invoice, kind, role, note)
        return "Approved."

    def decline_task(self, task: str, note: str = "") -> str:
        """Do not agree to what the task asks for. Raises NotAllowed."""
        what, case = self._asked(task)
        if what == LETTER:
            self._as(TaskActions).decline(case.invoice, note)
        elif what == PLAN_APPROVAL:
            self._as(PlanActions).decline_plan(_plan(task), note)
        elif what == CREDIT:
            self._as(DisputeActions).decline_credit(self._credit(case, task)[0], note)
        elif what == APPROVAL:
            self._as(AdjustmentDecisions).decline_adjustment(case.invoice, task, note)
        else:
            kind = what.removesuffix("_approval")
            self._as(ProposalActions).decline_proposal(case.invoice, kind, note)
        return "Declined."

    def approve_move(self, payment: str, note: str = "") -> str:
        """Agree to the refund or transfer that a payment's credit waits for. Raises NotAllowed."""
        with self.ledger.reading() as books:
            asked = waiting_move(books, payment)
        role = self._deciding_as(asked.role)
        self._as(CreditActions).approve_credit(payment, role, note)
        return "Approved."

    def decline_move(self, payment: str, note: str = "") -> str:
        """Do not agree to it. Raises NotAllowed."""
        self._as(CreditActions).decline_credit(payment, note)
        return "Declined."

    def _asked(self, task: str) -> tuple[str, Case]:
        """What kind of decision the task asks for, and its first open invoice."""
        with self.ledger.reading() as books:
            found = task_of(books.connection, task)
            invoices = invoices_of_tasks(books.connection, [task])[task]
            if found is None or not invoices:
                raise NotAllowed("This is decided already, or was never to decide.")
            if found.what not in DECISIONS:
                raise NotAllowed("Nothing is to be approved here.")
            return found.what, books.case(invoices[0])

    def _credit(self, case: Case, task: str) -> tuple[str, str]:
        """The dispute whose credit waits for a decision, and the role that was asked."""
        step = next((one.step for one in case.tasks if one.task == task), "")
        named = dispute_of_step(step)
        for one in case.disputes:
            if one.dispute == named and one.undecided:
                return one.dispute, one.undecided.role
        raise NotAllowed("No credit waits for approval any more.")

    def _as(self, actions: type[T]) -> T:
        """Other actions of the same person at the same moment."""
        return actions(self.ledger, self.planner, self.by, self.now, self.seen)


def _plan(task: str) -> str:
    """The plan that a task asks to approve."""
    return task.removesuffix(":approval")
