"""What people do about a reading: confirm it, or say what the message means instead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import RowMapping

from commands.authority import needs
from commands.mailroom.actions import ReplyActions
from commands.mailroom.answers import queue_answers
from commands.mailroom.inbound import Inbound, opened
from commands.mailroom.matching import Match
from commands.mailroom.rows import told
from commands.mailroom.standing import Gathering
from commands.mailroom.undoing import Undoing
from dunning.contact_facts import ContactProposed, ReplyReadAgain
from dunning.dispute import REASONS
from dunning.may import NotAllowed, is_closed
from ledger.answers import drop_queued
from ledger.arrivals import arrival
from ledger.books import Books
from ledger.replies import note_reading, reopen_reply, settle_reply
from replies.decision import Decision
from replies.intents_law import INTENTS
from replies.read_by_people import ReadAs, corrected, decide_as_read
from replies.reading import Reading
from replies.standing import Standing

# What goes back by itself; it goes once, however often the message is read.
_ANSWERED = {"invoice_copy", "opt_out"}


@dataclass(frozen=True)
class Open:
    """A reply that is read again: its row, the message, and what was made of it."""

    row: RowMapping
    message: Inbound
    reading: Mapping[str, Any]

    @property
    def recorded(self) -> Mapping[str, Sequence[str]]:
        """Where to look for what was recorded because of it."""
        found: Mapping[str, Sequence[str]] = self.reading.get("recorded", {})
        return found

    @property
    def match(self) -> Match:
        """Whose it is."""
        row = self.row
        return Match(row["customer"], row["contact"], row["attempt"], row["matched_by"])


@dataclass(frozen=True)
class ReplyCorrections(ReplyActions):
    """A person's word on a reading counts: what follows is done at once, in the person's name."""

    @needs("follow_up")
    def confirm(self, reply: str) -> str:
        """The reading is right, and its sender is whom the message claims."""

        def work(books: Books) -> str:
            one = self._opened(books, reply)
            intents = one.reading.get("intents", [])
            if not intents:
                raise NotAllowed("Nothing was read in it: say what it means.")
            standing, reading = self._gathered(books, one, ())
            # What was believed already must not be done twice.
            if one.row["state"] == "handled" or _was_believed(books, one):
                self._noted(books, one, intents)
                return "Confirmed: it was read rightly."
            decision = decide_as_read([replace(reading, doubts=())], standing)
            self._noted(books, one, intents)
            return self._done(books, one, standing, [reading], decision)

        return self.ledger.transact(work)

    @needs("follow_up")
    def correct(self, reply: str, said: ReadAs) -> str:
        """The message means something else: what was done is taken back, and that is done."""
        _check(said)

        def work(books: Books) -> str:
            one = self._opened(books, reply)
            undoing = Undoing(reply, self.by, self.now, f"{self.by} read it again")
            self._take_back(books, undoing, one.recorded)
            if not _ANSWERED & {*said.intents}:
                drop_queued(books.connection, reply, f"read again by {self.by}", self.now)
            named = (*said.invoices, *(line.invoice for line in said.promises))
            standing, reading = self._gathered(books, one, named)
            readings = corrected(reading, said)
            decision = decide_as_read(readings, standing)
            self._noted(books, one, said.intents)
            return self._done(books, one, standing, readings, decision)

        return self.ledger.transact(work)

    def _opened(self, books: Books, reply: str) -> Open:
        row = self._locked(books, reply)
        if not row["customer"]:
            raise NotAllowed("Say first which customer wrote it.")
        kept = arrival(books.connection, row["arrival"])
        assert kept is not None, "a reply is read from what arrived"
        return Open(row, opened(kept), json.loads(row["reading"]))

    def _gathered(self, books: Books, one: Open, named: Sequence[str]) -> tuple[Standing, Reading]:
        """The standing, with the invoices that the person named among its cases."""
        gathering = Gathering(self.planner)
        standing = gathering.standing(books, one.message, one.match, "person", self.now)
        reading = gathering.reading(books, one.message, standing)
        known = {case.invoice for case in standing.cases}
        more = books.cases(invoice for invoice in named if invoice not in known).values()
        for case in more:
            if case.customer != one.row["customer"] or is_closed(case):
                raise NotAllowed(f"Invoice {case.invoice} is not open for this customer.")
        return replace(standing, cases=(*standing.cases, *more)), reading

    def _noted(self, books: Books, one: Open, intents: Sequence[str]) -> None:
        again = ReplyReadAgain(
            at=self.now,
            by=self.by,
            reply=one.row["reply"],
            intents=tuple(intents),
            were=tuple(one.reading.get("intents", ())),
        )
        books.record_customer(one.row["customer"], again)

    def _done(
        self,
        books: Books,
        one: Open,
        standing: Standing,
        readings: Sequence[Reading],
        decision: Decision,
    ) -> str:
        """Record what follows in the person's name; what nothing is left of is dealt with."""
        customer, cases = one.row["customer"], {case.invoice: case for case in standing.cases}
        known = {contact.contact for contact in standing.customer.proposed}
        for fact in decision.customer:
            if isinstance(fact, ContactProposed) and fact.contact.contact in known:
                continue
            books.record_customer(customer, replace(fact, by=self.by))
        found = [
            (cases[invoice], [replace(fact, by=self.by) for fact in facts])
            for invoice, facts in decision.invoices.items()
        ]
        self.planner.plan_all(books, books.record_all(found), self.now)
        queue_answers(books, standing, decision, one.message)
        note_reading(books.connection, one.row["reply"], self._as_read(one, readings, decision))
        self._settled(books, one, decision)
        parts = [*decision.acted, *(f"left to you: {why}" for why in decision.left)]
        return ("; ".join(parts) or "nothing follows from it").capitalize() + "."

    def _as_read(self, one: Open, readings: Sequence[Reading], decision: Decision) -> str:
        main, promise = readings[0], readings[-1]
        intents = dict.fromkeys(intent for each in readings for intent in each.intents)
        shown = replace(
            main,
            intents=tuple(intents),
            evidence=tuple(e for each in readings for e in each.evidence if e.end),
            promised_date=promise.promised_date,
            promised_amount=promise.promised_amount,
        )
        before = one.recorded.get("invoices", ())
        kept = {
            "recorded": {
                "customers": [one.row["customer"]],
                "invoices": sorted({*before, *decision.invoices}),
            },
            "read_by": self.by,
            "read_at": self.now.isoformat(),
        }
        return json.dumps(told(shown, decision) | kept, ensure_ascii=False, sort_keys=True)

    def _settled(self, books: Books, one: Open, decision: Decision) -> None:
        reply, customer = one.row["reply"], one.row["customer"]
        outcome = "; ".join(decision.acted) or "nothing to do"
        was_open = one.row["state"] == "open"
        if not decision.left:
            settle_reply(books.connection, reply, self.by, outcome, self.now)
            if was_open:
                self._release(books, one.row, outcome)
        elif not was_open:
            undoing = Undoing(reply, self.by, self.now, "; ".join(decision.left))
            invoices = one.recorded.get("invoices", ())
            until = self._waits_again(books, customer, invoices, undoing)
            reopen_reply(books.connection, reply, f"read again by {self.by}", until)


def _was_believed(books: Books, one: Open) -> bool:
    """Whether something was recorded for an invoice because of it, besides a task for people."""
    reply, invoices = one.row["reply"], one.recorded.get("invoices", ())
    histories = (books.history(invoice) for invoice in invoices)
    return any(getattr(fact, "reply", "") == reply for facts in histories for _, fact in facts)


def _check(said: ReadAs) -> None:
    unknown = [one for one in said.intents if one not in INTENTS]
    if unknown or not said.intents:
        raise NotAllowed("Say what the message means: tick at least one of the readings.")
    if "dispute" in said.intents and said.dispute_reason not in REASONS:
        raise NotAllowed("Say what the dispute is about.")
    if "promise_to_pay" in said.intents and not said.promises:
        raise NotAllowed("Say by which day what is promised.")
