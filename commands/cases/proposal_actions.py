"""What needs a second person: write-offs, hand-overs, credit holds, promises beyond the policy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from commands.acting import Acting, Done, known
from commands.adjustments.duties import check_posted_no_cash
from commands.authority import needs
from dunning import facts
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseMade
from dunning.proposal import Proposal, open_proposal
from dunning.proposal_facts import Proposable, ProposalDecided, ProposalMade
from dunning.situation import Situation
from dunning.write_off import missing_proof, relief_from
from dunning.write_off_rules import WriteOffRules
from ledger.books import Books

PROPOSABLE: tuple[Proposable, ...] = ("promise", "write_off", "hand_over", "credit_hold")


@dataclass(frozen=True)
class ProposalActions(Acting):
    """Proposals and decisions; what a role may decide alone takes effect at once."""

    @needs("follow_up")
    def write_off(self, invoice: str, reason: str, waiver: str = "") -> Done:
        """Give up what is open; above the limit for small balances another person is asked first.

        `waiver` is why, while the cadence is not complete. Raises NotAllowed without one.
        """

        def found(situation: Situation) -> list[InvoiceFact]:
            rules, open_ = self._limits(), situation.case.balance
            missing = missing_proof(situation.case, situation.policy)
            if missing and not waiver.strip():
                raise NotAllowed(missing)
            if rules.is_small(open_):
                return [self._given_up(situation.case, reason, waiver)]
            role = rules.approver_of(open_)
            if role is None:
                raise NotAllowed(f"Nobody may give up {open_}: write_offs.toml has no such limit.")
            made = self._made("write_off", role, reason)
            return self._proposed(situation.case, replace(made, waiver=waiver))

        return self._record_in(invoice, found)

    @needs("post_cash")
    def written_off(self, invoice: str, reason: str) -> Done:
        """Record a write-off that was decided elsewhere, as the ledger tells it."""
        return self._record_fact(invoice, facts.WrittenOff(at=self.now, by=self.by, reason=reason))

    @needs("follow_up")
    def hand_over(self, invoice: str, to: str, reason: str = "", role: str = "associate") -> Done:
        """Hand the claim to an agency or lawyer; above the role's limit another person is asked."""

        def found(situation: Situation) -> list[InvoiceFact]:
            approver = _approver(situation, self._speak_as(role))
            if approver:
                return self._proposed(
                    situation.case, self._made("hand_over", approver, reason, to=to)
                )
            return [facts.HandedOver(at=self.now, by=self.by, to=to, reason=reason)]

        return self._record_in(invoice, found)

    @needs("follow_up")
    def propose_credit_hold(self, invoice: str, reason: str) -> Done:
        """Ask for a credit hold; Duncan never sets one, it asks the account manager to."""

        def found(situation: Situation) -> list[InvoiceFact]:
            role = situation.policy.escalation.above("associate") or "controller"
            return self._proposed(situation.case, self._made("credit_hold", role, reason))

        return self._record_in(invoice, found)

    @needs("approve")
    def approve_proposal(
        self, invoice: str, what: str = "", role: str = "", note: str = ""
    ) -> Done:
        """Agree to what another person proposed, as somebody whose limit covers it."""

        def found(situation: Situation) -> list[InvoiceFact]:
            one = _waiting(situation.case, what)
            _check_role(situation, self._limits(), one, self._speak_as(role or one.role))
            decided = self._decided(situation.case, one, "approved", note)
            return [*decided, *self._effects(situation.case, one)]

        with self.ledger.reading() as books:
            case = books.case(invoice)
            if _waiting(case, what).what == "write_off":
                check_posted_no_cash(books, case, self.by)
        return self._record_in(invoice, found)

    @needs("approve")
    def decline_proposal(self, invoice: str, what: str = "", note: str = "") -> Done:
        """Do not agree to what was proposed; the case goes on as before."""
        return self._record_in(
            invoice,
            lambda seen: self._decided(seen.case, _waiting(seen.case, what), "declined", note),
        )

    def _record_in(self, invoice: str, found: Callable[[Situation], Sequence[InvoiceFact]]) -> Done:
        def at(books: Books, case: Case) -> Sequence[InvoiceFact]:
            customer = books.customer(case.customer)
            return found(self.planner.situation(case, customer, self.now))

        return self._record(invoice, at)

    def _made(self, what: Proposable, role: str, reason: str, to: str = "") -> ProposalMade:
        return ProposalMade(at=self.now, by=self.by, what=what, role=role, reason=reason, to=to)

    def _proposed(self, case: Case, made: ProposalMade) -> list[InvoiceFact]:
        """The proposal and the task that asks for its decision."""
        task = Proposal.of(made).task
        before = sum(one.what == task for one in case.tasks)
        words = made.what.replace("_", "-")
        opened = facts.TaskOpened(
            at=self.now,
            by=self.by,
            task=f"{case.invoice}:{task}:{before + 1}",
            what=task,
            role=made.role,
            why=f"{made.by} proposes a {words}: {made.reason or 'no reason given'}",
        )
        return [made, opened]

    def _decided(self, case: Case, one: Proposal, outcome: str, note: str) -> list[InvoiceFact]:
        decided = ProposalDecided(
            at=self.now, by=self.by, what=one.what, outcome=outcome, note=note
        )
        closed = (
            facts.TaskClosed(at=self.now, by=self.by, task=task.task, outcome=outcome, note=note)
            for task in case.tasks
            if task.what == one.task and not task.outcome
        )
        return [decided, *closed]

    def _effects(self, case: Case, one: Proposal) -> list[InvoiceFact]:
        """What an approval brings about."""
        match one.what:
            case "write_off":
                return [self._given_up(case, one.reason, one.waiver)]
            case "hand_over":
                return [facts.HandedOver(at=self.now, by=self.by, to=one.to, reason=one.reason)]
            case "promise":
                return [self._promised(one)]
            case "credit_hold":
                return [self._credit_hold(case, one)]

    def _given_up(self, case: Case, reason: str, waiver: str) -> facts.WrittenOff:
        country = self.planner.policies_at(self.now).entity(case.entity).country
        return facts.WrittenOff(
            at=self.now,
            by=self.by,
            reason=reason,
            waiver=waiver,
            relief_from=relief_from(case, country),
        )

    def _limits(self) -> WriteOffRules:
        return self.planner.policies_at(self.now).write_offs

    def _promised(self, one: Proposal) -> PromiseMade:
        assert one.amount is not None, "a proposed promise has an amount"
        assert one.promised_on is not None, "a proposed promise has a day"
        return PromiseMade(
            at=self.now,
            by=self.by,
            amount=one.amount,
            promised_on=one.promised_on,
            note=f"asked for by {one.by}",
        )

    def _credit_hold(self, case: Case, one: Proposal) -> facts.TaskOpened:
        before = sum(task.what == "credit_hold" for task in case.tasks)
        return facts.TaskOpened(
            at=self.now,
            by=self.by,
            task=f"{case.invoice}:credit_hold:{before + 1}",
            what="credit_hold",
            role="account_manager",
            why=f"Set the customer on credit hold and tell sales: {one.reason}",
        )


