"""Why a message was sent or not: for any invoice and any day, past, present or ahead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from activities.planning import Planner
from commands.why.ahead import expectation
from commands.why.answer import NOT_FOLLOWED, NOT_ISSUED, Answer, Behind
from commands.why.fact_sentences import sentence_of
from commands.why.records import Recorded, Records, records
from commands.why.sent import Teller, behind_of
from commands.why.silent import silence
from dunning.case import Case
from ledger.books import Books


def why(books: Books, planner: Planner, invoice: str, on: date | None, now: datetime) -> Answer:
    """Why the invoice's customer got, or did not get, a message on the day; one sentence, true.

    Days are the customer's own. Without a day: today, with every fact of the invoice behind it.
    A past day is judged by what was recorded until its end. Raises UnknownInvoice.
    """
    asked = Whys.of(books, planner, invoice, now)
    if on is not None:
        return asked.on(on)
    return replace(asked.on(asked.today), facts=asked.story())


@dataclass(frozen=True)
class Whys:
    """One invoice's answers: its facts are read once for many days."""

    books: Books
    records: Records
    case: Case
    now: datetime

    @classmethod
    def of(cls, books: Books, planner: Planner, invoice: str, now: datetime) -> Whys:
        """Read what bears on the invoice. Raises UnknownInvoice."""
        return cls(books, records(books, planner, invoice), books.case(invoice), now)

    @property
    def today(self) -> date:
        """The customer's date now."""
        return self.records.day_of(self.now)

    def on(self, day: date) -> Answer:
        """The answer for a day."""
        return replace(self._on(day), zone=self.records.calendar.zone)

    def story(self) -> tuple[Behind, ...]:
        """Every fact of the invoice that says something, oldest first."""
        stream = f"invoice:{self.case.invoice}"
        numbered = enumerate(self.records.history(), start=1)
        told = (Recorded(stream, number, fact) for number, fact in numbered)
        return tuple(behind_of(one, self.case) for one in told if sentence_of(one.fact, self.case))

    def _on(self, day: date) -> Answer:
        if day < self.records.day_of(self.records.opened.at):
            return self._before(day)
        if day > self.today:
            return expectation(self.records, day, self.now, self.case)
        teller = Teller(self.books, self.records, self.case)
        return (
            teller.spoken(day)
            or teller.listed(day)
            or silence(self.records, day, self.now, self.case)
        )

    def _before(self, day: date) -> Answer:
        opened, invoice = self.records.opened, self.case.invoice
        since = self.records.day_of(opened.at)
        first = (behind_of(Recorded(f"invoice:{invoice}", 1, opened), self.case),)
        if day < opened.issue_date:
            said = f"Nothing was sent: invoice {invoice} is dated {opened.issue_date}."
            return Answer(invoice, day, NOT_ISSUED, said, facts=first)
        said = f"Nothing was sent: invoice {invoice} is followed since {since} only."
        return Answer(invoice, day, NOT_FOLLOWED, said, facts=first)
