"""Everything recorded around one invoice, and its situation as it was known at any moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple, cast

from sqlalchemy import select

from activities.planning import Planner
from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.channel_facts import ChannelStopped
from dunning.conditions import STALE, Conditions, Stop
from dunning.customer import Customer, fold_customer
from dunning.customer_facts import CustomerFact
from dunning.facts import InvoiceFact, InvoiceOpened
from dunning.folding import fold
from dunning.plan_facts import PlanProposed
from dunning.plans import with_money
from dunning.situation import Situation
from ledger.books import Books, UnknownInvoice
from ledger.channels import CHANNELS
from ledger.tables import ImportRow, table
from ledger.wire import AnyFact

IMPORT = table(ImportRow)
ONE_DAY, MIDNIGHT, AN_INSTANT = timedelta(days=1), time(0), timedelta(microseconds=1)


class Recorded(NamedTuple):
    """A fact with its place in the books."""

    stream: str
    number: int
    fact: AnyFact


@dataclass(frozen=True)
class Records:
    """The facts of an invoice, its customer, its payment plans and the channels; imports."""

    planner: Planner
    invoice: str
    opened: InvoiceOpened
    calendar: BusinessCalendar
    streams: dict[str, list[AnyFact]]
    imports: tuple[tuple[str, datetime], ...]

    def day_of(self, at: datetime) -> date:
        """The customer's date at a moment."""
        return self.calendar.local_date(at)

    def begin(self, day: date) -> datetime:
        """The first moment of the customer's day."""
        return self.calendar.moment(day, MIDNIGHT)

    def end(self, day: date) -> datetime:
        """The last moment of the customer's day."""
        return self.begin(day + ONE_DAY) - AN_INSTANT

    def history(self) -> list[InvoiceFact]:
        """Every fact of the invoice, oldest first."""
        return cast("list[InvoiceFact]", self.streams[f"invoice:{self.invoice}"])

    def of_invoice(self, first: datetime, last: datetime) -> Iterator[Recorded]:
        """The invoice's own facts that were recorded within these moments."""
        return self._within([f"invoice:{self.invoice}"], first, last)

    def around(self, first: datetime, last: datetime) -> Iterator[Recorded]:
        """All facts that may matter to the invoice and were recorded within these moments."""
        mine = [f"invoice:{self.invoice}", f"customer:{self.opened.customer}"]
        return self._within([*mine, *(f"channel:{one}" for one in CHANNELS)], first, last)

    def _within(
        self, streams: Iterable[str], first: datetime, last: datetime
    ) -> Iterator[Recorded]:
        for stream in streams:
            for number, fact in enumerate(self.streams.get(stream, ()), start=1):
                if first <= fact.at <= last:
                    yield Recorded(stream, number, fact)

    def case(self, moment: datetime) -> Case:
        """The case as it was known; it has to be open by then."""
        known = [fact for fact in self.history() if fact.at <= moment]
        return fold(known)

    def situation(self, moment: datetime) -> Situation:
        """What the rulebook would have looked at, and looks at, at the moment."""
        case, customer = self.case(moment), self._customer(moment)
        return self.planner.situation(case, customer, moment, self._conditions(moment))

    def _customer(self, moment: datetime) -> Customer:
        name = self.opened.customer
        known = [one for one in self.streams.get(f"customer:{name}", ()) if one.at <= moment]
        if not known:
            return Customer(name, name)
        customer = fold_customer(cast("list[CustomerFact]", known))
        if not customer.plans:
            return customer
        cases = dict(self._cases({one for plan in customer.plans for one in plan.invoices}, moment))
        return replace(customer, plans=tuple(with_money(one, cases) for one in customer.plans))

    def _cases(self, invoices: Iterable[str], moment: datetime) -> Iterator[tuple[str, Case]]:
        for invoice in invoices:
            facts = self.streams.get(f"invoice:{invoice}", ())
            known = [one for one in facts if one.at <= moment]
            if known:
                yield invoice, fold(cast("list[InvoiceFact]", known))

    def _conditions(self, moment: datetime) -> Conditions:
        stopped = {}
        for channel in CHANNELS:
            facts = self.streams.get(f"channel:{channel}", ())
            last = next((one for one in reversed(facts) if one.at <= moment), None)
            if isinstance(last, ChannelStopped):
                stopped[channel] = Stop(last.code, last.why)
        return Conditions(self._staleness(moment), stopped)

    def _staleness(self, moment: datetime) -> Stop | None:
        """Whether a kind of file that has to come regularly had not come then."""
        watch = self.planner.watch
        if watch is None:
            return None
        rules = self.planner.policies_at(moment).sending.fresh_business_days
        for kind, days in rules.items():
            came = [at for of, at in self.imports if of == kind and at <= moment]
            if not days or not came:
                continue
            on = watch.calendar.local_date(came[-1])
            if moment >= came[-1] + (watch.calendar.business_days_after(on, days) - on):
                return Stop(STALE, f"no {kind} were imported since {came[-1]:%Y-%m-%d}")
        return None


def records(books: Books, planner: Planner, invoice: str) -> Records:
    """Read all that bears on the invoice. Raises UnknownInvoice."""
    mine = f"invoice:{invoice}"
    streams = books.histories([mine, *(f"channel:{one}" for one in CHANNELS)])
    opened = streams.get(mine, [None])[0]
    if not isinstance(opened, InvoiceOpened):
        raise UnknownInvoice(f"There is no invoice {invoice} in the books.")
    customer = f"customer:{opened.customer}"
    streams |= books.histories([customer])
    planned = _planned_invoices(streams.get(customer, ())) - {invoice}
    if planned:
        streams |= books.histories(f"invoice:{one}" for one in planned)
    known = books.customer(opened.customer)
    entity = planner.policies.entity(opened.entity)
    last = streams[mine][-1].at
    own = planner.versions.own_days_at(last) if planner.versions else planner.policies.own_days
    calendar = planner.calendars.calendar_for(known, entity, last.year, own)
    return Records(planner, invoice, opened, calendar, streams, _imports(books))


def _planned_invoices(facts: Sequence[AnyFact]) -> set[str]:
    return {one for fact in facts if isinstance(fact, PlanProposed) for one in fact.invoices}


def _imports(books: Books) -> tuple[tuple[str, datetime], ...]:
    came = (IMPORT.c.rejected < IMPORT.c.rows) | (IMPORT.c.rows == 0)
    query = select(IMPORT.c.kind, IMPORT.c.imported_at).where(came).order_by(IMPORT.c.imported_at)
    return tuple((row.kind, row.imported_at) for row in books.connection.execute(query))
