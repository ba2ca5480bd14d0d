"""What a reply is held against: who wrote, about which invoices, and what the policy allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.customer import Customer
from dunning.policy import PromiseRules
from replies.reading import Reading

DUNCAN = "duncan"
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Standing:
    """The customer and the conversation of one reply.

    `contact` wrote it, if known. `reached` are the contacts a stop is about: all with the sender's
    address, else the one our message went to. `cases` are the customer's open ones, `about` the
    invoices of the message that was answered, closed ones too. `trusted` says that the sender is
    whom the address claims, which anything but a stop needs. At `answer_by` the service level for
    replies runs out.
    """

    reply: str
    channel: str
    customer: Customer
    contact: str
    reached: tuple[str, ...]
    cases: tuple[Case, ...]
    about: tuple[str, ...]
    trusted: bool
    promise_rules: PromiseRules
    calendar: BusinessCalendar
    locale: str
    now: datetime
    answer_by: datetime

    @property
    def today(self) -> date:
        """The customer's date."""
        return self.calendar.local_date(self.now)

    @property
    def conversation(self) -> tuple[Case, ...]:
        """What is open of the invoices of our message; without one, the only open invoice."""
        if self.about:
            return tuple(case for case in self.cases if case.invoice in self.about)
        return self.cases if len(self.cases) == 1 else ()

    def business_days_on(self, days: int) -> date:
        """The customer's day so many business days from now."""
        return self.calendar.business_days_after(self.today, days)

    def start_of(self, day: date) -> datetime:
        """The first moment of the customer's day."""
        return self.calendar.moment(day, time(0))

    def meant(self, reading: Reading, intent: str) -> tuple[Case, ...]:
        """The open invoices an intent is about: those its words name, else the conversation's.

        Of these not the ones that other intents name, unless there is but one.
        """
        named = {i for one in reading.evidence if one.intent == intent for i in one.invoices}
        if named:
            return tuple(case for case in self.cases if case.invoice in named)
        elsewhere = {i for one in reading.evidence for i in one.invoices}
        left = tuple(case for case in self.conversation if case.invoice not in elsewhere)
        return left or (self.conversation if len(self.conversation) == 1 else ())


def oldest_first(cases: Sequence[Case]) -> list[Case]:
    """The cases as money settles them: the one that was due first comes first."""
    return sorted(cases, key=lambda case: (case.due_date, case.invoice))
