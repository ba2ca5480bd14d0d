"""One message for a customer: which invoices it covers, at which level, with which words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from activities.letters import LetterItem, LetterRequest
from activities.planning import Planner
from activities.policies import Entity
from dunning.case import Case
from dunning.customer import Contact
from dunning.holds import broken_promise
from dunning.money import Money
from dunning.next_step import plan
from dunning.send_gate import AtTheDoor
from dunning.situation import Situation
from dunning.steps import SendInvoice, SendTouch, Speak
from ledger.books import Books
from ledger.messages import (
    OpenItem,
    attempts_in_slot,
    due_together,
    open_items,
    previous_contacts,
    recent_touches,
    slot_taken,
)

# Invoices due within these days are listed in a courtesy note.
SOON_DAYS = 10
# From this level on a letter names a day to act by, so many business days ahead.
DEADLINE_LEVEL, DEADLINE_BUSINESS_DAYS = 3, 10


@dataclass(frozen=True)
class Covered:
    """An invoice whose own step the message carries out."""

    case: Case
    touch: Speak


@dataclass(frozen=True)
class Consolidated:
    """What one message says, to whom, and what it covers and lists."""

    attempt: str
    local_date: date
    contact: Contact
    level: int
    covered: tuple[Covered, ...]
    listed: tuple[OpenItem, ...]
    letter: LetterRequest


def at_the_door(books: Books, situation: Situation, touch: Speak) -> AtTheDoor:
    """What the gate looks at for this touch."""
    case, connection = situation.case, books.connection
    items = open_items(connection, case.customer)
    overdue = [item for item in items if item.due_date < situation.today]
    owed = [one.balance for one in overdue if one.balance.currency == case.amount.currency]
    is_early = touch.level == 0
    return AtTheDoor(
        situation=situation,
        touch=touch,
        worth=case.balance if is_early else sum(owed, start=Money.zero(case.amount.currency)),
        recent=recent_touches(connection, case.customer, situation.now),
        has_open_reminder=any(item.level > 0 for item in overdue),
        slot_taken=slot_taken(connection, case.customer, touch.channel, situation.today),
    )


def consolidate(
    books: Books, planner: Planner, situation: Situation, touch: Speak, entity: Entity
) -> Consolidated:
    """The customer's message of the day: all that is due on the channel, at the highest level."""
    case, today = situation.case, situation.today
    covered = _due_with(books, planner, situation, touch)
    listed = _listed(books, covered, today)
    spoken = _spoken(situation, [one.touch for one in covered], listed)
    contact = situation.customer.contact_for(spoken.to, touch.channel)
    assert contact is not None, "the gate lets no touch pass that reaches nobody"
    number = attempts_in_slot(books.connection, case.customer, touch.channel, today)
    return Consolidated(
        attempt=_attempt_id(case.customer, touch.channel, today, number),
        local_date=today,
        contact=contact,
        level=spoken.level,
        covered=covered,
        listed=listed,
        letter=_letter(books, situation, spoken, contact, entity, covered, listed),
    )


def _due_with(
    books: Books, planner: Planner, situation: Situation, touch: Speak
) -> tuple[Covered, ...]:
    others = due_together(books.connection, situation.case.customer, situation.now)
    cases = books.cases(invoice for invoice in others if invoice != situation.case.invoice)
    covered = [Covered(situation.case, touch)]
    for case in cases.values():
        planned = plan(planner.situation(case, situation.customer, situation.now)).step
        if (
            isinstance(planned, SendTouch | SendInvoice)
            and planned.channel == touch.channel
            and planned.at <= situation.now
        ):
            covered.append(Covered(case, planned))
    return tuple(covered)


def _listed(books: Books, covered: Sequence[Covered], today: date) -> tuple[OpenItem, ...]:
    """Every overdue item when the message reminds; the items soon due when it is early."""
    items = open_items(books.connection, covered[0].case.customer)
    mine = {one.case.invoice for one in covered}
    if all(one.touch.level == 0 for one in covered):
        soon = all(isinstance(one.touch, SendInvoice) for one in covered)
        return tuple(
            item
            for item in items
            if item.invoice in mine or (not soon and 0 <= (item.due_date - today).days <= SOON_DAYS)
        )
    return tuple(item for item in items if item.invoice in mine or item.due_date < today)


def _spoken(situation: Situation, due: Sequence[Speak], listed: Sequence[OpenItem]) -> Speak:
    """The highest level that is due or was reached by what is listed.

    A letter that needs approval is never repeated by itself: tone then stays just below it.
    """
    best = max(due, key=lambda touch: (touch.level, isinstance(touch, SendTouch)))
    if best.level == 0 or not isinstance(best, SendTouch):
        return best
    reached = max((item.level for item in listed), default=0)
    again = [
        step
        for step in situation.policy.steps
        if step.action == "touch"
        and best.level < step.level <= reached
        and step.channel == best.channel
        and not step.approval
    ]
    if not again:
        return best
    step = again[-1]
    return SendTouch(
        at=best.at,
        why=best.why,
        step=step.id,
        channel=step.channel,
        letter=step.letter,
        level=step.level,
        to=step.to,
    )


def _letter(  # noqa: PLR0913, PLR0917 - the parts of one letter
    books: Books,
    situation: Situation,
    spoken: Speak,
    contact: Contact,
    entity: Entity,
    covered: Sequence[Covered],
    listed: Sequence[OpenItem],
) -> LetterRequest:
    customer, today = situation.customer, situation.today
    fresh = {c.case.invoice for c in covered if isinstance(c.touch, SendInvoice)}
    items = [(item, _item(item, today)) for item in listed]
    broken = broken_promise(situation)
    deadline = situation.calendar.business_days_after(today, DEADLINE_BUSINESS_DAYS)
    return LetterRequest(
        letter=spoken.letter,
        locale=customer.locale or entity.locale,
        level=spoken.level,
        channel=spoken.channel,
        customer=customer.customer,
        customer_name=customer.name,
        contact_name=contact.name,
        creditor=entity.creditor,
        today=today,
        overdue=tuple(line for item, line in items if item.due_date < today),
        upcoming=tuple(
            line for item, line in items if item.due_date >= today and item.invoice not in fresh
        ),
        new=tuple(line for item, line in items if item.due_date >= today and item.invoice in fresh),
        act_by=deadline if spoken.level >= DEADLINE_LEVEL else None,
        previous_contacts=previous_contacts(books.connection, customer.customer),
        broken_promise=broken.promised_on if broken else None,
        reply_to=entity.creditor.email,
    )


def _item(item: OpenItem, today: date) -> LetterItem:
    return LetterItem(
        invoice=item.invoice,
        issue_date=item.issue_date,
        due_date=item.due_date,
        amount=item.amount,
        balance=item.balance + item.disputed,
        days_overdue=(today - item.due_date).days,
        reference=item.reference,
        disputed=item.disputed if item.disputed.minor else None,
    )


def _attempt_id(customer: str, channel: str, day: date, number: int) -> str:
    """Opaque, and the same whenever the same message is composed again."""
    name = f"{customer}\x1f{channel}\x1f{day}\x1f{number}"
    return hashlib.sha256(name.encode()).hexdigest()[:24]
