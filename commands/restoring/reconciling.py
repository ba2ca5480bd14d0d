"""Reconciling restored books: messages that went out since are found and recorded, never sent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from temporalio.client import Client

from activities.account import Covered, account_of, sharing
from activities.answers import Answers
from activities.clock import EngineClock
from activities.consolidation import Consolidated, consolidate
from activities.gateways.interface import Accepted, Gateway, SentBefore
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.outgoing import ReplyAddresses, item_rows, started
from activities.planning import Planner, record_unknown
from activities.statements import Statements
from commands.restoring.lost_answers import LostAnswers
from commands.restoring.lost_statements import LostStatements
from commands.restoring.lost_touches import LostTouch, due_since, handed_over, is_missing
from commands.restoring.marking import restored_stops
from dunning.facts import InvoiceFact
from dunning.may import NotAllowed, is_closed
from dunning.touch_facts import TouchSent
from ledger.books import Books
from ledger.channels import renew_stop
from ledger.ledger import Ledger
from ledger.messages import claim_message, settle_message
from ledger.newest import last_before
from ledger.tables import CaseRow, table

CASE = table(CaseRow)
DUNCAN = "duncan"
UNPROVEN = "the books of that hour are lost, and no provider could say whether it went out"
# A cadence has fewer steps; what is found after so many is no accident.
MOST_STEPS = 50


@dataclass(frozen=True)
class Lost:
    """A lost message as it must have been: composed again from the books, for its own moment."""

    one: Consolidated
    covered: tuple[Covered, ...]
    asked: SentBefore


@dataclass(frozen=True)
class Reconciliation:
    """Restored books, the engine and the providers; `now` is the books' time. Nothing is sent."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    gateways: Mapping[str, Gateway]
    client: Client
    now: datetime
    clock: EngineClock = field(default_factory=EngineClock)
    addresses: ReplyAddresses = field(default_factory=ReplyAddresses)

    async def run(self) -> str:
        """Find and record; the sentence says what was found. Raises RPCError."""
        found: Counter[str] = Counter()
        until = await asyncio.to_thread(self._stopped_at)
        lost = [one async for one in handed_over(self.client, self.clock, until)]
        for one in sorted(lost, key=lambda one: one.at):
            await asyncio.to_thread(self._settle, one, found)
        for invoice in await asyncio.to_thread(self._open):
            await asyncio.to_thread(self._look_up_due, invoice, until, found)
        await asyncio.to_thread(self._settle_others, until, found)
        return await asyncio.to_thread(self._noted, found)

    def _stopped_at(self) -> datetime:
        with self.ledger.reading() as books:
            return max((stop.at for stop in restored_stops(books)), default=self.now)

    def _open(self) -> list[str]:
        query = select(CASE.c.invoice).where(CASE.c.closed_on.is_(None)).order_by(CASE.c.invoice)
        with self.ledger.reading() as books:
            return list(books.connection.execute(query).scalars())

    def _look_up_due(self, invoice: str, until: datetime, found: Counter[str]) -> None:
        """Ask the provider for what the cadence wanted sent since, one step after the other."""
        for _ in range(MOST_STEPS):
            with self.ledger.reading() as books:
                due = due_since(books, self.planner, invoice, until)
            if due is None or not self._settle(due, found):
                return

    def _settle_others(self, until: datetime, found: Counter[str]) -> None:
        """Answers to customers' messages and statements of account, which no workflow sends."""
        parts = (self.ledger, self.planner, self.letters, self.gateways, self.addresses)
        answers, statements = Answers(*parts), Statements(*parts)
        with self.ledger.reading() as books:
            since = last_before(books.connection, until) or until
        LostAnswers(answers, until, self.now, UNPROVEN).settle(found)
        LostStatements(statements, since, until, self.now, UNPROVEN).settle(found)

    def _settle(self, lost: LostTouch, found: Counter[str]) -> bool:
        """Record one lost touch as sent or unknown; False where there is nothing to record."""
        with self.ledger.reading() as books:
            if lost.seen and not is_missing(books, lost):
                return False
            known = self._composed(books, lost)
        if known is None:
            found["unclear"] += lost.seen
            return False
        answer = self.gateways[lost.touch.channel].look_up(known.asked)
        if answer is None and not lost.seen:
            return False
        try:
            recorded = self.ledger.transact(lambda books: self._record(books, lost, answer))
        except NotAllowed:
            recorded = False
        outcome = "sent" if answer else "unknown"
        found[outcome if recorded else "unclear"] += 1
        return recorded

    def _composed(self, books: Books, lost: LostTouch) -> Lost | None:
        """The message as it was composed; None where the books can no longer say."""
        case = books.case(lost.invoice)
        customer = books.customer(case.customer)
        situation = self.planner.situation(case, customer, lost.at)
        touch = lost.touch
        reaches = customer.contact_for(touch.to, touch.channel)
        account = account_of(books, situation, touch.channel)
        if is_closed(case) or reaches is None or account.slot_taken:
            return None
        names = [one for one in books.open_invoices(case.customer) if one != lost.invoice]
        others = (
            self.planner.situation(other, customer, lost.at)
            for other in books.cases(names).values()
        )
        covered = sharing(account, Covered(situation, touch), others)
        entity = self.planner.policies_at(lost.at).entity(case.entity)
        one = consolidate(books, account, covered, entity)
        address = reaches.email if touch.channel == "email" else reaches.phone
        asked = SentBefore(one.attempt, touch.channel, address, lost.at, self._text(one, lost.at))
        return Lost(one, covered, asked)

    def _text(self, one: Consolidated, at: datetime) -> str:
        """The words it must have had: some providers know a message by them only."""
        try:
            return self.planner.letters_at(at, self.letters).render(one.letter).text
        except LetterError:
            return ""

    def _record(self, books: Books, lost: LostTouch, answer: Accepted | None) -> bool:
        books.lock_invoices([lost.invoice])
        known = self._composed(books, lost)
        if known is None:
            return False
        one, attempt = known.one, known.one.attempt
        claims = [(c.situation.case, self._claim(one, c, lost, answer)) for c in known.covered]
        books.record_all(claims)
        claim_message(books.connection, _row(known, lost), item_rows(one), b"")
        if answer is None:
            record_unknown(books, books.case(lost.invoice), attempt, UNPROVEN, self.now)
        else:
            provider = answer.provider_id
            settle_message(books.connection, attempt, "sent", lost.at, provider_id=provider)
        return True

    @staticmethod
    def _claim(
        one: Consolidated, covered: Covered, lost: LostTouch, answer: Accepted | None
    ) -> list[InvoiceFact]:
        # Which guards it passed, and its words, went with the lost books.
        claim = replace(started(one, covered, lost.invoice), guards=())
        if answer is None:
            return [claim]
        provider = answer.provider_id
        sent = TouchSent(at=lost.at, by=DUNCAN, attempt=one.attempt, provider_id=provider)
        return [claim, sent]

    def _noted(self, found: Counter[str]) -> str:
        """Say in the books that they are reconciled, and what was found."""
        told = _sentence(found)

        def work(books: Books) -> None:
            for stop in restored_stops(books):
                why, now = f"{stop.why}; {told}", self.now
                said = replace(stop, at=now, by=DUNCAN, why=why, reconciled_at=now)
                renew_stop(books, said)

        self.ledger.transact(work)
        return told


def _row(known: Lost, lost: LostTouch) -> dict[str, Any]:
    """The message's row: it takes its slot of that day."""
    one = known.one
    return {
        "attempt": one.attempt,
        "customer": one.letter.customer,
        "channel": lost.touch.channel,
        "local_date": one.local_date,
        "letter": one.letter.letter,
        "level": one.spoken.level,
        "contact": one.contact.contact,
        "address": known.asked.to_address,
        "claimant": lost.invoice,
        "state": "started",
        "claimed_at": lost.at,
        "subject": "",
        "content_hash": "",
    }


def _sentence(found: Counter[str]) -> str:
    return (
        f"{found['sent']} messages that went out since were found and recorded,"
        f" {found['unknown']} more as unknown; {found['unclear']} could not be recorded"
    )
