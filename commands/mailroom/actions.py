"""What people do with replies: assign, deal with, and undo what Duncan did by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import RowMapping

from commands.acting import Acting
from commands.authority import Changed, needs
from commands.mailroom.inbound import opened
from commands.mailroom.matching import assigned
from commands.mailroom.taking_replies import ReplyTaker
from commands.mailroom.undoing import Undoing
from dunning.case import Case
from dunning.contact_facts import ReplyHandled
from dunning.customer_facts import CustomerFact
from dunning.facts import TaskClosed
from dunning.may import NotAllowed, is_closed
from ledger.answers import drop_queued
from ledger.arrivals import arrival
from ledger.books import Books
from ledger.replies import drop_reply, reopen_reply, reply_of, settle_reply
from ledger.tasks import invoices_of_task
from replies.decide import MOST_OF_A_TASK, reply_task


@dataclass(frozen=True)
class ReplyActions(Acting):
    """Actions of a person on replies; each answers with a sentence."""

    @needs("follow_up")
    def handle(self, reply: str, outcome: str) -> str:
        """Note that a reply was dealt with: the customer may be written to again."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            if row["state"] == "handled":
                raise NotAllowed(f"Reply {reply} is dealt with already: {row['outcome']}.")
            if not outcome.strip():
                raise NotAllowed("Say what came of it.")
            settle_reply(books.connection, reply, self.by, outcome, self.now)
            if row["customer"]:
                self._release(books, row, outcome)
            return f"Reply {reply} is dealt with: {outcome}."

        return self.ledger.transact(work)

    @needs("follow_up")
    def assign(self, reply: str, customer: str, taker: ReplyTaker) -> str:
        """Say which customer wrote a reply that nobody could be found for; it is then acted on."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            if row["customer"]:
                raise NotAllowed(f"Reply {reply} belongs to customer {row['customer']} already.")
            if row["state"] != "unassigned":
                raise NotAllowed(f"Reply {reply} is dealt with already: {row['outcome']}.")
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            kept = arrival(books.connection, row["arrival"])
            assert kept is not None, "a reply is read from what arrived"
            drop_reply(books.connection, reply)
            found = assigned(books, customer, opened(kept), f"person {self.by}")
            said = taker.take_for(books, kept.id, opened(kept), found, self.now, "person")
            return f"Reply {reply} is of customer {customer}: {said}."

        return self.ledger.transact(work)

    @needs("follow_up")
    def undo(self, reply: str, reason: str) -> str:
        """Take back everything Duncan did because of a reply; a person deals with it instead."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            recorded = json.loads(row["reading"]).get("recorded", {})
            if not reason.strip():
                raise NotAllowed("Say why it was wrong.")
            books.lock_customers(recorded.get("customers", ()))
            undoing = Undoing(reply, self.by, self.now, reason)
            undone = self._take_back(books, undoing, recorded)
            if not undone:
                raise NotAllowed(f"Nothing that was done because of reply {reply} is left to undo.")
            if row["customer"]:
                until = self._waits_again(books, row["customer"], recorded["invoices"], undoing)
                reopen_reply(books.connection, reply, f"undone by {self.by}: {reason}", until)
            drop_queued(books.connection, reply, f"undone by {self.by}", self.now)
            return f"Undone: {', '.join(undone)}. Reply {reply} waits for a person."

        return self.ledger.transact(work)

    def _locked(self, books: Books, reply: str) -> RowMapping:
        """The reply, while nobody else writes to its customer."""
        row = reply_of(books.connection, reply)
        if row is not None and row["customer"]:
            books.lock_customers([row["customer"]])
            row = reply_of(books.connection, reply)
        if row is None:
            raise NotAllowed(f"There is no reply {reply}.")
        if self.seen is not None and self.seen != customer_version(books, row["customer"]):
            raise Changed(
                "Something about this customer changed since you opened the reply: look at what is"
                " new, then decide again. What you typed is kept."
            )
        return row

    def _release(self, books: Books, row: RowMapping, outcome: str) -> None:
        """Lift the reply's hold and close its task."""
        customer, reply = row["customer"], row["reply"]
        handled = ReplyHandled(at=self.now, by=self.by, reply=reply, outcome=outcome)
        books.record_customer(customer, handled)
        task = reply_task(customer, reply)
        cases = books.cases(invoices_of_task(books.connection, task)).values()
        closed = TaskClosed(at=self.now, by=self.by, task=task, outcome=outcome)
        changes = [(case, [closed]) for case in cases if _has_open(case, task)]
        self.planner.plan_all(books, books.record_all(changes), self.now)

    def _take_back(
        self, books: Books, undoing: Undoing, recorded: Mapping[str, Sequence[str]]
    ) -> list[str]:
        said: list[str] = []
        changes = []
        for invoice in recorded.get("invoices", ()):
            history = [fact for _, fact in books.history(invoice)]
            found = list(undoing.of_invoice(books.case(invoice), history))
            changes.append((books.case(invoice), [fact for fact, _ in found]))
            said += [words for _, words in found]
        self.planner.plan_all(books, books.record_all(changes), self.now)
        for customer in recorded.get("customers", ()):
            for fact, words in undoing.of_customer(
                books.customer(customer), _history(books, customer)
            ):
                books.record_customer(customer, fact)
                said += [words] if words else []
        return said

    def _waits_again(
        self, books: Books, customer: str, invoices: Sequence[str], undoing: Undoing
    ) -> datetime | None:
        """Hold the customer's messages until a person dealt with it, when nothing does already."""
        again = undoing.waits_again(_history(books, customer))
        if again is None:
            return None
        if all(one.reply != again.reply for one in books.customer(customer).replies):
            books.record_customer(customer, again)
        cases = books.cases(invoices[:MOST_OF_A_TASK]).values()
        asked = [(case, [*undoing.asks_again(case)]) for case in cases if not is_closed(case)]
        self.planner.plan_all(books, books.record_all(asked), self.now)
        return again.hold_until


def customer_version(books: Books, customer: str) -> int:
    """How many facts the books have of a customer; 0 without one."""
    return len(_history(books, customer)) if customer else 0


def _has_open(case: Case, task: str) -> bool:
    return any(one.task == task and not one.outcome for one in case.tasks)


def _history(books: Books, customer: str) -> list[CustomerFact]:
    stream = f"customer:{customer}"
    return cast("list[CustomerFact]", books.histories([stream]).get(stream, []))
