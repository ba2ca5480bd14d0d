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


@dataclass(frozen=True)
class Standing:
    """The customer and the conversation of one reply.

    `contact` wrote it, if known. `cases` are the customer's open ones, `about` the invoices of the
    message that was answered. `trusted` says that the sender is whom the address claims, which
    anything but a stop needs. `answer_by` is when the service level for replies runs out.
    """

    reply: str
    channel: str
    customer: Customer
    contact: str
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

    def business_days_on(self, days: int) -> date:
        """The customer's day so many business days from now."""
        return self.calendar.business_days_after(self.today, days)

    def start_of(self, day: date) -> datetime:
        """The first moment of the customer's day."""
        return self.calendar.moment(day, time(0))

    def meant(self, reading: Reading, intent: str) -> tuple[Case, ...]:
        """The open invoices an intent is about: those it names, else those of the conversation.

        Without either it is about the customer's only open invoice, if there is but one.
        """
        named = {i for one in reading.evidence if one.intent == intent for i in one.invoices}
        elsewhere = {i for one in reading.evidence if one.intent != intent for i in one.invoices}
        wanted = named or set(self.about) - elsewhere
        found = tuple(case for case in self.cases if case.invoice in wanted)
        return found or (self.cases if len(self.cases) == 1 else ())


def oldest_first(cases: Sequence[Case]) -> list[Case]:
    """The cases as money settles them: the one that was due first comes first."""
    return sorted(cases, key=lambda case: (case.due_date, case.invoice))


A_DAY = timedelta(days=1)
