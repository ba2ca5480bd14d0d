"""Disputes: the activity that does what is due for one and says what it waits for."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.clock import EngineClock
from activities.payloads import DisputeOrder, WireDisputeStep
from activities.planning import Planner
from dunning.dispute import invoice_of_dispute
from dunning.dispute_steps import DisputeStep
from dunning.may import NotAllowed
from ledger.books import Books
from ledger.ledger import Ledger


@dataclass(frozen=True)
class Disputes:
    """The activity of the workflows that follow disputes."""

    ledger: Ledger
    planner: Planner
    clock: EngineClock

    @activity.defn
    def follow_dispute(self, order: DisputeOrder) -> WireDisputeStep:
        """Assign, remind, escalate, take back or release what is due; answer what comes next."""
        now = self.clock.books_time(order.now)
        invoice = invoice_of_dispute(order.dispute)

        def work(books: Books) -> DisputeStep:
            books.lock_invoices([invoice])
            case = books.case(invoice)
            # Whatever is due is carried out by planning the case.
            self.planner.plan(books, case, now)
            for dispute, step in self.planner.follow_disputes(books, case, now):
                if dispute.dispute == order.dispute:
                    return step
            raise NotAllowed(f"There is no dispute {order.dispute} in the books.")

        return self.clock.to_engine(self.ledger.transact(work))
