"""Taking back what Duncan recorded because of a reply."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from dunning import facts
from dunning.case import Case
from dunning.contact_facts import (
    ContactAway,
    ContactBlocked,
    ContactUnblocked,
    ReplyReceived,
)
from dunning.customer import Customer
from dunning.customer_facts import CustomerFact, HoldLifted, HoldPlaced
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.promise_facts import PromiseMade, PromiseWithdrawn
from replies.decide import reply_task

# Where it is still yesterday, today's pause ends tonight.
_BEHIND_UTC = timedelta(hours=12)
_TASKS = ("match_payment",)


@dataclass(frozen=True)
class Undoing:
    """Who takes a reply's consequences back, when and why; each answer is a fact and a sentence."""

    reply: str
    by: str
    now: datetime
    reason: str

    def of_invoice(
        self, case: Case, history: list[InvoiceFact]
    ) -> Iterator[tuple[InvoiceFact, str]]:
        """What takes back what the reply did to an invoice, the latest first."""
        for place in range(len(history) - 1, -1, -1):
            fact = history[place]
            if getattr(fact, "reply", "") == self.reply:
                yield from self._of_fact(case, fact, history[:place])
            elif isinstance(fact, facts.TaskOpened) and fact.what in _TASKS:
                yield from self._of_task(case, fact)

    def asks_again(self, case: Case) -> Iterator[InvoiceFact]:
        """The task to deal with the reply, where it is not open."""
        task = reply_task(case.customer, self.reply)
        if not any(one.task == task and not one.outcome for one in case.tasks):
            yield facts.TaskOpened(
                at=self.now,
                by=self.by,
                task=task,
                what="reply",
                role="associate",
                why=f"A customer's message was read wrongly: {self.reason}.",
            )

    def of_customer(
        self, customer: Customer, history: list[CustomerFact]
    ) -> Iterator[tuple[CustomerFact, str]]:
        """What takes back what the reply did to its customer, the latest first."""
        for fact in reversed(history):
            if getattr(fact, "reply", "") == self.reply:
                yield from self._of_customers_fact(customer, fact)

    def waits_again(self, history: list[CustomerFact]) -> ReplyReceived | None:
        """The reply as one a person has to deal with, when Duncan had closed it."""
        mine = [
            one for one in history if isinstance(one, ReplyReceived) and one.reply == self.reply
        ]
        if not mine:
            return None
        served = mine[0].hold_until - mine[0].at
        return ReplyReceived(
            at=self.now,
            by=self.by,
            reply=self.reply,
            channel=mine[0].channel,
            intents=mine[0].intents,
            hold_until=self.now + served,
        )

    def _of_fact(
        self, case: Case, fact: InvoiceFact, before: list[InvoiceFact]
    ) -> Iterator[tuple[InvoiceFact, str]]:
        match fact:
            case PromiseMade() if case.promise and case.promise.at == fact.at:
                back = PromiseWithdrawn(at=self.now, by=self.by, reason=self.reason)
                yield back, f"the promise for {fact.promised_on} of {case.invoice}"
            case facts.Paused() if case.pause and case.pause.at == fact.at:
                yield self._without_pause(case, fold(before)), f"the pause of {case.invoice}"
            case DisputeOpened() if fact.dispute in {d.dispute for d in case.disputes if d.is_open}:
                resolved = DisputeResolved(
                    at=self.now,
                    by=self.by,
                    dispute=fact.dispute,
                    outcome="withdrawn",
                    note=self.reason,
                )
                yield resolved, f"the dispute {fact.dispute}"
            case _:
                return

    def _without_pause(self, case: Case, before: Case) -> InvoiceFact:
        """An earlier pause goes on; to resume would also lift promises and escalations."""
        tonight = (self.now - _BEHIND_UTC).date()
        earlier = before.pause if before.pause and before.pause.until >= tonight else None
        holds_more = case.promise or (case.escalation and case.escalation.hold)
        if not earlier and not holds_more:
            return facts.Resumed(at=self.now, by=self.by, reason=self.reason)
        return facts.Paused(
            at=self.now,
            by=earlier.by if earlier else self.by,
            reason=earlier.reason if earlier else "internal_query",
            until=earlier.until if earlier else tonight,
            note=self.reason,
        )

    def _of_task(self, case: Case, fact: facts.TaskOpened) -> Iterator[tuple[InvoiceFact, str]]:
        is_open = any(one.task == fact.task and not one.outcome for one in case.tasks)
        if is_open and fact.task.endswith(f":{self.reply}"):
            closed = facts.TaskClosed(
                at=self.now, by=self.by, task=fact.task, outcome="undone", note=self.reason
            )
            yield closed, f"the search for a payment of {case.invoice}"

    def _of_customers_fact(
        self, customer: Customer, fact: CustomerFact
    ) -> Iterator[tuple[CustomerFact, str]]:
        match fact:
            case HoldPlaced() if fact.hold in {one.hold for one in customer.holds}:
                lifted = HoldLifted(at=self.now, by=self.by, hold=fact.hold, reason=self.reason)
                yield lifted, f"the hold ({fact.why})"
            case ContactBlocked() if (fact.contact, fact.channel, fact.code) in customer.blocked:
                yield from self._unblocked(customer, fact)
            case ContactUnblocked():
                again = ContactBlocked(
                    at=self.now,
                    by=self.by,
                    contact=fact.contact,
                    channel=fact.channel,
                    code="OPT_OUT",
                    why=self.reason,
                )
                if (fact.contact, fact.channel, again.code) not in customer.blocked:
                    yield again, f"{fact.channel} to {fact.contact}"
            case ContactAway() if (fact.contact, fact.until) in customer.away:
                yesterday = fact.at.date() - timedelta(days=1)
                back = ContactAway(at=self.now, by=self.by, contact=fact.contact, until=yesterday)
                yield back, f"the absence of {fact.contact}"
            case _:
                return

    def _unblocked(
        self, customer: Customer, fact: ContactBlocked
    ) -> Iterator[tuple[CustomerFact, str]]:
        """To unblock clears all reasons; those that others gave come back."""
        lifted = ContactUnblocked(
            at=self.now,
            by=self.by,
            contact=fact.contact,
            channel=fact.channel,
            reason=self.reason,
        )
        yield lifted, f"the block of {fact.contact} on {fact.channel}"
        for contact, channel, code in customer.blocked:
            if (contact, channel) == (fact.contact, fact.channel) and code != fact.code:
                yield (
                    ContactBlocked(
                        at=self.now,
                        by=self.by,
                        contact=contact,
                        channel=channel,
                        code=code,
                        why="blocked before",
                    ),
                    "",
                )
