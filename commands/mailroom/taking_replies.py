"""Taking a customer's message into the books: matched, read, acted on, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from activities.outgoing import ReplyAddresses
from activities.planning import Planner
from commands.mailroom.answers import queue_answers
from commands.mailroom.inbound import Inbound
from commands.mailroom.matching import Match, match, written_by_us
from commands.mailroom.rows import keep, read_row, stopped_row, unread_row
from commands.mailroom.standing import Gathering, Proof
from ledger.addresses import address_key, contact_at, customers_at
from ledger.books import Books
from ledger.replies import reply_of
from replies.decide import decide, note_absence
from replies.decision import Decision
from replies.opt_outs import opt_out
from replies.reading import Reading
from replies.reading_trust import SecondReader
from replies.standing import Standing


@dataclass(frozen=True)
class ReplyTaker:
    """Takes messages in. `second_reader` may only raise doubts about a reading."""

    planner: Planner
    addresses: ReplyAddresses
    second_reader: SecondReader | None = None

    def take(
        self, books: Books, arrival: int, message: Inbound, now: datetime, proof: Proof
    ) -> str:
        """Take one message in; the answer says what became of it."""
        if reply_of(books.connection, message.reply) is not None:
            return "known already"
        if written_by_us(books, message):
            why = "a copy of a message of our own"
            keep(books, unread_row(arrival, message, Match(why=why), waits=False))
            return why
        found = self._match(books, message)
        is_read = message.kind in ("message", "auto_reply")
        if is_read and found.customer:
            return self.take_for(books, arrival, message, found, now, proof)
        if message.kind == "message" and self._stop_shared(books, arrival, message, found, now):
            return f"{found.why}; stopped all the same"
        waits = message.kind == "message"
        keep(books, unread_row(arrival, message, found, waits=waits))
        return found.why if waits else message.kind.replace("_", " ")

    def take_for(
        self,
        books: Books,
        arrival: int,
        message: Inbound,
        found: Match,
        now: datetime,
        proof: Proof,
    ) -> str:
        """Take a message in for a customer: read it and do what follows from it."""
        books.lock_customers([found.customer])
        gathering = Gathering(self.planner, self.second_reader)
        standing = gathering.standing(books, message, found, proof, now)
        reading = gathering.reading(books, message, standing)
        if message.kind == "auto_reply":
            is_absence = message.is_absence or "out_of_office" in reading.intents
            decision = note_absence(reading, standing) if is_absence else Decision()
        else:
            decision = decide(reading, standing)
        self._record(books, standing, decision)
        keep(books, read_row(arrival, message, found, reading, standing, decision))
        queue_answers(books, standing, decision, message)
        return "; ".join((*decision.acted, *decision.left)) or "nothing to do"

    def _match(self, books: Books, message: Inbound) -> Match:
        """Whose it is; what a colleague forwards from our own address is for people to assign."""
        ours = {address_key(one.creditor.email) for one in self.planner.policies.entities.values()}
        if address_key(message.sender) in ours and message.sender:
            return Match(why="it was written from our own address")
        return match(books, message, self.addresses)

    def _stop_shared(
        self, books: Books, arrival: int, message: Inbound, found: Match, now: datetime
    ) -> bool:
        """Whose message it is, is open; but who wants to hear no more is known by the address."""
        customers = customers_at(books.connection, message.sender)
        books.lock_customers(customers)
        gathering = Gathering(self.planner)
        done: list[tuple[Reading, Decision]] = []
        for customer in customers:
            whose = Match(customer, contact_at(books.customer(customer), message.sender))
            standing = gathering.standing(books, message, whose, "conversation", now)
            reading = gathering.reading(books, message, standing)
            if reading.stop_contact:
                decision = Decision()
                opt_out(reading, standing, decision)
                self._record(books, standing, decision)
                queue_answers(books, standing, decision, message)
                done.append((reading, decision))
        if done:
            keep(books, stopped_row(arrival, message, found, customers, done))
        return bool(done)

    def _record(self, books: Books, standing: Standing, decision: Decision) -> None:
        cases = {case.invoice: case for case in standing.cases}
        changes = [(cases[invoice], found) for invoice, found in decision.invoices.items()]
        for fact in decision.customer:
            books.record_customer(standing.customer.customer, fact)
        self.planner.plan_all(books, books.record_all(changes), standing.now)
