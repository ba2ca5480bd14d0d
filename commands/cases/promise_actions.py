"""What people do about promises: take one, ask for one beyond the policy, take one back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from commands.acting import Done, money
from commands.authority import needs
from commands.cases.proposal_actions import ProposalActions
from dunning.facts import InvoiceFact
from dunning.promise_facts import PromiseMade, PromiseWithdrawn
from dunning.promises import promises_in_a_row
from dunning.situation import Situation


@dataclass(frozen=True)
class PromiseActions(ProposalActions):
    """Actions at the promises of an invoice."""

    @needs("follow_up")
    def promise(self, invoice: str, amount: Decimal | None, on: date, note: str = "") -> Done:
        """Record a promise to pay, of the whole balance unless an amount is given.

        What the policy does not take by itself is proposed: another person has to approve it.
        """

        def found(situation: Situation) -> list[InvoiceFact]:
            case = situation.case
            promised = money(amount, case) if amount is not None else case.balance
            made = PromiseMade(at=self.now, by=self.by, amount=promised, promised_on=on, note=note)
            beyond = beyond_policy(situation, on)
            if not beyond:
                return [made]
            role = situation.policy.escalation.above("associate") or "controller"
            asked = self._made("promise", role, f"{promised} on {on}, {beyond}")
            return self._proposed(case, replace(asked, amount=promised, promised_on=on))

        return self._record_in(invoice, found)

    @needs("follow_up")
    def withdraw_promise(self, invoice: str, reason: str) -> Done:
        """Take the latest promise back: it was never made, or was misread."""
        return self._record_fact(invoice, PromiseWithdrawn(at=self.now, by=self.by, reason=reason))


def beyond_policy(situation: Situation, on: date) -> str:
    """Why the policy does not take the promise without a second person; empty when it does."""
    rules, case = situation.policy.promise, situation.case
    if on > situation.today + timedelta(days=rules.max_days_ahead):
        return f"later than the {rules.max_days_ahead} days the policy takes"
    before = promises_in_a_row(case)
    if before >= rules.max_in_a_row:
        return f"after {before} promises already; the policy takes {rules.max_in_a_row}"
    return ""
