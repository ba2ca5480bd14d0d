"""Deciding on adjustments: another person approves, and what was asked for is done at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from commands.acting import Acting, Done, known
from commands.adjustments.duties import check_posted_no_cash
from commands.adjustments.effects import effects_of, next_name, taken_back
from commands.authority import needs
from dunning import facts
from dunning.adjustment import Asked
from dunning.adjustment_facts import Adjusted, AdjustmentDecided, AdjustmentProposed, AskedFor
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.money import Money
from ledger.books import Books

APPROVAL, PAY_OUT = "adjustment_approval", "refund"


@dataclass(frozen=True)
class AdjustmentDecisions(Acting):
    """Decisions on adjustments, and taking them back."""

    @needs("approve")
    def approve_adjustment(
        self, invoice: str, adjustment: str = "", role: str = "", note: str = ""
    ) -> Done:
        """Agree to what another person proposed, as somebody whose limit covers it; it is done."""

        def work(books: Books) -> Done:
            asked = waiting(books.case(invoice), adjustment)
            other = asked.to if asked.what == "transfer" else ""
            books.lock_invoices([invoice, other or invoice])
            case = books.case(invoice)
            self._check_approver(books, case, asked, role or asked.role)
            decided = self._decided(case, asked, "approved", role or asked.role, note)
            case = books.record(invoice, *decided)
            if asked.what == "refund":
                return self._planned(books, books.record(invoice, self._to_pay(asked)))
            theirs = books.case(other) if other else None
            mine, its = effects_of(asked, case, theirs, (self.by, self.now))
            return self._both(books, case, theirs, (mine, its))

        return self.ledger.transact(work)

    @needs("approve")
    def decline_adjustment(self, invoice: str, adjustment: str = "", note: str = "") -> Done:
        """Do not agree; nothing changes."""

        def found(_: Books, case: Case) -> Sequence[InvoiceFact]:
            return self._decided(case, waiting(case, adjustment), "declined", "", note)

        return self._record(invoice, found)

    @needs("post_cash")
    def refund_paid(self, invoice: str, adjustment: str, on: date, reference: str) -> Done:
        """Record that an approved refund left the bank, with the bank's own reference."""

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            asked = next((one for one in case.asked if one.adjustment == adjustment), None)
            if asked is None or asked.what != "refund" or not asked.is_approved:
                raise NotAllowed(f"No approved refund {adjustment} waits to be paid.")
            if not reference.strip():
                raise NotAllowed("Give the bank's reference of the refund.")
            paid = Adjusted(
                at=self.now,
                by=self.by,
                adjustment=adjustment,
                what="refund",
                amount=asked.amount,
                on=on,
                reason=asked.reason,
                reference=reference,
            )
            return [paid, *self._closed(case, _pay_task(asked), "paid")]

        return self._record(invoice, found)

    @needs("follow_up")
    def undo_adjustment(self, invoice: str, adjustment: str, reason: str) -> Done:
        """Take an adjustment back, whole; a transfer on both invoices."""
        if not reason.strip():
            raise NotAllowed("Say why it is taken back.")

        def work(books: Books) -> Done:
            other = _made(books.case(invoice), adjustment).other
            books.lock_invoices([invoice, other or invoice])
            case, theirs = books.case(invoice), books.case(other) if other else None
            doer = (self.by, self.now)
            mine = taken_back(case, _made(case, adjustment), reason, doer)
            if theirs is None:
                return self._both(books, case, None, ([mine], []))
            its = taken_back(theirs, _made(theirs, adjustment), reason, doer)
            return self._both(books, case, theirs, ([mine], [its]))

        return self.ledger.transact(work)

    def proposed(
        self, case: Case, what: AskedFor, amount: Money, reason: str, to: str = ""
    ) -> list[InvoiceFact]:
        """The proposal, and the task that asks for its decision. Raises NotAllowed."""
        role = self.planner.policies_at(self.now).write_offs.approver_of(amount)
        if role is None:
            raise NotAllowed(f"Nobody may approve {amount}: write_offs.toml has no such limit.")
        asked = AdjustmentProposed(
            at=self.now,
            by=self.by,
            adjustment=next_name(case),
            what=what,
            amount=amount,
            role=role,
            reason=reason,
            to=to,
        )
        why = f"{self.by} proposes a {what.replace('_', ' ')} of {amount}: {reason}"
        return [asked, self._task(asked.adjustment, APPROVAL, role, why)]

    def _both(
        self,
        books: Books,
        case: Case,
        other: Case | None,
        sides: tuple[Sequence[InvoiceFact], Sequence[InvoiceFact]],
    ) -> Done:
        """Record an invoice's facts, and those of the other one that a transfer touches."""
        changes = [(case, sides[0]), *([(other, sides[1])] if other else [])]
        recorded = books.record_all(changes)
        for one in recorded[1:]:
            self.planner.plan(books, one, self.now)
        return self._planned(books, recorded[0])

    def _planned(self, books: Books, case: Case) -> Done:
        step = self.planner.plan(books, case, self.now)
        return Done(books.case(case.invoice), step)

    def _check_approver(self, books: Books, case: Case, asked: Asked, role: str) -> None:
        rules = self.planner.policies_at(self.now).write_offs
        known(self._speak_as(role), rules.roles, "role that approves adjustments")
        if not rules.may_approve(role, asked.amount):
            raise NotAllowed(f"The {role} may not approve this: the {asked.role} has to.")
        check_posted_no_cash(books, case, self.by)

    def _decided(
        self, case: Case, asked: Asked, outcome: str, role: str, note: str
    ) -> list[InvoiceFact]:
        decided = AdjustmentDecided(
            at=self.now,
            by=self.by,
            adjustment=asked.adjustment,
            outcome="approved" if outcome == "approved" else "declined",
            role=role,
            note=note,
        )
        return [decided, *self._closed(case, asked.adjustment, outcome)]

    def _closed(self, case: Case, task: str, outcome: str) -> list[InvoiceFact]:
        open_ones = [one for one in case.tasks if one.task == task and not one.outcome]
        return [
            facts.TaskClosed(at=self.now, by=self.by, task=one.task, outcome=outcome)
            for one in open_ones
        ]

    def _to_pay(self, asked: Asked) -> facts.TaskOpened:
        why = f"Pay {asked.amount} back to the customer, then record the bank's reference."
        return self._task(_pay_task(asked), PAY_OUT, "associate", why)

    def _task(self, task: str, what: str, role: str, why: str) -> facts.TaskOpened:
        return facts.TaskOpened(at=self.now, by=self.by, task=task, what=what, role=role, why=why)


def waiting(case: Case, adjustment: str) -> Asked:
    """The proposed adjustment that is meant: the named one, or the only one that waits."""
    found = [one for one in case.asked if not one.outcome and adjustment in ("", one.adjustment)]
    if not found:
        raise NotAllowed(f"No adjustment of invoice {case.invoice} waits for a decision.")
    if len(found) > 1:
        listed = ", ".join(f"{one.adjustment} ({one.what})" for one in found)
        raise NotAllowed(f"Say which of these of invoice {case.invoice} is meant: {listed}.")
    return found[0]


def _made(case: Case, adjustment: str) -> Adjusted:
    found = [one for one in case.adjustments if one.adjustment == adjustment and not one.undoes]
    if not found:
        raise NotAllowed(f"There is no adjustment {adjustment} of invoice {case.invoice}.")
    return found[0]


def _pay_task(asked: Asked) -> str:
    return f"{asked.adjustment}:pay"
