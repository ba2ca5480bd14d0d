"""The books of a household, to be spoilt in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import or_

from dunning import dispute_facts, facts, touch_facts
from dunning.audit.account import Account, Followed, Listed, Surroundings
from dunning.audit.terms import PoliciesInForce
from dunning.audit.timeline import Timeline
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact
from dunning.folding import fold
from dunning.may import is_closed
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.households import Household
from tests.dunning.worlds import LONDON

AT_ONCE = timedelta(minutes=1)


A_DAY = timedelta(days=1)


@dataclass
class Books:
    """A customer as the auditor is given it, open to be tampered with."""

    account: Account
    followed: list[Followed]
    ends: datetime
    around: Surroundings = field(default_factory=lambda: Surroundings(LONDON))
    terms: PoliciesInForce | Timeline = TERMS

    @property
    def settled(self) -> datetime:
        """What was sent by then has had its time to be missed."""
        return self.ends - timedelta(days=12)

    @classmethod
    def of(cls, home: Household) -> Books:
        """The books of a household."""
        return cls(home.account(), home.followed(), home.ends)

    @classmethod
    def after_a_reminder(cls, home: Household, number: int, later: timedelta) -> Books:
        """The books as they stood so much later than one of the reminders, if there are any."""
        reminders = sorted(
            fact.at
            for one in home.invoices
            for fact in one.history
            if isinstance(fact, touch_facts.TouchStarted) and fact.level > 0
        )
        if not reminders:
            return cls.of(home)
        ends = min(home.ends, reminders[number % len(reminders)] + later)
        messages = tuple(one for one in home.messages if one.claimed_at <= ends)
        known = {one.attempt for one in messages}
        cut = cls(home.account(), [], ends)
        history = tuple(fact for fact in home.history if fact.at <= ends)
        cut.account = replace(cut.account, history=history, messages=messages)
        for one in home.followed():
            facts_ = tuple(fact for fact in one.history if fact.at <= ends)
            items = tuple(item for item in one.items if item.attempt in known)
            if facts_:
                kept = replace(one, history=facts_, items=items)
                cut.followed.append(replace(kept, listed=_listed(kept)))
        return cut

    def sent(self) -> Iterator[tuple[int, int, touch_facts.TouchStarted]]:
        """Touches that reminded and were sent: place of the invoice, of the fact, the fact.

        Only the last ones of their invoices: what comes after would suffer from another change.
        """
        for number, one in enumerate(self.followed):
            found = [
                (place, fact)
                for place, fact in enumerate(one.history)
                if isinstance(fact, touch_facts.TouchStarted) and fact.step != "issue"
            ]
            if not found or closed(one):
                continue
            place, fact = found[-1]
            after = one.history[place + 1 :]
            if any(isinstance(later, touch_facts.TouchSent) for later in after):
                yield number, place, fact

    def first_sent(
        self, fits: Callable[[touch_facts.TouchStarted], bool] = lambda _: True
    ) -> tuple[int, int, touch_facts.TouchStarted] | None:
        """The first of them that is alone in its message, and fits."""
        for number, place, fact in self.sent():
            if not _is_last(self.followed[number], place):
                continue
            covered = [i for one in self.followed for i in one.items if i.attempt == fact.attempt]
            if len(covered) == 1 and fact.claimant == self.followed[number].invoice and fits(fact):
                return number, place, fact
        return None

    def insert(self, number: int, place: int, *new: InvoiceFact) -> str:
        """Put facts into an invoice's history before a place."""
        one = self.followed[number]
        history = [*one.history[:place], *new, *one.history[place:]]
        self.followed[number] = replace(one, history=tuple(history), listed=None)
        self._relist(number)
        return one.invoice

    def change(self, number: int, place: int, **fields: object) -> str:
        """Change a fact."""
        one = self.followed[number]
        history = list(one.history)
        history[place] = replace(history[place], **fields)  # type: ignore[arg-type]
        self.followed[number] = replace(one, history=tuple(history))
        return one.invoice

    def drop(self, number: int, wanted: Callable[[InvoiceFact], bool]) -> str:
        """Take facts out of an invoice's history."""
        one = self.followed[number]
        kept = tuple(fact for fact in one.history if not wanted(fact))
        self.followed[number] = replace(one, history=kept)
        return one.invoice

    def unpaid(self, number: int) -> str:
        """Take the payments out of an invoice's history, and show it as open."""
        name = self.drop(number, lambda fact: isinstance(fact, facts.PaymentApplied))
        self._relist(number)
        return name

    def message(self, attempt: str, **fields: object) -> None:
        """Change a message."""
        messages = tuple(
            replace(m, **fields) if m.attempt == attempt else m  # type: ignore[arg-type]
            for m in self.account.messages
        )
        messages = tuple(sorted(messages, key=lambda m: m.claimed_at))
        self.account = replace(self.account, messages=messages)

    def item(self, number: int, attempt: str, **fields: object) -> None:
        """Change what a message states of an invoice."""
        one = self.followed[number]
        items = tuple(
            replace(i, **fields) if i.attempt == attempt else i  # type: ignore[arg-type]
            for i in one.items
        )
        self.followed[number] = replace(one, items=items)

    def tell(self, *new: CustomerFact) -> None:
        """Put facts into the customer's history, in the order of their moments."""
        history = sorted([*self.account.history, *new], key=lambda fact: fact.at)
        self.account = replace(self.account, history=tuple(history))

    def _relist(self, number: int) -> None:
        one = self.followed[number]
        self.followed[number] = replace(one, listed=_listed(one))


def _is_last(one: Followed, place: int) -> bool:
    """Nothing but the outcome, and reasons, came after the touch, and no dispute before it."""
    said = touch_facts.TouchSent | touch_facts.TouchUnknown
    disputed = any(isinstance(fact, dispute_facts.DisputeOpened) for fact in one.history)
    after = one.history[place + 1 :]
    remarks = [isinstance(f, touch_facts.TouchWithheld) and not f.passed_over for f in after]
    is_outcome = [isinstance(fact, said) for fact in after]
    return not disputed and all(map(or_, remarks, is_outcome))


def closed(one: Followed) -> bool:
    closing = facts.PaymentApplied | facts.WrittenOff | facts.HandedOver | facts.CreditApplied
    return any(isinstance(fact, closing) for fact in one.history)


def _listed(one: Followed) -> Listed:
    case = fold(one.history)
    return Listed(case.customer, case.amount, case.balance, case.due_date, is_closed(case))


Plant = Callable[[Books], str | None]
