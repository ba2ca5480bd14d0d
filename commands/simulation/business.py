"""A customer's whole business in a simulation: what it owes, what it was told, whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial

from activities.account import SOON, Account, Covered
from commands.simulation.first_to_go import FirstToGo
from commands.simulation.opening import Opening, PastMessage
from commands.simulation.owed import Owed
from dunning.at_the_door import RecentTouch
from dunning.case import Case
from dunning.situation import Situation
from ledger.messages import LOOK_BACK, OpenItem

# The recipient's day, the channel and the currency that an account is about.
_About = tuple[date, str, str]
# The situation of an invoice that may share a message now, or that falls due so soon.
Beside = Callable[[datetime, date | None, str], Situation | None]


class Business:
    """What is gathered of it at one moment is kept until something of it changes."""

    def __init__(self, opening: Opening) -> None:
        self._past = list(opening.messages)
        self._spoken, self._credit = opening.spoken, opening.credit
        self._owed = Owed()
        self._gathered_of: tuple[datetime | None, tuple[OpenItem, ...]] = None, ()
        self._accounts: dict[_About, Account] = {}
        self._first: dict[tuple[_About, date | None], FirstToGo] = {}

    def list_item(self, case: Case, *, is_silent: bool) -> None:
        """Keep the list of what the customer owes and may be reminded of."""
        self._owed.note(case, is_silent=is_silent)

    def planned_anew(self, invoice: str, now: datetime) -> None:
        """Take in that an invoice may go first now where it could not before."""
        if self._gathered_of[0] != now:
            self.forget()
        for others in self._first.values():
            others.planned_anew(invoice)

    def forget(self) -> None:
        """Forget what was gathered: the customer is another one now, or has another message."""
        self._accounts.clear()
        self._first.clear()

    def messages_of(self, channel: str, on: date) -> int:
        """How many messages the customer had on the channel on the day."""
        return sum((one.channel, one.on) == (channel, on) for one in self._past)

    def told(self, message: PastMessage) -> None:
        """Take in a message that goes out."""
        self._past.append(message)
        self.forget()

    def account(self, situation: Situation, channel: str) -> Account:
        """All of it, gathered once for all that happens at one moment."""
        now, items = situation.now, self._owed.items()
        if self._gathered_of[0] != now or self._gathered_of[1] is not items:
            self.forget()
            self._gathered_of = now, items
        about = _about(situation, channel)
        if about not in self._accounts:
            self._accounts[about] = self._gathered(situation, channel)
        return self._accounts[about]

    def first_beside(
        self, account: Account, mine: Covered, beside: Beside, invoices: Iterable[str]
    ) -> Iterator[Situation]:
        """Of the invoices that may share the message or its day, the one that goes first."""
        if account.slot_taken:
            return
        now, channel, soon = mine.situation.now, mine.touch.channel, soon_for(mine)
        about = _about(mine.situation, channel), soon
        if about not in self._first:
            asked = partial(beside, now, soon)
            self._first[about] = FirstToGo(account, channel, asked, invoices)
        yield from self._first[about].first()

    def _gathered(self, situation: Situation, channel: str) -> Account:
        now, today = situation.now, situation.today
        made = [one for one in self._past if one.counts]
        dunned = (one for one in made if one.letter != "invoice")
        recent = (*(RecentTouch(o.channel, o.at, o.letter) for o in dunned), *self._spoken)
        return Account(
            today=today,
            items=self._owed.items(),
            recent=tuple(one for one in recent if one.at > now - LOOK_BACK),
            slot_taken=any((one.channel, one.on) == (channel, today) for one in made),
            credit=self._credit.get(situation.case.amount.currency),
        )


def soon_for(mine: Covered) -> date | None:
    """Until when what falls due may share the message: a courtesy note only."""
    return mine.situation.today + SOON if mine.touch.level == 0 else None


def _about(situation: Situation, channel: str) -> _About:
    return situation.today, channel, situation.case.amount.currency
