"""A customer's whole business at one moment: what is owed, what was said lately, what is due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from activities.planning import Planner
from dunning.at_the_door import AtTheDoor, RecentTouch
from dunning.keeping import kept
from dunning.money import Money, totals
from dunning.next_step import plan
from dunning.promises import noted_promise
from dunning.replacing import replace
from dunning.send_gate import first_objection, objection_of_invoice
from dunning.situation import Situation
from dunning.steps import PROMISE_NOTE, SendInvoice, SendTouch, Speak
from ledger.books import Books
from ledger.messages import (
    LOOK_BACK,
    OpenItem,
    open_items,
    recent_touches,
    shareable,
    slot_taken,
)
from ledger.payments import credit_of
from ledger.people_contacts import people_contacts

# A courtesy note covers what falls due within these days: one note instead of one an invoice.
SOON = timedelta(days=10)


@dataclass(frozen=True)
class Account:
    """What the gate and a consolidated message need to know besides the invoice's own case."""

    today: date
    items: tuple[OpenItem, ...]
    recent: tuple[RecentTouch, ...]
    slot_taken: bool
    # The customer's unused money, in the currency of the invoice at the door.
    credit: Money | None = None

    @kept
    def overdue(self) -> list[OpenItem]:
        """The open items past their due date."""
        return [item for item in self.items if item.due_date < self.today]

    @kept
    def taken(self) -> Account:
        """The same once the day's message on the channel is another's."""
        return replace(self, slot_taken=True)

    @kept
    def _has_open_reminder(self) -> bool:
        return any(item.level > 0 for item in self.overdue)

    @kept
    def _owed(self) -> dict[str, Money]:
        return totals([item.balance for item in self.overdue])

    def owed(self, currency: str) -> Money:
        """What is overdue in the currency; what is disputed does not count."""
        return self._owed.get(currency, Money.zero(currency))

    def at_the_door(self, situation: Situation, touch: Speak) -> AtTheDoor:
        """What the gate looks at when this touch is to go out."""
        case, currency = situation.case, situation.case.amount.currency
        return AtTheDoor(
            situation=situation,
            touch=touch,
            worth=self.owed(currency) if touch.level else case.balance,
            recent=self.recent,
            has_open_reminder=self._has_open_reminder,
            slot_taken=self.slot_taken,
            credit=self.credit if self.credit and self.credit.currency == currency else None,
        )


@dataclass(frozen=True)
class Covered:
    """An invoice whose own step a message carries out."""

    situation: Situation
    touch: Speak

    @property
    def invoice(self) -> str:
        """The invoice's number."""
        return self.situation.case.invoice


def account_of(books: Books, situation: Situation, channel: str) -> Account:
    """The customer's business as the books know it now."""
    customer, today = situation.case.customer, situation.today
    return Account(
        today=today,
        items=tuple(open_items(books.connection, customer)),
        recent=(
            *recent_touches(books.connection, customer, situation.now),
            *people_contacts(books, customer, situation.now, LOOK_BACK),
        ),
        slot_taken=slot_taken(books.connection, customer, channel, today),
        credit=_credit(books, situation),
    )


def _credit(books: Books, situation: Situation) -> Money | None:
    customer, currency = situation.customer, situation.case.amount.currency
    credit = credit_of(books.connection, customer.customer, customer.name, currency, situation.now)
    return credit if credit.minor else None


def due_beside(books: Books, planner: Planner, mine: Covered) -> list[Situation]:
    """The customer's other invoices that may share the touch's message or its day."""
    situation = mine.situation
    soon = situation.today + SOON if mine.touch.level == 0 else None
    found = shareable(books.connection, situation.case.customer, situation.now, soon)
    cases = books.cases(invoice for invoice in found if invoice != mine.invoice)
    return [
        planner.situation(case, situation.customer, situation.now, situation.conditions)
        for case in cases.values()
    ]


def giving_way(account: Account, mine: Covered, others: Iterable[Situation]) -> Account:
    """The account with its day's message taken where that of another due invoice leaves mine out.

    Whichever invoice comes to the door first, the same message goes out. A note about a promise
    has only this day, and so comes before letters about other invoices.
    """
    if account.slot_taken or not (others := list(others)):
        return account
    about = noted_promise(mine.situation, mine.touch) or date.max
    is_left_out = objection_of_invoice(account.at_the_door(mine.situation, mine.touch)) is not None
    for situation in others:
        planned = plan(situation).step
        if (
            isinstance(planned, SendTouch | SendInvoice)
            and planned.channel == mine.touch.channel
            and (is_left_out or (noted_promise(situation, planned) or date.max) < about)
            and first_objection(account.at_the_door(situation, planned)) is None
        ):
            return account.taken
    return account


def sharing(account: Account, mine: Covered, others: Iterable[Situation]) -> tuple[Covered, ...]:
    """The claimed touch and those of the other situations that its message carries out, sorted.

    Sending and simulating ask this one question, and the one before, so that they never disagree.
    """
    covered = [mine, *_sharing(account, mine, others)]
    return tuple(sorted(covered, key=lambda one: one.invoice))


def _sharing(account: Account, mine: Covered, others: Iterable[Situation]) -> Iterator[Covered]:
    touch, about = mine.touch, noted_promise(mine.situation, mine.touch)
    for situation in others:
        planned = plan(situation).step
        if (
            isinstance(planned, SendTouch | SendInvoice)
            and planned.channel == touch.channel
            # A note about a promise names one day, and no invoice that is reminded of.
            and noted_promise(situation, planned) == about
            and (planned.at <= situation.now or _is_courtesy_for_soon(situation, planned, touch))
            and objection_of_invoice(account.at_the_door(situation, planned)) is None
        ):
            yield Covered(situation, planned)


def _is_courtesy_for_soon(situation: Situation, planned: Speak, touch: Speak) -> bool:
    courtesies = isinstance(planned, SendTouch) and isinstance(touch, SendTouch)
    is_soon = situation.case.due_date <= situation.today + SOON
    # A note about a promise keeps its own day, and is no courtesy for other invoices.
    is_note = PROMISE_NOTE in (planned.letter, touch.letter)
    return is_soon and courtesies and planned.level == touch.level == 0 and not is_note
