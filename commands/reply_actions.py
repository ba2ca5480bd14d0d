"""What people do with replies: assign, deal with, and undo what Duncan did by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import RowMapping, select

from commands.acting import Acting
from commands.inbound import opened
from commands.matching import Match
from commands.taking_replies import ReplyTaker
from dunning import facts
from dunning.case import Case
from dunning.contact_facts import (
    ContactBlocked,
    ContactUnblocked,
    ReplyHandled,
    ReplyReceived,
)
from dunning.customer import Customer
from dunning.customer_facts import CustomerFact, HoldLifted, HoldPlaced
from dunning.dispute_facts import DisputeOpened, DisputeResolved
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed
from dunning.promise_facts import PromiseMade, PromiseWithdrawn
from ledger.addresses import contact_at
from ledger.arrivals import arrival
from ledger.books import Books
from ledger.replies import drop_reply, reopen_reply, reply_of, settle_reply
from ledger.tables import FactRow, table
from ledger.wire import AnyFact, fact_of

FACT = table(FactRow)
# Facts that replies lead to and that can be taken back.
_UNDOABLE = (
    "promise_made",
    "paused",
    "dispute_opened",
    "hold_placed",
    "contact_blocked",
    "reply_received",
)


@dataclass(frozen=True)
class ReplyActions(Acting):
    """Actions of a person on replies; each answers with a sentence."""

    def handle(self, reply: str, outcome: str) -> str:
        """Note that a reply was dealt with: the customer may be written to again."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            settle_reply(books.connection, reply, self.by, outcome, self.now)
            if row["customer"]:
                self._release(books, row, outcome)
            return f"Reply {reply} is dealt with: {outcome}."

        return self.ledger.transact(work)

    def assign(self, reply: str, customer: str, taker: ReplyTaker) -> str:
        """Say which customer wrote a reply that nobody could be found for; it is then acted on."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            if row["customer"]:
                raise NotAllowed(f"Reply {reply} belongs to customer {row['customer']} already.")
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            kept = arrival(books.connection, row["arrival"])
            assert kept is not None, "a reply is read from what arrived"
            drop_reply(books.connection, reply)
            contact = contact_at(books.customer(customer), row["from_address"])
            found = Match(customer, contact, "", f"person {self.by}")
            return taker.take_for(books, kept.id, opened(kept), found, vouched=True)

        return self.ledger.transact(work)

    def undo(self, reply: str, reason: str) -> str:
        """Take back everything Duncan did because of a reply; a person deals with it instead."""

        def work(books: Books) -> str:
            row = self._locked(books, reply)
            if not row["customer"]:
                raise NotAllowed(f"Nothing was done because of reply {reply}.")
            undone = self._take_back(books, row, reason)
            if not undone:
                raise NotAllowed(f"Nothing of reply {reply} is left to undo.")
            reopen_reply(books.connection, reply, f"undone by {self.by}: {reason}")
            return f"Undone: {', '.join(undone)}. Reply {reply} waits for a person."

        return self.ledger.transact(work)

    def _locked(self, books: Books, reply: str) -> RowMapping:
        row = reply_of(books.connection, reply)
        if row is None:
            raise NotAllowed(f"There is no reply {reply}.")
        if row["customer"]:
            books.lock_customers([row["customer"]])
        return row

    def _release(self, books: Books, row: RowMapping, outcome: str) -> None:
        """Lift the reply's hold and close its task."""
        customer, reply = row["customer"], row["reply"]
        handled = ReplyHandled(at=self.now, by=self.by, reply=reply, outcome=outcome)
        books.record_customer(customer, handled)
        task = f"{customer}:reply:{reply}"
        cases = books.cases(books.open_invoices(customer)).values()
        changes = [(case, [*self._closed(case, task, outcome)]) for case in cases]
        self.planner.plan_all(books, books.record_all(changes), self.now)

    def _closed(self, case: Case, task: str, outcome: str) -> Iterator[InvoiceFact]:
        if any(one.task == task and not one.outcome for one in case.tasks):
            yield facts.TaskClosed(at=self.now, by=self.by, task=task, outcome=outcome)

    def _take_back(self, books: Books, row: RowMapping, reason: str) -> list[str]:
        undone: list[str] = []
        customer = books.customer(row["customer"])
        for stream, fact in _facts_of(books, row["reply"]):
            kind, _, name = stream.partition(":")
            if kind == "customer":
                back = self._customers_way_back(customer, fact, reason)
                if back:
                    books.record_customer(customer.customer, back)
                    undone.append(fact.kind)
                continue
            case = books.case(name)
            found = list(self._way_back(case, fact, reason))
            self.planner.plan_all(books, books.record_all([(case, found)]), self.now)
            undone += [fact.kind] if found else []
        return undone

    def _way_back(self, case: Case, fact: AnyFact, reason: str) -> Iterator[InvoiceFact]:
        match fact:
            case PromiseMade() if case.promise and case.promise.at == fact.at:
                yield PromiseWithdrawn(at=self.now, by=self.by, reason=reason)
            case facts.Paused() if case.pause and case.pause.at == fact.at:
                yield facts.Resumed(at=self.now, by=self.by, reason=reason)
            case DisputeOpened() if fact.dispute in {d.dispute for d in case.disputes if d.is_open}:
                yield DisputeResolved(
                    at=self.now,
                    by=self.by,
                    dispute=fact.dispute,
                    outcome="withdrawn",
                    note=reason,
                )
            case _:
                return

    def _customers_way_back(
        self, customer: Customer, fact: AnyFact, reason: str
    ) -> CustomerFact | None:
        match fact:
            case HoldPlaced() if fact.hold in {one.hold for one in customer.holds}:
                return HoldLifted(at=self.now, by=self.by, hold=fact.hold, reason=reason)
            case ContactBlocked() if (fact.contact, fact.channel, fact.code) in customer.blocked:
                return ContactUnblocked(
                    at=self.now,
                    by=self.by,
                    contact=fact.contact,
                    channel=fact.channel,
                    reason=reason,
                    reply=fact.reply,
                )
            case ReplyReceived() if fact.reply not in {one.reply for one in customer.replies}:
                # A person deals with it now: until then nobody is written to.
                return ReplyReceived(
                    at=self.now,
                    by=self.by,
                    reply=fact.reply,
                    channel=fact.channel,
                    intents=fact.intents,
                    hold_until=max(fact.hold_until, self.now + (fact.hold_until - fact.at)),
                )
            case _:
                return None


def _facts_of(books: Books, reply: str) -> list[tuple[str, AnyFact]]:
    """What was recorded because of a reply, the latest first."""
    columns = (FACT.c.stream, FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    because = FACT.c.body.contains(f'"reply":"{reply}"', autoescape=True)
    query = select(*columns).where(FACT.c.kind.in_(_UNDOABLE), because).order_by(FACT.c.id.desc())
    return [(stream, fact_of(*row)) for stream, *row in books.connection.execute(query)]
