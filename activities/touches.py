"""Sending: gate, claim, hand over, confirm. At most one message for every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import activity

from activities.account import Account, Covered, account_of, due_beside, giving_way, sharing
from activities.claims import with_claims
from activities.clock import EngineClock
from activities.consolidation import Consolidated, consolidate
from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    Unknown,
)
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.outcomes import (
    alarm_channel,
    cleared_up,
    dead_contact,
    given_up,
    outcome_fact,
)
from activities.outgoing import (
    ReplyAddresses,
    content_of,
    item_rows,
    message_row,
    outgoing,
    started,
    withheld,
)
from activities.payloads import StepOrder, WireStep
from activities.planning import (
    Planner,
    consequences,
    give_up_claim,
    record_unknown,
)
from activities.tasks import PEOPLES_WORK, contact_task, task_for
from activities.unwritten import unwritten
from dunning.at_the_door import Objection
from dunning.case import Case
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.send_gate import first_objection, is_same_touch
from dunning.steps import SendInvoice, SendTouch, Speak, Step
from dunning.ways import OTHER_CHANNEL, other_way
from ledger.books import Books
from ledger.delivery_events import note_provider, sent_message
from ledger.doorbells import ring
from ledger.ledger import Ledger
from ledger.messages import claim_message, settle_message

# What events or people found out of a message stands, whatever its provider answers later.
_KNOWN = ("sent", "bounced")


@dataclass(frozen=True)
class Claim:
    """The message this worker, and nobody else, may hand over now."""

    message: OutgoingMessage
    customer: str
    contact: str
    invoices: tuple[str, ...]


@dataclass(frozen=True)
class Touches:
    """The sending activity."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    gateways: Mapping[str, Gateway]
    clock: EngineClock
    replies: ReplyAddresses = field(default_factory=ReplyAddresses)

    @activity.defn
    def send_touch(self, order: StepOrder) -> WireStep:
        """Carry a touch out, unless the books say otherwise by now, and answer what comes next."""
        touch = self.clock.to_books(order.step)
        assert isinstance(touch, SendTouch | SendInvoice), "only letters are sent"
        # This try may come long after it was asked for: the worker was away, or another try failed.
        engine_now = max(order.now, activity.info().started_time)
        now = self.clock.books_time(engine_now, order.step.at)
        # A claim that a power failure took back could become a second message.
        claimed = self.ledger.transact(
            lambda books: self._claim(books, order.invoice, touch, now), durable=True
        )
        if not isinstance(claimed, Claim):
            return self.clock.to_engine(claimed)
        # No transaction is open here: the provider may take its time.
        outcome = self.gateways[touch.channel].send(claimed.message)
        step = self.ledger.transact(
            lambda books: self._confirm(books, order.invoice, claimed, outcome, now)
        )
        return self.clock.to_engine(step)

    def _claim(self, books: Books, invoice: str, touch: Speak, now: datetime) -> Claim | Step:
        """Ask the gate against fresh books; what was recorded before this moment wins."""
        books.lock_invoices([invoice])
        case = books.case(invoice)
        mine = [t for t in case.touches if t.state == "started" and t.claimant == invoice]
        if mine:
            # An earlier try of this very activity claimed it and never came back.
            case = give_up_claim(books, case, mine[-1].attempt, now)
            return self.planner.plan(books, case, now)
        conditions = self.planner.conditions(books, now)
        customer = books.customer(case.customer)
        situation = self.planner.situation(case, customer, now, conditions)
        planned = plan(situation)
        if not is_same_touch(planned.step, touch) or planned.step.at > now:
            return self.planner.plan(books, case, now)
        one = Covered(situation, planned.step)
        account = account_of(books, situation, touch.channel)
        others = [] if account.slot_taken else due_beside(books, self.planner, one)
        account = giving_way(account, one, others)
        if objection := first_objection(account.at_the_door(situation, planned.step)):
            self._withhold(books, [one], objection)
            return self.planner.plan(books, books.case(invoice), now)
        books.record_all([(case, consequences(situation, planned))], rings=False)
        return self._take_slot(books, account, one, sharing(account, one, others))

    def _take_slot(
        self, books: Books, account: Account, mine: Covered, covered: tuple[Covered, ...]
    ) -> Claim | Step:
        situation = mine.situation
        policies = self.planner.policies_at(situation.now)
        entity = policies.entity(situation.case.entity)
        letters = self.planner.letters_at(situation.now, self.letters)
        plain = consolidate(books, account, covered, entity)
        one, raised = with_claims(books, plain, entity, letters)
        try:
            letter = letters.render(one.letter)
        except LetterError as error:
            objection, asked = unwritten(books, mine, one.letter.letter, error)
            self._withhold(books, covered, objection)
            books.record_all([(books.case(mine.invoice), asked)], rings=False)
            return self.planner.plan(books, books.case(mine.invoice), situation.now)
        message = outgoing(one, letter, entity, situation.now, self.replies)
        content = content_of(message)
        books.record_all(
            [
                (c.situation.case, _claimed(one, c, mine, content, raised.get(c.invoice, ())))
                for c in covered
            ],
            rings=False,
        )
        row = message_row(one, message, mine.invoice, content)
        claim_message(books.connection, row, item_rows(one), content)
        invoices = tuple(c.invoice for c in covered)
        return Claim(message, situation.case.customer, one.contact.contact, invoices)

    def _withhold(self, books: Books, touches: Sequence[Covered], objection: Objection) -> None:
        """Record why the touches do not go out: the other channel's turn, or people's work."""
        for one in touches:
            found: list[InvoiceFact] = [withheld(one, objection)]
            if objection.code in PEOPLES_WORK:
                found = self._instead(books, one, objection)
            books.record_all([(one.situation.case, found)], rings=False)

    @staticmethod
    def _instead(books: Books, one: Covered, objection: Objection) -> list[InvoiceFact]:
        situation, step = one.situation, one.touch.step
        other = other_way(situation, step, one.touch.channel)
        if other:
            why = f"{objection.why}; it goes by {other} instead"
            return [withheld(one, Objection(OTHER_CHANNEL, why, situation.now))]
        task = task_for(books, situation, "contact", step)
        return [withheld(one, objection), contact_task(situation, step, objection.why, task)]

    def _confirm(
        self, books: Books, invoice: str, claim: Claim, outcome: Outcome, now: datetime
    ) -> Step:
        books.lock_customers([claim.customer])
        attempt = claim.message.attempt
        row = sent_message(books.connection, attempt)
        assert row is not None, "what was handed over was claimed"
        if isinstance(outcome, ChannelDown):
            outcome = alarm_channel(books, claim.message.channel, outcome, now)
        if row["state"] in _KNOWN or (isinstance(outcome, Unknown) and row["state"] != "started"):
            if isinstance(outcome, Accepted):
                note_provider(books.connection, attempt, outcome.provider_id)
            return self.planner.plan(books, books.case(invoice), now)
        if isinstance(outcome, Unknown):
            case = record_unknown(books, books.case(invoice), attempt, outcome.why, now)
            return self.planner.plan(books, case, now)
        return self._learnt(books, invoice, claim, outcome, now)

    def _learnt(
        self,
        books: Books,
        invoice: str,
        claim: Claim,
        outcome: Accepted | Refused | RetryLater,
        now: datetime,
    ) -> Step:
        attempt = claim.message.attempt
        found: list[tuple[Case, list[InvoiceFact]]] = []
        for case in books.cases(claim.invoices).values():
            fact = outcome_fact(case, attempt, outcome, now)
            facts: list[InvoiceFact] = [fact, *cleared_up(case, fact)]
            # What is refused for good with a good address would be refused again.
            if isinstance(outcome, Refused) and not outcome.address_is_dead:
                situation = self.planner.situation(case, books.customer(case.customer), now)
                facts += given_up(books, situation, attempt, outcome.why)
            found.append((case, facts))
        recorded = books.record_all(found, rings=False)
        if isinstance(outcome, Accepted):
            settle_message(books.connection, attempt, "sent", now, provider_id=outcome.provider_id)
        else:
            settle_message(books.connection, attempt, "refused", now, why=outcome.why)
            ring(books.connection, [i for i in claim.invoices if i != invoice], opening=False)
        if isinstance(outcome, Refused) and outcome.address_is_dead:
            books.record_customer(
                claim.customer, dead_contact(claim.contact, claim.message.channel, outcome, now)
            )
        mine = next(case for case in recorded if case.invoice == invoice)
        return self.planner.plan(books, mine, now)


def _claimed(
    one: Consolidated,
    covered: Covered,
    mine: Covered,
    content: bytes,
    raised: Sequence[InvoiceFact],
) -> tuple[InvoiceFact, ...]:
    """What a covered invoice keeps of the message: why steps passed, the touch, what it claims."""
    touch = started(one, covered, mine.invoice, content)
    return *_passed_on_the_way(covered, mine), touch, *raised


def _passed_on_the_way(one: Covered, mine: Covered) -> tuple[InvoiceFact, ...]:
    """Why earlier steps of the others pass; the claimed one's reasons are recorded already."""
    if one.invoice == mine.invoice:
        return ()
    return consequences(one.situation, plan(one.situation))
