"""What people do about claims beside an invoice: raise, waive, mark as paid, withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from activities.claims import claimable
from commands.acting import Done, money
from commands.adjustments.decisions import AdjustmentDecisions
from commands.authority import needs
from dunning.case import Case
from dunning.claim import Claim
from dunning.claim_facts import ClaimPaid, ClaimWaived, ClaimWithdrawn
from dunning.claims_due import Claimable
from dunning.claims_raised import claims_raised
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.situation import Situation
from ledger.books import Books


@dataclass(frozen=True)
class ClaimActions(AdjustmentDecisions):
    """Actions at claims; a claim never changes what the invoice owes."""

    @needs("follow_up")
    def raise_claims(self, invoice: str, day: date) -> Done:
        """Raise what may be claimed up to the day. Raises NotAllowed with the reason why not."""

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            situation = self._situation(books, case)
            rules = situation.policy.interest
            if rules.claim == "from_level" and case.level < rules.from_level:
                raise NotAllowed(
                    f"The policy {situation.policy.name} claims from level {rules.from_level}"
                    f" on; invoice {invoice} is at level {case.level}."
                )
            claimable = self.claimable(books, situation, day)
            facts = claims_raised(case, claimable.claims, self.by, self.now)
            if not facts:
                reasons = claimable.refusals or ("Nothing new is to be claimed.",)
                raise NotAllowed(" ".join(reasons))
            return [*facts]

        return self._record(invoice, found)

    @needs("follow_up")
    def waive(self, invoice: str, claim: str, reason: str) -> Done:
        """Give up what is open of a claim; above the policy's limit another person is asked."""
        if not reason.strip():
            raise NotAllowed("Say why the claim is waived.")

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            one = _claim(case, claim)
            rules = self._situation(books, case).policy.interest
            alone = rules.waive_alone.quantize(Money(1, one.open.currency).major)
            limit = Money.parse(alone, one.open.currency)
            if one.open > limit:
                return self.proposed(case, "waiver", one.open, reason, claim)
            waived = ClaimWaived(
                at=self.now,
                by=self.by,
                claim=claim,
                amount=one.open,
                reason=reason,
                limit=limit,
            )
            return [waived]

        return self._record(invoice, found)

    @needs("post_cash")
    def claim_paid(
        self, invoice: str, claim: str, amount: Decimal | None, on: date, reference: str = ""
    ) -> Done:
        """Record that the customer paid the claim, all of it without an amount."""

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            paid = _claim(case, claim).open if amount is None else money(amount, case)
            fact = ClaimPaid(
                at=self.now, by=self.by, claim=claim, amount=paid, on=on, reference=reference
            )
            return [fact]

        return self._record(invoice, found)

    @needs("follow_up")
    def withdraw_claim(self, invoice: str, claim: str, reason: str) -> Done:
        """Withdraw a claim that was wrong."""
        if not reason.strip():
            raise NotAllowed("Say why the claim is withdrawn.")
        fact = ClaimWithdrawn(at=self.now, by=self.by, claim=claim, reason=reason)
        return self._record_fact(invoice, fact)

    def claimable(self, books: Books, situation: Situation, day: date) -> Claimable:
        """What may be claimed of an invoice up to a day, and why the rest may not."""
        entity = self.planner.policies_at(self.now).entity(situation.case.entity)
        return claimable(books, situation, entity.country, day)

    def _situation(self, books: Books, case: Case) -> Situation:
        return self.planner.situation(case, books.customer(case.customer), self.now)


def _claim(case: Case, claim: str) -> Claim:
    found = next((one for one in case.claims if one.name == claim), None)
    if found is None or found.open.minor <= 0:
        raise NotAllowed(f"No claim {claim} of invoice {case.invoice} is open.")
    return found
