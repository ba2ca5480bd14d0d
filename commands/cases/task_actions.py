"""What people do to tasks: approve or decline a letter, finish work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commands.acting import Acting, Done
from commands.authority import needs
from dunning import facts, touch_facts
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.holdings import Task
from dunning.may import NotAllowed, is_closed
from ledger.books import Books
from ledger.tasks import invoices_of_task


@dataclass(frozen=True)
class TaskActions(Acting):
    """Actions at tasks; each is done for every invoice the task is about."""

    @needs("approve_letters")
    def approve(self, invoice: str, note: str = "") -> Done:
        """Approve the letter that waits for approval, for every invoice it is about."""
        task = self._waiting_approval(invoice)

        def found(_: Case) -> list[InvoiceFact]:
            approved = touch_facts.TouchApproved(at=self.now, by=self.by, step=task.step, note=note)
            return [approved, self._closed(task.task, "approved", "")]

        return self._record_for_task(task.task, invoice, found)

    @needs("approve_letters")
    def decline(self, invoice: str, note: str = "") -> Done:
        """Do not send the letter that waits for approval; the cadence goes on after its step."""
        task = self._waiting_approval(invoice)

        def found(_: Case) -> list[InvoiceFact]:
            withheld = touch_facts.TouchWithheld(
                at=self.now,
                by=self.by,
                step=task.step,
                code="DECLINED",
                why=note or f"{self.by} decided against it",
                passed_over=True,
            )
            return [withheld, self._closed(task.task, "declined", note)]

        return self._record_for_task(task.task, invoice, found)

    @needs("follow_up")
    def close_task(self, invoice: str, task: str, outcome: str, note: str = "") -> Done:
        """Finish a task with its outcome, for every invoice it is about."""
        closed = self._closed(task, outcome, note)
        return self._record_for_task(task, invoice, lambda _: [closed])

    def _closed(self, task: str, outcome: str, note: str) -> InvoiceFact:
        return facts.TaskClosed(at=self.now, by=self.by, task=task, outcome=outcome, note=note)

    def _waiting_approval(self, invoice: str) -> Task:
        with self.ledger.reading() as books:
            case = books.case(invoice)
        waiting = [task for task in case.tasks if task.what == "approve" and not task.outcome]
        if not waiting:
            raise NotAllowed(f"Nothing of invoice {invoice} is waiting for approval.")
        return waiting[-1]

    def _record_for_task(
        self, task: str, invoice: str, found: Callable[[Case], Sequence[InvoiceFact]]
    ) -> Done:
        def work(books: Books) -> Done:
            books.lock_invoices([invoice])
            self._check_unchanged(books, invoice)
            about = {*invoices_of_task(books.connection, task), invoice}
            cases = [case for case in books.cases(about).values() if not is_closed(case)]
            recorded = books.record_all([(case, found(case)) for case in cases])
            plans = self.planner.plan_all(books, recorded, self.now)
            after = dict(zip((case.invoice for case in recorded), plans, strict=True))
            case = next(case for case in recorded if case.invoice == invoice)
            return Done(case, after[invoice].step)

        return self.ledger.transact(work)
