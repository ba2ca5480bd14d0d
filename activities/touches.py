"""Sending: gate, claim, hand over, confirm. At most one message for every claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.account import Account, Covered, account_of, covered_with
from activities.clock import EngineClock
from activities.consolidation import consolidate
from activities.gateways.interface import (
    Accepted,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
    Unknown,
)
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.outgoing import item_rows, message_row, outgoing, started, withheld
from activities.payloads import StepOrder, WireStep
from activities.planning import (
    DUNCAN,
    Planner,
    consequences,
    give_up_claim,
    record_unknown,
    unknown_task,
)
from activities.tasks import PEOPLES_WORK, contact_task, task_for
from dunning import facts, touch_facts
from dunning.at_the_door import Objection
from dunning.case import Case
from dunning.contact_facts import ContactBlocked
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.send_gate import first_objection, is_same_touch
from dunning.steps import SendInvoice, SendTouch, Speak, Step
from ledger.books import Books
from ledger.doorbells import ring
from ledger.ledger import Ledger
from ledger.messages import claim_message, settle_message

A_DAY = timedelta(days=1)
# A provider that stays away is asked less and less often.
LONGEST_PAUSE = timedelta(hours=6)


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
        # This try may come long after it was asked for: the worker was away, or another try failed.
        engine_now = max(order.now, activity.info().started_time)
        now = self.clock.books_time(engine_now, order.step.at)
        claimed = self.ledger.transact(lambda books: self._claim(books, order.invoice, touch, now))
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
        situation = self.planner.situation(case, books.customer(case.customer), now)
        planned = plan(situation)
        if not is_same_touch(planned.step, touch) or planned.step.at > now:
            return self.planner.plan(books, case, now)
        account = account_of(books, situation, touch.channel)
        objection = first_objection(account.at_the_door(situation, planned.step))
        if objection:
            self._withhold(books, [Covered(situation, planned.step)], objection)
            return self.planner.plan(books, books.case(invoice), now)
        books.record_all([(case, consequences(situation, planned))], rings=False)
        one = Covered(situation, planned.step)
        return self._take_slot(books, account, one)

    def _take_slot(self, books: Books, account: Account, mine: Covered) -> Claim | Step:
        situation = mine.situation
        entity = self.planner.policies.entity(situation.case.entity)
        covered = covered_with(books, self.planner, account, mine)
        one = consolidate(books, account, covered, entity)
        try:
            letter = self.letters.render(one.letter)
        except LetterError as error:
            objection = Objection("CONTENT_MISSING", str(error), situation.now + A_DAY)
            self._withhold(books, covered, objection)
            return self.planner.plan(books, books.case(mine.invoice), situation.now)
        books.record_all(
            [(c.situation.case, (started(one, c, mine.invoice),)) for c in covered], rings=False
        )
        message = outgoing(one, letter, entity, situation.now)
        claim_message(books.connection, message_row(one, message, mine.invoice), item_rows(one))
        invoices = tuple(c.invoice for c in covered)
        return Claim(message, situation.case.customer, one.contact.contact, invoices)

    def _withhold(self, books: Books, touches: Sequence[Covered], objection: Objection) -> None:
        """Record why the touches do not go out; missing contacts become people's work."""
        for one in touches:
            found: list[InvoiceFact] = [withheld(one, objection)]
            if objection.code in PEOPLES_WORK:
                task = task_for(books, one.situation, "contact", one.touch.step)
                found.append(contact_task(one.situation, one.touch.step, objection.why, task))
            books.record_all([(one.situation.case, found)], rings=False)

    def _confirm(
        self, books: Books, invoice: str, claim: Claim, outcome: Outcome, now: datetime
    ) -> Step:
        books.lock_customers([claim.customer])
        attempt = claim.message.attempt
        if isinstance(outcome, Unknown):
            case = record_unknown(books, books.case(invoice), attempt, outcome.why, now)
            return self.planner.plan(books, case, now)
        found: list[tuple[Case, list[InvoiceFact]]] = []
        for case in books.cases(claim.invoices).values():
            fact = _outcome_fact(case, attempt, outcome, now)
            more = (*self._given_up(books, case, claim, outcome, now), *_cleared_up(case, fact))
            found.append((case, [fact, *more]))
        recorded = books.record_all(found, rings=False)
        if isinstance(outcome, Accepted):
            settle_message(books.connection, attempt, "sent", now, provider_id=outcome.provider_id)
        else:
            settle_message(books.connection, attempt, "refused", now, why=outcome.why)
            ring(books.connection, [i for i in claim.invoices if i != invoice], opening=False)
        if isinstance(outcome, Refused) and outcome.address_is_dead:
            _block_contact(books, claim, outcome, now)
        mine = next(case for case in recorded if case.invoice == invoice)
        return self.planner.plan(books, mine, now)

    def _given_up(
        self, books: Books, case: Case, claim: Claim, outcome: Outcome, now: datetime
    ) -> list[InvoiceFact]:
        """What is refused for good with a good address would be refused again: people take over."""
        if not isinstance(outcome, Refused) or outcome.address_is_dead:
            return []
        situation = self.planner.situation(case, books.customer(claim.customer), now)
        step = next(t.step for t in case.touches if t.attempt == claim.message.attempt)
        given_up = touch_facts.TouchWithheld(
            at=now, by=DUNCAN, step=step, code="REFUSED", why=outcome.why, passed_over=True
        )
        task = task_for(books, situation, "contact", step)
        return [given_up, contact_task(situation, step, outcome.why, task)]


def _outcome_fact(
    case: Case, attempt: str, outcome: Accepted | Refused | RetryLater, now: datetime
) -> touch_facts.TouchOutcome:
    match outcome:
        case Accepted(provider_id=provider_id):
            sent = touch_facts.TouchSent
            return sent(at=now, by=DUNCAN, attempt=attempt, provider_id=provider_id)
        case Refused(code=code, why=why, address_is_dead=dead):
            # The next contact, if there is one, is written to at once.
            again = now if dead else None
            refused = touch_facts.TouchRefused
            return refused(at=now, by=DUNCAN, attempt=attempt, code=code, why=why, retry_at=again)
        case RetryLater(code=code, why=why, after=after):
            again = now + min(after * 2 ** _tries(case, attempt), max(after, LONGEST_PAUSE))
            refused = touch_facts.TouchRefused
            return refused(at=now, by=DUNCAN, attempt=attempt, code=code, why=why, retry_at=again)


def _cleared_up(case: Case, fact: touch_facts.TouchOutcome) -> Iterator[InvoiceFact]:
    """An outcome that came late answers what people were asked to find out."""
    for task in case.tasks:
        if task.task == unknown_task(case.invoice, fact.attempt) and not task.outcome:
            yield facts.TaskClosed(at=fact.at, by=DUNCAN, task=task.task, outcome=fact.kind)


def _tries(case: Case, attempt: str) -> int:
    """How often the step of this attempt was refused before."""
    step = next(touch.step for touch in case.touches if touch.attempt == attempt)
    return sum(touch.step == step and touch.state == "refused" for touch in case.touches)


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
