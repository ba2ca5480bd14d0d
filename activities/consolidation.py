"""One message for a customer: at which level it speaks, what it lists, and with which words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from activities.account import SOON, Account, Covered
from activities.letter_request import LetterItem, LetterRequest, OwnWords
from activities.policies import Entity
from dunning.contact_facts import Contact
from dunning.holds import broken_promise
from dunning.plans import missed_instalment
from dunning.promises import noted_promise
from dunning.replacing import replace
from dunning.situation import Situation
from dunning.steps import SendInvoice, SendTouch, Speak
from dunning.touch_facts import TouchReworded
from ledger.books import Books
from ledger.messages import (
    Contacted,
    OpenItem,
    attempts_in_slot,
    open_item_of,
    previous_contacts,
)
from ledger.sentences import message_of_day, sentence_of

# A letter that names a day to act by gives this long.
DEADLINE = timedelta(days=10)


@dataclass(frozen=True)
class Consolidated:
    """What one message says, to whom, and what it covers and lists."""

    attempt: str
    local_date: date
    contact: Contact
    spoken: Speak
    covered: tuple[Covered, ...]
    listed: tuple[OpenItem, ...]
    letter: LetterRequest
    # Earlier mails of the same conversation, oldest first.
    thread: tuple[str, ...] = ()


def consolidate(
    books: Books, account: Account, covered: tuple[Covered, ...], entity: Entity
) -> Consolidated:
    """The customer's message of the day on the covered touches' channel."""
    first = covered[0]
    customer, channel = first.situation.case.customer, first.touch.channel
    number = attempts_in_slot(books.connection, customer, channel, account.today)
    previous = previous_contacts(books.connection, customer, account.today)
    one = composed(account, covered, entity, number, previous)
    personal = sentence_of(books, customer, message_of_day(account.today, channel))
    letter = replace(one.letter, personal=personal, own_words=own_words_of(covered, one.spoken))
    return replace(one, letter=letter)


def reworded(covered: Sequence[Covered]) -> tuple[Covered, TouchReworded] | None:
    """The latest words that a person wrote for one of the covered touches, and which it is."""
    found = [
        (one, words) for one in covered if (words := one.situation.case.words_for(one.touch.step))
    ]
    return max(found, key=lambda each: each[1].at, default=None)


def own_words_of(covered: Sequence[Covered], spoken: Speak) -> OwnWords | None:
    """What a person wrote for the message; of no use any more when it is another letter now."""
    found = reworded(covered)
    if found is None:
        return None
    words = found[1]
    same = (words.letter, words.channel) == (spoken.letter, spoken.channel)
    return OwnWords(words.subject, words.text, words.made_from if same else "")


def composed(
    account: Account,
    covered: tuple[Covered, ...],
    entity: Entity,
    number: int,
    previous: tuple[Contacted, ...] = (),
) -> Consolidated:
    """The message, when the slot has seen `number` attempts and `previous` are earlier reminders.

    Sending and simulating compose with this one function, so that they never disagree.
    """
    first = covered[0]
    promised_on = noted_promise(first.situation, first.touch)
    listed = _promised(covered) if promised_on else _listed(account, covered)
    spoken, situation = _spoken(covered, listed)
    customer = situation.customer
    contact = customer.contact_for(spoken.to, spoken.channel)
    assert contact is not None, "the gate lets no touch pass that reaches nobody"
    letter = _addressed(account, spoken, situation, contact, entity)
    return Consolidated(
        attempt=_attempt_id(customer.customer, spoken.channel, account.today, number),
        local_date=account.today,
        contact=contact,
        spoken=spoken,
        covered=covered,
        listed=listed,
        thread=tuple(one.attempt for one in previous if one.channel == spoken.channel == "email"),
        letter=replace(
            _with_items(letter, covered, listed),
            previous_contacts=tuple(dict.fromkeys(one.on for one in previous)),
            broken_promise=_broken_promise(covered),
            act_by=promised_on or letter.act_by,
        ),
    )


def _addressed(
    account: Account, spoken: Speak, situation: Situation, contact: Contact, entity: Entity
) -> LetterRequest:
    customer, creditor = situation.customer, entity.creditor
    return LetterRequest(
        letter=spoken.letter,
        locale=customer.locale or entity.locale,
        level=spoken.level,
        channel=spoken.channel,
        customer=customer.customer,
        customer_name=customer.name,
        contact_name=contact.name,
        creditor=creditor,
        today=account.today,
        overdue=(),
        upcoming=(),
        new=(),
        act_by=situation.calendar.on_or_after(account.today + DEADLINE),
        previous_contacts=(),
        broken_promise=None,
        reply_to=creditor.email,
    )


def _with_items(
    letter: LetterRequest, covered: Sequence[Covered], listed: Sequence[OpenItem]
) -> LetterRequest:
    today = letter.today
    fresh = {one.invoice for one in covered if isinstance(one.touch, SendInvoice)}
    overdue = [item for item in listed if item.due_date < today]
    early = [item for item in listed if item.due_date >= today]
    return replace(
        letter,
        overdue=tuple(_item(item, today) for item in overdue),
        upcoming=tuple(_item(item, today) for item in early if item.invoice not in fresh),
        new=tuple(_item(item, today) for item in early if item.invoice in fresh),
    )


def _promised(covered: Sequence[Covered]) -> tuple[OpenItem, ...]:
    """What a note about a promise lists: what was promised, though nobody is reminded of it."""
    items = (open_item_of(one.situation.case) for one in covered)
    return tuple(sorted(items, key=lambda item: (item.due_date, item.invoice)))


def _listed(account: Account, covered: Sequence[Covered]) -> tuple[OpenItem, ...]:
    """Every overdue item when the message reminds; the items soon due when it is a courtesy."""
    mine = {one.invoice for one in covered}
    touches = [one.touch for one in covered]
    reminds = any(touch.level > 0 for touch in touches)
    is_courtesy = not reminds and any(isinstance(touch, SendTouch) for touch in touches)
    return tuple(
        item
        for item in account.items
        if item.invoice in mine
        or (reminds and item.due_date < account.today)
        or (is_courtesy and account.today <= item.due_date <= account.today + SOON)
    )


def _spoken(covered: Sequence[Covered], listed: Sequence[OpenItem]) -> tuple[Speak, Situation]:
    """The highest level that is due or was reached by what is listed.

    A letter that needs approval is never repeated by itself: tone then stays just below it.
    """
    best = max(covered, key=_weight)
    if best.touch.level == 0 or not isinstance(best.touch, SendTouch):
        return best.touch, best.situation
    reached = max(item.level for item in listed)
    again = [
        step
        for step in best.situation.policy.steps
        if step.action == "touch"
        and best.touch.level < step.level <= reached
        and step.channel == best.touch.channel
        and not step.approval
    ]
    if not again:
        return best.touch, best.situation
    step = again[-1]
    higher = SendTouch(
        at=best.touch.at,
        why=best.touch.why,
        step=step.id,
        channel=step.channel,
        letter=step.letter,
        level=step.level,
        to=step.to,
    )
    return higher, best.situation


def _weight(one: Covered) -> tuple[int, bool, str]:
    return one.touch.level, isinstance(one.touch, SendTouch), one.invoice


def _broken_promise(covered: Sequence[Covered]) -> date | None:
    """The latest day a letter names: of a broken promise, or the instalment that broke a plan."""
    days = [missed_instalment(one.situation) for one in covered]
    days += [promise.promised_on for one in covered if (promise := broken_promise(one.situation))]
    return max((day for day in days if day), default=None)


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
