"""What people do to a case. The command line, the desk and rehearsals share these actions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from activities.planning import Planner
from dunning import facts, touch_facts
from dunning.case import Case
from dunning.customer import CustomerPaused, CustomerResumed
from dunning.facts import InvoiceFact
from dunning.holdings import Task
from dunning.may import NotAllowed, is_closed
from dunning.money import Money
from dunning.steps import Step
from ledger.books import Books
from ledger.ledger import Ledger
from ledger.tasks import invoices_of_task

PAUSE_REASONS = (
    "customer_request",
    "internal_query",
    "sales_request",
    "hardship",
    "goodwill",
    "system",
)
DISPUTE_REASONS = (
    "price",
    "quantity",
    "quality",
    "damage",
    "not_received",
    "duplicate",
    "not_ours",
    "tax",
    "po_missing",
    "other",
)
OUTCOMES = ("credited", "upheld", "split", "withdrawn")
ROLES = ("associate", "ar_lead", "account_manager", "controller")


@dataclass(frozen=True)
class Done:
    """An action took effect: the case after it and what comes next."""

    case: Case
    step: Step


@dataclass(frozen=True)
class Actions:
    """The actions of one person at one moment."""

    ledger: Ledger
    planner: Planner
    by: str
    now: datetime

    def pause(self, invoice: str, reason: str, until: date | None, note: str = "") -> Done:
        """Stop the cadence of an invoice; without `until` for as long as its policy says."""
        _known(reason, PAUSE_REASONS, "reason")

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            end = until or self._pause_end(books, case)
            return [facts.Paused(at=self.now, by=self.by, reason=reason, until=end, note=note)]

        return self._record(invoice, found)

    def resume(self, invoice: str, reason: str = "", note: str = "") -> Done:
        """Lift the invoice's pause, promise and escalation; it goes on at the next opening."""
        return self._fact(invoice, facts.Resumed(at=self.now, by=self.by, reason=reason, note=note))

    def escalate(self, invoice: str, role: str, note: str = "") -> Done:
        """Hand the case to a role; Duncan is silent until somebody resumes it."""
        _known(role, ROLES, "role")
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

    def send_now(self, invoice: str, note: str = "") -> Done:
        """Send the next touch at the next opening of the sending window."""
        return self._fact(invoice, touch_facts.SendRequested(at=self.now, by=self.by, note=note))

    def promise(self, invoice: str, amount: Decimal | None, on: date, note: str = "") -> Done:
        """Record a promise to pay, of the whole balance unless an amount is given."""

        def found(books: Books, case: Case) -> list[InvoiceFact]:
            promised = _money(amount, case) if amount is not None else case.balance
            self._within_promise_rules(books, case, on)
            made = facts.PromiseMade(
                at=self.now, by=self.by, amount=promised, promised_on=on, note=note
            )
            return [made]

        return self._record(invoice, found)

    def dispute(
        self, invoice: str, reason: str, amount: Decimal | None = None, note: str = ""
    ) -> Done:
        """Open a dispute about the invoice or a part of it."""
        _known(reason, DISPUTE_REASONS, "reason")

        def found(_: Books, case: Case) -> list[InvoiceFact]:
            opened = facts.DisputeOpened(
                at=self.now,
                by=self.by,
                dispute=f"{invoice}/{len(case.disputes) + 1}",
                reason=reason,
                amount=_money(amount, case) if amount is not None else None,
                note=note,
            )
            return [opened]

        return self._record(invoice, found)

    def resolve(self, dispute: str, outcome: str, note: str = "") -> Done:
        """End a dispute."""
        _known(outcome, OUTCOMES, "outcome")
        fact = facts.DisputeResolved(
            at=self.now, by=self.by, dispute=dispute, outcome=outcome, note=note
        )
        return self._fact(dispute.rpartition("/")[0], fact)

    def approve(self, invoice: str, note: str = "") -> Done:
        """Approve the letter that waits for approval, for every invoice it is about."""
        task = self._waiting_approval(invoice)

        def found(_: Case) -> list[InvoiceFact]:
            approved = touch_facts.TouchApproved(at=self.now, by=self.by, step=task.step, note=note)
            return [approved, self._closed(task.task, "approved", "")]

        return self._record_for_task(task.task, invoice, found)

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
            about = {*invoices_of_task(books.connection, task), invoice}
            cases = [case for case in books.cases(about).values() if not is_closed(case)]
            recorded = books.record_all([(case, found(case)) for case in cases])
            plans = self.planner.plan_all(books, recorded, self.now)
            after = dict(zip((case.invoice for case in recorded), plans, strict=True))
            case = next(case for case in recorded if case.invoice == invoice)
            return Done(case, after[invoice].step)

        return self.ledger.transact(work)

    def write_off(self, invoice: str, reason: str) -> Done:
        """Give up what is open; the case closes."""
        return self._fact(invoice, facts.WrittenOff(at=self.now, by=self.by, reason=reason))

    def hand_over(self, invoice: str, to: str, reason: str = "") -> Done:
        """Hand the claim to an agency or lawyer; the case closes."""
        return self._fact(invoice, facts.HandedOver(at=self.now, by=self.by, to=to, reason=reason))

    def pause_customer(self, customer: str, reason: str, until: date | None, note: str = "") -> int:
        """Stop every cadence of a customer; how many open invoices that holds."""
        _known(reason, PAUSE_REASONS, "reason")
        end = until or (self.now + timedelta(days=30)).date()
        fact = CustomerPaused(at=self.now, by=self.by, reason=reason, until=end, note=note)
        return self._record_customer(customer, fact)

    def resume_customer(self, customer: str, reason: str = "", note: str = "") -> int:
        """Lift a customer's pause; how many open invoices that wakes."""
        fact = CustomerResumed(at=self.now, by=self.by, reason=reason, note=note)
        return self._record_customer(customer, fact)

    def _fact(self, invoice: str, fact: InvoiceFact) -> Done:
        return self._record(invoice, lambda _, __: [fact])

    def _record(
        self,
        invoice: str,
        found: Callable[[Books, Case], Sequence[InvoiceFact]],
    ) -> Done:
        def work(books: Books) -> Done:
            books.lock_invoices([invoice])
            case = books.case(invoice)
            case = books.record(invoice, *found(books, case))
            return Done(case, self.planner.plan(books, case, self.now))

        return self.ledger.transact(work)

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

    def _within_promise_rules(self, books: Books, case: Case, on: date) -> None:
        situation = self.planner.situation(case, books.customer(case.customer), self.now)
        rules = situation.policy.promise
        if on > situation.today + timedelta(days=rules.max_days_ahead):
            raise NotAllowed(
                f"The policy takes promises of at most {rules.max_days_ahead} days ahead."
            )
        if len(case.promises) >= rules.max_in_a_row and case.promise is not None:
            raise NotAllowed(
                f"Invoice {case.invoice} has {len(case.promises)} promises already; the policy"
                f" takes {rules.max_in_a_row}. Escalate it, or resume it first."
            )


def _known(word: str, words: tuple[str, ...], what: str) -> None:
    if word not in words:
        raise NotAllowed(f"{word!r} is no {what}; use one of {', '.join(words)}.")


def _money(amount: Decimal, case: Case) -> Money:
    try:
        return Money.parse(amount, case.amount.currency)
    except ValueError as error:
        raise NotAllowed(f"{error}.") from None
