"""Whose message of the day it is in a simulation, where very many invoices come up at once."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from activities.account import Account
from dunning.next_step import plan
from dunning.promises import noted_promise
from dunning.send_gate import first_objection
from dunning.situation import Situation
from dunning.steps import SendInvoice, SendTouch

# The situation of an invoice that may share the message or its day; None where it may not.
Beside = Callable[[str], Situation | None]


class FirstToGo:
    """The customer's due invoices in the order in which they go first on a channel at one moment.

    The first stands for all of them in `giving_way`, so that each left out asks one and not all:
    notes about promises come by their promised days, and letters after them. An invoice that is
    left out itself may not go, and one that may go never comes before itself: so the asking one
    need not be told from the others. It holds as long as the account does.
    """

    def __init__(
        self, account: Account, channel: str, beside: Beside, invoices: Iterable[str]
    ) -> None:
        self._account, self._channel, self._beside = account, channel, beside
        found = ((self._day(beside(one)), one) for one in invoices)
        self._queue = [(day, one) for day, one in found if day]
        heapq.heapify(self._queue)

    def planned_anew(self, invoice: str) -> None:
        """Take in that an invoice has another plan now: it may go where it could not before."""
        day = self._day(self._beside(invoice))
        if day:
            heapq.heappush(self._queue, (day, invoice))

    def first(self) -> Iterator[Situation]:
        """The one that goes first, if the gate lets any go."""
        while self._queue:
            day, invoice = self._queue[0]
            situation = self._beside(invoice)
            if situation and self._day(situation) == day and self._may_go(situation):
                yield situation
                return
            # Until it is planned anew, it stays so.
            heapq.heappop(self._queue)

    def _day(self, situation: Situation | None) -> date | None:
        """The promised day that its message notes, the last of all days for another letter."""
        planned = plan(situation).step if situation else None
        if not isinstance(planned, SendTouch | SendInvoice) or planned.channel != self._channel:
            return None
        assert situation is not None, "only a situation is planned"
        return noted_promise(situation, planned) or date.max

    def _may_go(self, situation: Situation) -> bool:
        planned = plan(situation).step
        assert isinstance(planned, SendTouch | SendInvoice), "only messages are in the queue"
        return first_objection(self._account.at_the_door(situation, planned)) is None
