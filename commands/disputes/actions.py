"""What people do about disputes: open, work on, give up money with a second person, resolve."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from commands.acting import ROLES, Acting, Done, known, money
from commands.adjustments.duties import check_posted_no_cash
from commands.authority import needs
from commands.cases.evidence import keep_evidence
from dunning import dispute_facts
from dunning.case import Case
from dunning.dispute import OUTCOMES, REASONS, Dispute, dispute_name, invoice_of_dispute
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.dispute_policy import DisputeRules
from dunning.dispute_work import Work, dispute_task
from dunning.facts import CreditApplied, InvoiceFact
from dunning.may import NotAllowed
from dunning.may_dispute import creditable
from dunning.money import Money
from ledger.books import Books

OWNERS = (*ROLES, "sales", "logistics", "tax", "pricing")
Found = Callable[[Case, Dispute, DisputeRules], Sequence[InvoiceFact]]


@dataclass(frozen=True)
class DisputeActions(Acting):
    """Actions at a dispute; money is only given up within a limit or with a second person."""

    @needs("follow_up")
    def dispute(
        self,
        invoice: str,
        reason: str,
        amount: Decimal | None = None,
        note: str = "",
        *,
        reply: str = "",
        again: bool = False,
    ) -> Done:
        """Open a dispute about the invoice or a part of it; its owner is asked at once.

        `again` lets the customer dispute on a ground that was raised before.
        """
        known(reason, REASONS, "reason")

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            opened = DisputeOpened(
                at=self.now,
                by=self.by,
                dispute=dispute_name(invoice, len(case.disputes) + 1),
                reason=reason,
                amount=money(amount, case) if amount is not None else None,
                note=note,
                reply=reply,
                again=again,
            )
            return [opened]

        return self._record(invoice, found)

    @needs("follow_up")
    def resolve(
        self,
        dispute: str,
        outcome: str,
        note: str = "",
        *,
        credit: Decimal | None = None,
        role: str = "associate",
    ) -> Done:
        """End a dispute, or ask for approval first where it gives up more than `role` may.

        `credited` gives up what is disputed, `split` the part `credit`, in major units.
        """
        known(outcome, OUTCOMES, "outcome")
        if outcome == "split" and credit is None:
            raise NotAllowed("Say how much is credited when a dispute is split.")
        if outcome in ("credited", "split"):
            whole = None if outcome == "credited" else credit
            return self._propose(dispute, whole, role, note, outcome)
        ended = DisputeResolved(
            at=self.now, by=self.by, dispute=dispute, outcome=outcome, note=note
        )
        return self._record_fact(invoice_of_dispute(dispute), ended)

    @needs("follow_up")
    def acknowledge_dispute(self, dispute: str, note: str = "") -> Done:
        """Say that the owner has seen the dispute and works on it."""
        fact = dispute_facts.DisputeAcknowledged(
            at=self.now, by=self.by, dispute=dispute, note=note
        )
        return self._record_fact(invoice_of_dispute(dispute), fact)

    @needs("follow_up")
    def assign_dispute(self, dispute: str, owner: str, why: str = "") -> Done:
        """Give the dispute to another role; the service level goes on."""

        def found(case: Case, one: Dispute, rules: DisputeRules) -> list[InvoiceFact]:
            known(owner, tuple(dict.fromkeys((*OWNERS, *rules.owner.values()))), "owner")
            assigned = dispute_facts.DisputeAssigned(
                at=self.now, by=self.by, dispute=dispute, owner=owner, why=why
            )
            work = Work(dispute, "dispute", owner, why or f"given to {owner} by {self.by}")
            asked = dispute_task(case, work, self.now, self.by)
            return [assigned] if one.waiting_on == "customer" else [assigned, asked]

        return self._record_at(dispute, found)

    @needs("follow_up")
    def wait_for(self, dispute: str, on: Literal["customer", "owner"], note: str = "") -> Done:
        """Wait for the customer, whose time does not count against the owner, or end that."""

        def found(case: Case, one: Dispute, _: DisputeRules) -> list[InvoiceFact]:
            waiting = dispute_facts.DisputeWaiting(
                at=self.now, by=self.by, dispute=dispute, on=on, note=note
            )
            work = Work(dispute, "dispute", one.owner, "the customer answered")
            asked = dispute_task(case, work, self.now, self.by)
            return [waiting] if on == "customer" else [waiting, asked]

        return self._record_at(dispute, found)

    @needs("follow_up")
    def add_evidence(
        self, dispute: str, name: str, content: bytes, folder: Path, note: str = ""
    ) -> Done:
        """Keep a file with the dispute, under its digest in `folder`. Raises NotAllowed."""
        with self.ledger.reading() as books:
            _dispute_of(books.case(invoice_of_dispute(dispute)), dispute)
        kept = keep_evidence(folder, name, content)
        fact = dispute_facts.EvidenceAdded(
            at=self.now,
            by=self.by,
            dispute=dispute,
            name=kept.name,
            digest=kept.digest,
            note=note,
        )
        return self._record_fact(invoice_of_dispute(dispute), fact)

    @needs("follow_up")
    def propose_credit(
        self, dispute: str, amount: Decimal | None, role: str = "associate", note: str = ""
    ) -> Done:
        """Give up money, all that is disputed without an amount, as somebody of a role.

        Within the role's limit it is given at once; above, another person has to approve it.
        """
        return self._propose(dispute, amount, role, note, "")

    @needs("approve")
    def approve_credit(self, dispute: str, role: str = "", note: str = "") -> Done:
        """Agree to a credit another person proposed, as somebody whose limit covers it."""

        def found(case: Case, one: Dispute, rules: DisputeRules) -> list[InvoiceFact]:
            proposal = one.undecided
            if proposal is None:
                raise NotAllowed(f"No credit for dispute {dispute} waits for approval.")
            approver = self._speak_as(role or proposal.role)
            known(approver, tuple(rules.credit_limit), "role with a limit for credits")
            if not rules.may_give_up(approver, proposal.amount):
                raise NotAllowed(
                    f"A credit of {proposal.amount} is above the limit of the {approver}:"
                    f" the {proposal.role} has to approve it."
                )
            approved = dispute_facts.CreditApproved(
                at=self.now, by=self.by, dispute=dispute, role=approver, note=note
            )
            return [approved, *self._given(case, one, proposal.amount, note)]

        with self.ledger.reading() as books:
            check_posted_no_cash(books, books.case(invoice_of_dispute(dispute)), self.by)
        return self._record_at(dispute, found)

    @needs("approve")
    def decline_credit(self, dispute: str, note: str = "") -> Done:
        """Do not give a proposed credit; the dispute is its owner's again."""
        fact = dispute_facts.CreditDeclined(at=self.now, by=self.by, dispute=dispute, note=note)
        return self._record_fact(invoice_of_dispute(dispute), fact)

    def _propose(
        self, dispute: str, amount: Decimal | None, role: str, note: str, outcome: str
    ) -> Done:
        def found(case: Case, one: Dispute, rules: DisputeRules) -> list[InvoiceFact]:
            most = creditable(case, one)
            credit = most if amount is None else money(amount, case)
            if outcome == "split" and credit >= most:
                raise NotAllowed(f"A split credits less than the disputed {most}.")
            approver = _approver(rules, self._speak_as(role), credit)
            proposed = dispute_facts.CreditProposed(
                at=self.now, by=self.by, dispute=dispute, amount=credit, role=approver, note=note
            )
            given = [] if approver else self._given(case, one, credit, note)
            return [proposed, *given]

        return self._record_at(dispute, found)

    def _given(self, case: Case, one: Dispute, amount: Money, note: str) -> list[InvoiceFact]:
        applied = CreditApplied(
            at=self.now,
            by=self.by,
            credit=f"CN-{one.dispute}",
            amount=amount,
            on=self.now.date(),
            dispute=one.dispute,
            reason=one.reason,
        )
        ended = DisputeResolved(
            at=self.now,
            by=self.by,
            dispute=one.dispute,
            outcome="credited" if amount >= creditable(case, one) else "split",
            credited=amount,
            note=note,
        )
        return [applied, ended]

    def _record_at(self, dispute: str, found: Found) -> Done:
        def at(books: Books, case: Case) -> Sequence[InvoiceFact]:
            one = _dispute_of(case, dispute)
            situation = self.planner.situation(case, books.customer(case.customer), self.now)
            return found(case, one, situation.policy.dispute)

        return self._record(invoice_of_dispute(dispute), at)


def _dispute_of(case: Case, dispute: str) -> Dispute:
    for one in case.disputes:
        if one.dispute == dispute and one.is_open:
            return one
    raise NotAllowed(f"There is no open dispute {dispute}.")


def _approver(rules: DisputeRules, role: str, credit: Money) -> str:
    """Who has to approve a credit that somebody of this role proposes; nobody within its limit."""
    known(role, tuple(dict.fromkeys((*OWNERS, *rules.credit_limit))), "role")
    if rules.may_give_up(role, credit):
        return ""
    approver = rules.approver_of(credit)
    if approver is None:
        raise NotAllowed(f"Nobody may give up {credit}: the policy has no limit that covers it.")
    return approver
