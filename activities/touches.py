"""Sending: gate, claim, hand over, confirm. At most one message for every claim."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.clock import EngineClock
from activities.consolidation import Consolidated, at_the_door, consolidate
from activities.gateways.interface import (
    Accepted,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    Unknown,
)
from activities.letters import LetterError, Letters, RenderedLetter
from activities.payloads import StepOrder, WireStep
from activities.planning import DUNCAN, Planner, give_up_claim, record_unknown, remarked
from activities.policies import Entity
from dunning import facts, touch_facts
from dunning.case import Case
from dunning.customer import ContactBlocked
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.send_gate import Objection, first_objection, is_same_touch
from dunning.situation import Situation
from dunning.steps import SendInvoice, SendTouch, Speak, Step
from ledger.books import Books
from ledger.doorbells import ring
from ledger.ledger import Ledger
from ledger.messages import claim_message, settle_message

A_DAY = timedelta(days=1)


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

    @activity.defn
    def send_touch(self, order: StepOrder) -> WireStep:
        """Carry a touch out, unless the books say otherwise by now, and answer what comes next."""
        touch = self.clock.to_books(order.step)
        assert isinstance(touch, SendTouch | SendInvoice), "only letters are sent"
        now = self.clock.books_time(order.now, order.step.at)
        claimed = self.ledger.transact(lambda books: self._claim(books, order.invoice, touch, now))
        if not isinstance(claimed, Claim):
            return self.clock.to_engine(claimed)
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
        situation = self.planner.situation(case, books.customer(case.customer), now)
        planned = plan(situation)
        if not is_same_touch(planned.step, touch) or planned.step.at > now:
            return self.planner.plan(books, case, now)
        objection = first_objection(at_the_door(books, situation, planned.step))
        if objection:
            return self._withhold(books, situation, touch, objection)
        books.record_all([(case, remarked(planned, now))], rings=False)
        return self._take_slot(books, situation, planned.step)

    def _withhold(
        self, books: Books, situation: Situation, touch: Speak, objection: Objection
    ) -> Step:
        case, now = situation.case, situation.now
        withheld = touch_facts.TouchWithheld(
            at=now,
            by=DUNCAN,
            step=touch.step,
            code=objection.code,
            why=objection.why,
            until=objection.until,
            passed_over=objection.until is None,
        )
        found: list[InvoiceFact] = [withheld]
        task = f"{case.invoice}:{touch.step}:contact"
        if objection.code == "NO_CONTACT" and not case.task_for(touch.step, "contact"):
            found.append(_task(task, "contact", touch.step, objection.why, now))
        case = books.record_all([(case, found)], rings=False)[0]
        return self.planner.plan(books, case, now)

    def _take_slot(self, books: Books, situation: Situation, touch: Speak) -> Claim | Step:
        case, now = situation.case, situation.now
        entity = self.planner.policies.entity(case.entity)
        one = consolidate(books, self.planner, situation, touch, entity)
        try:
            letter = self.letters.render(one.letter)
        except LetterError as error:
            objection = Objection("CONTENT_MISSING", str(error), now + A_DAY)
            return self._withhold(books, situation, touch, objection)
        started = [(c.case, (_started(one, c.case, c.touch, situation),)) for c in one.covered]
        books.record_all(started, rings=False)
        message = _message(one, letter, entity, now)
        row = _message_row(one, message, case, now)
        claim_message(books.connection, row, _items(one))
        invoices = tuple(c.case.invoice for c in one.covered)
        return Claim(message, case.customer, one.contact.contact, invoices)

    def _confirm(
        self, books: Books, invoice: str, claim: Claim, outcome: Outcome, now: datetime
    ) -> Step:
        books.lock_customers([claim.customer])
        attempt, why = claim.message.attempt, getattr(outcome, "why", "")
        if isinstance(outcome, Unknown):
            case = record_unknown(books, books.case(invoice), attempt, outcome.why, now)
            return self.planner.plan(books, case, now)
        fact = _outcome_fact(attempt, outcome, now)
        cases = books.cases(claim.invoices)
        recorded = books.record_all([(case, [fact]) for case in cases.values()], rings=False)
        state, provider_id = _settled(outcome)
        settle_message(books.connection, attempt, state, now, provider_id=provider_id, why=why)
        if isinstance(outcome, Refused | RetryLater):
            ring(books.connection, [i for i in claim.invoices if i != invoice], opening=False)
        if isinstance(outcome, Refused) and outcome.address_is_dead:
            _block_contact(books, claim, outcome, now)
        case = next(case for case in recorded if case.invoice == invoice)
        return self.planner.plan(books, case, now)


def _task(task: str, what: str, step: str, why: str, now: datetime) -> facts.TaskOpened:
    return facts.TaskOpened(
        at=now, by=DUNCAN, task=task, what=what, role="associate", why=why, step=step
    )


def _started(
    one: Consolidated, case: Case, touch: Speak, situation: Situation
) -> touch_facts.TouchStarted:
    return touch_facts.TouchStarted(
        at=situation.now,
        by=DUNCAN,
        attempt=one.attempt,
        step=touch.step,
        channel=touch.channel,
        letter=touch.letter,
        level=touch.level,
        amount=case.balance - case.disputed,
        contact=one.contact.contact,
        policy=f"{situation.policy.name} v{situation.policy.version}",
        claimant=situation.case.invoice,
    )


def _message(
    one: Consolidated, letter: RenderedLetter, entity: Entity, now: datetime
) -> OutgoingMessage:
    is_mail = one.letter.channel == "email"
    creditor = entity.creditor
    return OutgoingMessage(
        attempt=one.attempt,
        at=now,
        channel=one.letter.channel,
        to_name=one.contact.name,
        to_address=one.contact.email if is_mail else one.contact.phone,
        from_name=creditor.name,
        from_address=creditor.email,
        reply_to=one.letter.reply_to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"<{one.attempt}@{creditor.email.partition('@')[2]}>",
        attachments=letter.attachments,
    )


def _message_row(
    one: Consolidated, message: OutgoingMessage, case: Case, now: datetime
) -> dict[str, object]:
    content = f"{message.subject}\x1f{message.text}\x1f{message.html}".encode()
    return {
        "attempt": one.attempt,
        "customer": case.customer,
        "channel": message.channel,
        "local_date": one.local_date,
        "letter": one.letter.letter,
        "level": one.level,
        "contact": one.contact.contact,
        "address": message.to_address,
        "claimant": case.invoice,
        "state": "started",
        "claimed_at": now,
        "subject": message.subject,
        "content_hash": hashlib.sha256(content).hexdigest(),
    }


def _items(one: Consolidated) -> list[dict[str, object]]:
    covered = {c.case.invoice: c.touch for c in one.covered}
    return [
        {
            "invoice": item.invoice,
            "step": covered[item.invoice].step if item.invoice in covered else "",
            "level": covered[item.invoice].level if item.invoice in covered else item.level,
            "currency": item.balance.currency,
            "amount_minor": item.balance.minor,
            "covered": item.invoice in covered,
        }
        for item in one.listed
    ]


def _outcome_fact(attempt: str, outcome: Outcome, now: datetime) -> InvoiceFact:
    match outcome:
        case Accepted(provider_id=provider_id):
            sent = touch_facts.TouchSent
            return sent(at=now, by=DUNCAN, attempt=attempt, provider_id=provider_id)
        case Refused(code=code, why=why):
            return touch_facts.TouchRefused(at=now, by=DUNCAN, attempt=attempt, code=code, why=why)
        case RetryLater(code=code, why=why, after=after):
            return touch_facts.TouchRefused(
                at=now, by=DUNCAN, attempt=attempt, code=code, why=why, retry_at=now + after
            )
        case Unknown(why=why):
            return touch_facts.TouchUnknown(at=now, by=DUNCAN, attempt=attempt, why=why)


def _settled(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Accepted):
        return "sent", outcome.provider_id
    return "refused", ""


def _block_contact(books: Books, claim: Claim, outcome: Refused, now: datetime) -> None:
    blocked = ContactBlocked(
        at=now,
        by=DUNCAN,
        contact=claim.contact,
        channel=claim.message.channel,
        code="BOUNCED",
        why=outcome.why,
    )
    books.record_customer(claim.customer, blocked)
