"""What came of a call, and what follows from it for every invoice the call was about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from commands.acting import Done, known, money
from commands.authority import needs
from commands.cases.promise_actions import PromiseActions, beyond_policy
from dunning import facts
from dunning.case import Case
from dunning.contact_facts import ContactBlocked, ContactLogged
from dunning.customer import Customer
from dunning.customer_facts import CustomerFact, HoldPlaced
from dunning.dispute import REASONS
from dunning.dispute_facts import DisputeOpened
from dunning.facts import InvoiceFact
from dunning.holdings import Task
from dunning.may import NotAllowed, is_closed
from dunning.promise_facts import PromiseMade
from dunning.situation import Situation
from dunning.task_facts import CallMade
from ledger.books import Books
from ledger.people_contacts import log_contact
from ledger.tasks import invoices_of_task

# The task stays open and is tried again; after as many calls as the policy says it goes up.
UNREACHED = ("no_answer", "left_message")
CALL_OUTCOMES = (
    *UNREACHED,
    "right_party_promise",
    "paid",
    "wrong_number",
    "refused",
    "hardship",
    "dispute",
    "other",
)
# How long money that was sent may take to arrive.
PAID_BUSINESS_DAYS = 5


@dataclass(frozen=True)
class Call:
    """What came of a call: a promise has a day, a dispute a reason and one invoice.

    `amount` is in major units; without it all that is open is meant.
    """

    outcome: str
    note: str = ""
    promised_on: date | None = None
    amount: Decimal | None = None
    reason: str = ""
    invoice: str = ""


@dataclass(frozen=True)
class CallActions(PromiseActions):
    """Actions of a person who called."""

    @needs("follow_up")
    def log_call(self, task: str, call: Call) -> Done:
        """Record what came of the call a task asked for, and do what follows. Raises NotAllowed."""
        _check(call)

        def work(books: Books) -> Done:
            about = invoices_of_task(books.connection, task)
            books.lock_invoices(about)
            cases = [one for one in books.cases(about).values() if _has_open(one, task)]
            if not cases:
                raise NotAllowed(f"There is no open call {task}.")
            customer = books.customer(cases[0].customer)
            for fact in self._of_customer(customer, task, call):
                customer = books.record_customer(customer.customer, fact)
            logged = ContactLogged(at=self.now, by=self.by, channel="call", note=call.note)
            log_contact(books, customer.customer, logged)
            seen = [self.planner.situation(case, customer, self.now) for case in cases]
            found = self._found(seen, task, call)
            recorded = books.record_all([(one, found[one.invoice]) for one in cases])
            plans = self.planner.plan_all(books, recorded, self.now)
            return Done(recorded[0], plans[0].step)

        return self.ledger.transact(work)

    def _found(
        self, seen: Sequence[Situation], task: str, call: Call
    ) -> dict[str, list[InvoiceFact]]:
        """What the call makes facts, for each invoice."""
        if call.outcome in UNREACHED:
            made = CallMade(
                at=self.now, by=self.by, task=task, outcome=call.outcome, note=call.note
            )
            return {one.case.invoice: [made] for one in seen}
        closed = facts.TaskClosed(
            at=self.now, by=self.by, task=task, outcome=call.outcome, note=call.note
        )
        follows = self._follows(seen, call)
        return {one.case.invoice: [closed, *follows.get(one.case.invoice, [])] for one in seen}

    def _follows(  # noqa: PLR0911 - one line an outcome
        self, seen: Sequence[Situation], call: Call
    ) -> dict[str, list[InvoiceFact]]:
        match call.outcome:
            case "right_party_promise":
                return self._promises(_meant(seen, call), call)
            case "dispute":
                (one,) = _meant(seen, call)
                return {one.case.invoice: [self._dispute(one.case, call)]}
            case "paid":
                return {one.case.invoice: self._paid(one) for one in seen}
            case "refused":
                return {one.case.invoice: self._refused(one, call) for one in seen}
            case "wrong_number":
                why = "the telephone number is not the customer's"
                return {
                    one.case.invoice: [self._task(one, "contact", "associate", why)] for one in seen
                }
            case "hardship":
                why = f"the customer cannot pay as agreed: {call.note or 'said on the phone'}"
                role = seen[0].policy.escalation.above("associate") or "controller"
                return {one.case.invoice: [self._task(one, "hardship", role, why)] for one in seen}
            case _:
                return {}

    def _promises(self, seen: Sequence[Situation], call: Call) -> dict[str, list[InvoiceFact]]:
        """A promise for each invoice, of all that is open, or of the amount, oldest first."""
        assert call.promised_on is not None, "checked before"
        found: dict[str, list[InvoiceFact]] = {}
        left = money(call.amount, seen[0].case) if call.amount is not None else None
        for one in sorted(seen, key=lambda each: each.case.due_date):
            part = one.case.balance if left is None else min(left, one.case.balance)
            if part.minor <= 0:
                continue
            left = None if left is None else left - part
            beyond = beyond_policy(one, call.promised_on)
            if beyond:
                role = one.policy.escalation.above("associate") or "controller"
                asked = self._made("promise", role, f"{part} on {call.promised_on}, {beyond}")
                asked = replace(asked, amount=part, promised_on=call.promised_on)
                found[one.case.invoice] = self._proposed(one.case, asked)
            else:
                found[one.case.invoice] = [
                    PromiseMade(
                        at=self.now,
                        by=self.by,
                        amount=part,
                        promised_on=call.promised_on,
                        note=call.note,
                    )
                ]
        if left is not None and left.minor > 0:
            raise NotAllowed(f"{left} more is promised than is open.")
        return found

    def _dispute(self, case: Case, call: Call) -> DisputeOpened:
        return DisputeOpened(
            at=self.now,
            by=self.by,
            dispute=f"{case.invoice}/{len(case.disputes) + 1}",
            reason=call.reason or "other",
            amount=money(call.amount, case) if call.amount is not None else None,
            note=call.note,
        )

    def _paid(self, one: Situation) -> list[InvoiceFact]:
        until = one.calendar.business_days_after(one.today, PAID_BUSINESS_DAYS)
        held = facts.Paused(at=self.now, by=self.by, reason="payment_claimed", until=until)
        why = "The customer says on the phone that it has paid: look for the payment."
        return [held, self._task(one, "match_payment", "associate", why)]

    def _refused(self, one: Situation, call: Call) -> list[InvoiceFact]:
        role = one.policy.escalation.above("associate") or "controller"
        why = f"the customer refuses to pay: {call.note or 'said on the phone'}"
        told = facts.Escalated(at=self.now, by=self.by, to_role=role, reason="refused to pay")
        return [told, self._task(one, "escalation", role, why)]

    def _task(self, one: Situation, what: str, role: str, why: str) -> facts.TaskOpened:
        task = f"{one.case.customer}:{what}:{self.now:%Y%m%d%H%M%S}"
        return facts.TaskOpened(at=self.now, by=self.by, task=task, what=what, role=role, why=why)

    def _of_customer(self, customer: Customer, task: str, call: Call) -> list[CustomerFact]:
        if call.outcome == "hardship":
            held = {hold.code for hold in customer.holds}
            placed = HoldPlaced(
                at=self.now,
                by=self.by,
                hold=f"{task}:HARDSHIP",
                code="HARDSHIP",
                why=call.note or "the customer cannot pay as agreed",
            )
            return [] if "HARDSHIP" in held else [placed]
        contact = customer.contact_for("billing", "sms")
        if call.outcome != "wrong_number" or contact is None:
            return []
        why = f"{self.by} called: it is somebody else's number"
        return [
            ContactBlocked(
                at=self.now,
                by=self.by,
                contact=contact.contact,
                channel="sms",
                code="WRONG_PARTY",
                why=why,
            )
        ]


def _check(call: Call) -> None:
    known(call.outcome, CALL_OUTCOMES, "outcome of a call")
    if call.outcome == "right_party_promise" and call.promised_on is None:
        raise NotAllowed("Say for which day the customer promised to pay, with --date.")
    if call.outcome == "dispute":
        known(call.reason or "other", REASONS, "reason")


def _meant(seen: Sequence[Situation], call: Call) -> list[Situation]:
    """The invoices that were spoken of: the named one, or all of the task's."""
    found = [one for one in seen if call.invoice in ("", one.case.invoice)]
    if not found:
        raise NotAllowed(f"The call is not about invoice {call.invoice}.")
    if call.outcome == "dispute" and len(found) > 1:
        raise NotAllowed("Say which invoice is disputed, with --invoice.")
    return found


def _has_open(case: Case, task: str) -> bool:
    mine: list[Task] = [one for one in case.tasks if one.task == task and not one.outcome]
    return not is_closed(case) and bool(mine) and mine[-1].what == "call"
