"""What people do to balances without cash; one proposes, another decides, then it is done."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from commands.acting import Done
from commands.adjustments.decisions import AdjustmentDecisions
from commands.adjustments.effects import check_pair, own_transfer, sum_of
from commands.authority import needs
from dunning.adjustment_facts import AskedFor, InvoiceReopened
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from ledger.books import Books


@dataclass(frozen=True)
class AdjustmentActions(AdjustmentDecisions):
    """Adjustments of one invoice; the limits are those of `write_offs.toml`."""

    @needs("follow_up")
    def credit(self, invoice: str, amount: Decimal | None, reason: str, number: str = "") -> Done:
        """Propose a credit note, over all that is open without an amount."""
        return self._ask(invoice, "credit_note", amount, reason, number)

    @needs("follow_up")
    def debit(self, invoice: str, amount: Decimal, reason: str, number: str = "") -> Done:
        """Propose a debit note: the invoice will owe so much more."""
        return self._ask(invoice, "debit_note", amount, reason, number)

    @needs("follow_up")
    def refund(self, invoice: str, amount: Decimal | None, reason: str) -> Done:
        """Propose to pay a credit back to the customer, all of it without an amount."""
        return self._ask(invoice, "refund", amount, reason)

    @needs("follow_up")
    def cancel(self, invoice: str, reason: str) -> Done:
        """Propose to cancel an invoice that should not exist."""
        return self._ask(invoice, "cancellation", None, reason)

    @needs("follow_up")
    def transfer(self, invoice: str, to: str, amount: Decimal | None, reason: str) -> Done:
        """Move a credit to another invoice: at once within a customer, else it is proposed."""

        def work(books: Books) -> Done | None:
            books.lock_invoices([invoice, to])
            case, other = books.case(invoice), books.case(to)
            if case.customer != other.customer:
                return None
            moved = sum_of(case, "transfer", amount)
            check_pair(case, other)
            sides = own_transfer(case, other, moved, reason, (self.by, self.now))
            return self._both(books, case, other, sides)

        if not reason.strip():
            raise NotAllowed("Say why: an adjustment needs a reason.")
        return self.ledger.transact(work) or self._ask(invoice, "transfer", amount, reason, to)

    @needs("follow_up")
    def reopen(self, invoice: str, reason: str) -> Done:
        """Ask again for what was cancelled by mistake, or written off and may be paid after all."""

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            if not reason.strip():
                raise NotAllowed("Say why it is reopened.")
            if not (case.cancelled or case.written_off):
                raise NotAllowed(f"Invoice {invoice} is neither cancelled nor written off.")
            again = InvoiceReopened(
                at=self.now,
                by=self.by,
                after="cancellation" if case.cancelled else "write_off",
                amount=case.cancelled.amount if case.cancelled else case.balance,
                on=self.now.date(),
                reason=reason,
            )
            return [again]

        return self._record(invoice, found)

    def _ask(
        self, invoice: str, what: AskedFor, amount: Decimal | None, reason: str, to: str = ""
    ) -> Done:
        def found(books: Books, case: Case) -> list[InvoiceFact]:
            if what == "transfer":
                check_pair(case, books.case(to))
            return self.proposed(case, what, sum_of(case, what, amount), reason, to)

        return self._record(invoice, found)