def _waiting(case: Case, what: str) -> Proposal:
    """The proposal that is meant: of the kind, or the only one that waits."""
    if what:
        known(what, PROPOSABLE, "proposal")
    kinds = [what] if what else list(PROPOSABLE)
    waiting = [one for kind in kinds if (one := open_proposal(case.proposals, kind))]
    if not waiting:
        raise NotAllowed(f"Nothing of invoice {case.invoice} is waiting for approval.")
    if len(waiting) > 1:
        listed = ", ".join(one.what for one in waiting)
        raise NotAllowed(f"Say which of these of invoice {case.invoice} is meant: {listed}.")
    return waiting[0]


def _approver(situation: Situation, role: str) -> str:
    """Who has to agree that what is open is given up; nobody within the role's own limit."""
    rules, balance = situation.policy.dispute, situation.case.balance
    known(role, tuple(rules.credit_limit), "role with a limit")
    if rules.may_give_up(role, balance):
        return ""
    approver = rules.approver_of(balance)
    if approver is None:
        raise NotAllowed(f"Nobody may give up {balance}: the policy has no limit that covers it.")
    return approver


def _check_role(situation: Situation, limits: WriteOffRules, one: Proposal, role: str) -> None:
    """Only a role whose limit covers it, or that is not below the one that was asked."""
    if one.what == "write_off":
        known(role, limits.roles, "role with a limit")
        enough = limits.may_approve(role, situation.case.balance)
    elif one.what == "hand_over":
        known(role, tuple(situation.policy.dispute.credit_limit), "role with a limit")
        enough = situation.policy.dispute.may_give_up(role, situation.case.balance)
    else:
        ladder = situation.policy.escalation.ladder
        known(role, ladder, "role")
        enough = one.role not in ladder or ladder.index(role) >= ladder.index(one.role)
    if not enough:
        raise NotAllowed(f"The {role} may not approve this: the {one.role} has to.")
