"""What goes out soon: by customer, and each message as it will read, without claiming anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, func, or_, select

from activities.account import Covered, account_of, covered_with
from activities.claims import with_claims
from activities.consolidation import Consolidated, consolidate
from activities.letter_request import RenderedLetter
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.planning import Planner
from console.reading.paging import Order, Page, Place, read_page
from dunning.at_the_door import Objection
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import SentenceAdded
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.next_step import plan
from dunning.send_gate import first_objection
from dunning.steps import SendInvoice, SendTouch, Speak
from ledger.books import Books
from ledger.sentences import latest_sentence, message_of_day
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
DAYS = ("today", "tomorrow", "next")
PAGE_ROWS = 25
MOST_EXPORTED = 100_000
# Of a customer's invoices that are due, so many are asked by which channel they go.
_ASKED = 12
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A day of the team as moments; today begins with what should have gone out before."""

    day: date
    start: datetime | None
    end: datetime


@dataclass(frozen=True)
class Planned:
    """One message of a customer: the highest of its steps, and an invoice that stands for it."""

    invoice: str
    step: Speak


@dataclass(frozen=True)
class Going:
    """What a customer gets on a day: its messages, and how much is behind them by currency."""

    row: Row[Any]
    amounts: Sequence[Money]
    planned: Sequence[Planned]


@dataclass(frozen=True)
class Looked:
    """A message as it will read. `objection` is what would stop it if it went out as planned."""

    one: Consolidated
    letter: RenderedLetter | None
    problem: str
    at: datetime
    objection: Objection | None
    sentence: SentenceAdded | None

    @property
    def message(self) -> str:
        """Its name until it is claimed."""
        return message_of_day(self.one.local_date, self.one.spoken.channel)


def spans(today: date, calendar: BusinessCalendar, zone: ZoneInfo) -> dict[str, Span]:
    """Today, tomorrow and the next business day."""

    def start(day: date) -> datetime:
        return datetime.combine(day, time(0), zone).astimezone(UTC)

    days = {"today": today, "tomorrow": today + _A_DAY}
    days["next"] = calendar.on_or_after(today + _A_DAY)
    return {
        name: Span(day, None if name == "today" else start(day), start(day + _A_DAY))
        for name, day in days.items()
    }


def counts_of(connection: Connection, known: Mapping[str, Span]) -> dict[str, int]:
    """To how many customers something goes out on each day."""
    return {
        name: int(
            connection.execute(
                select(func.count(CASE.c.customer.distinct())).where(*_due(span))
            ).scalar()
            or 0
        )
        for name, span in known.items()
    }


def going_page(
    books: Books, planner: Planner, span: Span, q: str, place: Place, now: datetime
) -> tuple[Page, list[Going]]:
    """The customers who get something on a day, the soonest first."""
    due = _customers(span, q).subquery()
    order = Order(due.c.first_at, due.c.customer, datetime.fromisoformat)
    page = read_page(books.connection, select(due), order, place, PAGE_ROWS)
    return page, [_going(books, planner, span, row, now) for row in page.rows]


def all_going(connection: Connection, span: Span, q: str) -> Sequence[Row[Any]]:
    """Every customer of a day for a file: a row for each currency, with when it begins."""
    query = _customers(span, q).add_columns(
        CASE.c.currency, func.sum(CASE.c.balance_minor).label("minor")
    )
    ordered = query.group_by(CASE.c.currency).order_by(CASE.c.customer, CASE.c.currency)
    return connection.execute(ordered.limit(MOST_EXPORTED)).all()


def looked_at(
    books: Books, planner: Planner, letters: Letters, invoice: str, now: datetime
) -> Looked:
    """The message an invoice's next step sends, as it would read at its moment.

    Raises NotAllowed when nothing is to be sent for the invoice next.
    """
    case = books.case(invoice)
    customer = books.customer(case.customer)
    first = plan(planner.situation(case, customer, now)).step
    if not isinstance(first, SendTouch | SendInvoice):
        raise NotAllowed(f"Nothing is to be sent about invoice {invoice} next.")
    at = max(first.at, now)
    situation = planner.situation(case, customer, at)
    step = plan(situation).step
    if not isinstance(step, SendTouch | SendInvoice):
        raise NotAllowed(f"Nothing is to be sent about invoice {invoice} next.")
    if customer.contact_for(step.to, step.channel) is None:
        raise NotAllowed(f"Nobody of customer {case.customer} can be reached: a person is asked.")
    account = account_of(books, situation, step.channel)
    entity = planner.policies_at(at).entity(case.entity)
    covered = covered_with(books, planner, account, Covered(situation, step))
    plain = consolidate(books, account, covered, entity)
    one, _ = with_claims(books, plain, entity, letters)
    letter, problem = _rendered(letters, one)
    message = message_of_day(one.local_date, one.spoken.channel)
    objection = first_objection(account.at_the_door(situation, step))
    said = latest_sentence(books, case.customer, message)
    return Looked(one, letter, problem, at, objection, said if said and said.text else None)


def _rendered(letters: Letters, one: Consolidated) -> tuple[RenderedLetter | None, str]:
    try:
        return letters.render(one.letter), ""
    except LetterError as error:
        return None, str(error)


def _due(span: Span) -> list[Any]:
    found = [
        CASE.c.closed_on.is_(None),
        CASE.c.next_kind.in_(("send_touch", "send_invoice")),
        CASE.c.next_at < span.end,
    ]
    return found if span.start is None else [*found, CASE.c.next_at >= span.start]


def _customers(span: Span, q: str) -> Select[Any]:
    query = (
        select(
            CASE.c.customer,
            func.max(CUSTOMER.c.name).label("name"),
            func.min(CASE.c.next_at).label("first_at"),
            func.count().label("invoices"),
        )
        .select_from(CASE.outerjoin(CUSTOMER, CASE.c.customer == CUSTOMER.c.customer))
        .where(*_due(span))
        .group_by(CASE.c.customer)
    )
    if q:
        named = (CASE.c.customer, CUSTOMER.c.name)
        query = query.where(or_(*(one.icontains(q, autoescape=True) for one in named)))
    return query


def _going(books: Books, planner: Planner, span: Span, row: Row[Any], now: datetime) -> Going:
    mine = (CASE.c.customer == row.customer, *_due(span))
    sums = select(CASE.c.currency, func.sum(CASE.c.balance_minor)).where(*mine)
    found = books.connection.execute(sums.group_by(CASE.c.currency).order_by(CASE.c.currency))
    amounts = [Money(int(minor), currency) for currency, minor in found]
    soonest = select(CASE.c.invoice).where(*mine).order_by(CASE.c.level.desc(), CASE.c.invoice)
    names = books.connection.execute(soonest.limit(_ASKED)).scalars().all()
    return Going(row, amounts, _messages(books, planner, row.customer, names, now))


def _messages(
    books: Books, planner: Planner, customer: str, invoices: Sequence[str], now: datetime
) -> list[Planned]:
    """One message a channel, at the highest level that any of the invoices reaches."""
    known, best = books.customer(customer), dict[str, Planned]()
    for case in books.cases(invoices).values():
        step = plan(planner.situation(case, known, now)).step
        if isinstance(step, SendTouch | SendInvoice):
            before = best.get(step.channel)
            if before is None or step.level > before.step.level:
                best[step.channel] = Planned(case.invoice, step)
    return list(best.values())
