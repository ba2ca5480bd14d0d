"""What people do to a case. The command line, the desk and rehearsals share these actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from commands.acting import PAUSE_REASONS, ROLES, Done, known
from commands.authority import needs
from commands.cases.promise_actions import PromiseActions
from commands.cases.sending_actions import SendingActions
from commands.cash.posting import Poster
from commands.disputes.actions import DisputeActions
from dunning import facts
from dunning.case import Case
from dunning.customer_facts import CustomerPaused, CustomerResumed
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.cash import applied_of
from ledger.payments import payment_of


@dataclass(frozen=True)
class Actions(DisputeActions, PromiseActions, SendingActions):
    """Actions at a case, or at all cases of a customer."""

    @needs("follow_up")
    def pause(self, invoice: str, reason: str, until: date | None, note: str = "") -> Done:
        """Stop the cadence of an invoice; without `until` for as long as its policy says."""
        known(reason, PAUSE_REASONS, "reason")

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            end = until or self._pause_end(books, case)
            return [facts.Paused(at=self.now, by=self.by, reason=reason, until=end, note=note)]

        return self._record(invoice, found)

    @needs("follow_up")
    def resume(self, invoice: str, reason: str = "", note: str = "") -> Done:
        """Lift the invoice's pause, promise and escalation; it goes on at the next opening."""
        return self._record_fact(
            invoice, facts.Resumed(at=self.now, by=self.by, reason=reason, note=note)
        )

    @needs("follow_up")
    def escalate(self, invoice: str, role: str, note: str = "") -> Done:
        """Hand the case to a role; Duncan is silent until somebody resumes it."""
        known(role, ROLES, "role")
        task = facts.TaskOpened(
            at=self.now,
            by=self.by,
            task=f"{invoice}:escalation:{self.now:%Y%m%d%H%M%S}",
            what="escalation",
            role=role,
            why=note or f"escalated by {self.by}",
        )
        escalated = facts.Escalated(at=self.now, by=self.by, to_role=role, hold=True, reason=note)
        return self._record(invoice, lambda _, __: [escalated, task])

    @needs("post_cash")
    def reverse_payment(self, payment: str, reason: str) -> Done:
        """Take a bounced payment back: what it paid is open again, and the cases go on."""

        def work(books: Books) -> Done:
            if payment_of(books.connection, payment) is None:
                raise NotAllowed(f"There is no payment {payment} in the books.")
            if not applied_of(books, payment):
                raise NotAllowed(f"Payment {payment} pays nothing any more.")
            poster = Poster(books, self.now, self.by)
            cases = poster.take_back(payment, self.now.date(), reason)
            plans = self.planner.plan_all(books, cases, self.now)
            return Done(cases[0], plans[0].step)

        return self.ledger.transact(work)

    @needs("follow_up")
    def pause_customer(self, customer: str, reason: str, until: date | None, note: str = "") -> int:
        """Stop every cadence of a customer; how many open invoices that holds."""
        known(reason, PAUSE_REASONS, "reason")
        end = until or (self.now + timedelta(days=30)).date()
        fact = CustomerPaused(at=self.now, by=self.by, reason=reason, until=end, note=note)
        return self._record_customer(customer, fact)

    @needs("follow_up")
    def resume_customer(self, customer: str, reason: str = "", note: str = "") -> int:
        """Lift a customer's pause; how many open invoices that wakes."""
        fact = CustomerResumed(at=self.now, by=self.by, reason=reason, note=note)
        return self._record_customer(customer, fact)

    def _record_customer(self, customer: str, fact: CustomerPaused | CustomerResumed) -> int:
        def work(books: Books) -> int:
            books.lock_customers([customer])
            books.record_customer(customer, fact)
            cases = books.cases(books.open_invoices(customer))
            self.planner.plan_all(books, cases.values(), self.now)
            return len(cases)

        return self.ledger.transact(work)

    def _pause_end(self, books: Books, case: Case) -> date:
        situation = self.planner.situation(case, books.customer(case.customer), self.now)
        return situation.today + timedelta(days=situation.policy.pause_days)
