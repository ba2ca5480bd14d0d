"""What was open at the end of any day, rebuilt from dated movements and never from a balance.

The end of a day means value dates up to and including it; what has no value date (disputes,
amendments, write-offs) counts on its UTC day. So the answer stays the same for ever, but for
entries that are recorded later with an earlier date; those are listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
)

from dunning.money import Money
from dunning.reports.aging import UNAPPLIED, AgedSum
from dunning.reports.buckets import Basis, buckets_by
from ledger.applications import APPLICATION
from ledger.disputes import DISPUTE
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)
AMENDMENT = "amendment"

By = Literal["", "customer", "entity", "segment"]


@dataclass(frozen=True)
class Scope:
    """Which part of the books a report reads.

    Only these entities where any are named, never those `without`; with `known_at` only what was
    recorded until then: figures that were closed stay what they were.
    """

    entities: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    known_at: datetime | None = None

    def has(self, entity: str) -> bool:
        """Whether it reads this entity's part."""
        return entity not in self.without and (not self.entities or entity in self.entities)


EVERYTHING = Scope()


def called(entity: str, default: str) -> tuple[str, ...]:
    """What the books call an entity; what has no entity in the ledger is the default one's."""
    return (entity, "") if entity == default else (entity,)


@dataclass(frozen=True)
class ItemOn:
    """One invoice with a balance at the end of a day; a balance below 0 is owed to the customer."""

    invoice: str
    customer: str
    entity: str
    reference: str
    issue_date: date
    due_date: date
    amount: Money
    balance: Money
    disputed: Money


def after(day: date) -> datetime:
    """The first moment that the day does not contain (UTC)."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def items_on(
    day: date, customer: str = "", *, settled_too: bool = False, scope: Scope = EVERYTHING
) -> Subquery:
    """The invoices issued by the day as they stood at its end; those settled then only if asked.

    Columns: invoice, customer, entity, currency, reference, issue_date, due_date, amount, balance,
    disputed; amounts in minor units.
    """
    asked = _asked(day, customer, scope, settled_too=settled_too)
    moved, disputed = _moved(day, asked, scope), _disputed(day)
    amount = CASE.c.amount_minor - func.coalesce(moved.c.amended_later, 0)
    balance = amount + func.coalesce(moved.c.moved, 0)
    due_before = _due_before(day)
    held = func.coalesce(disputed.c.disputed, 0)
    joined = (
        CASE.outerjoin(moved, moved.c.invoice == CASE.c.invoice)
        .outerjoin(due_before, due_before.c.invoice == CASE.c.invoice)
        .outerjoin(disputed, disputed.c.invoice == CASE.c.invoice)
    )
    names = ("invoice", "customer", "entity", "currency", "reference", "issue_date")
    query = select(
        *(CASE.c[name] for name in names),
        func.coalesce(due_before.c.due_before, CASE.c.due_date, type_=Date()).label("due_date"),
        amount.label("amount"),
        balance.label("balance"),
        case((balance <= 0, 0), (held > balance, balance), else_=held).label("disputed"),
    )
    return query.select_from(joined).where(CASE.c.issue_date <= day, *asked).subquery("item")


def aged_sums(
    connection: Connection, day: date, basis: Basis, by: By = "", scope: Scope = EVERYTHING
) -> list[AgedSum]:
    """What was open at the end of the day by key, currency and bucket.

    Credit balances stand in the bucket `unapplied`; unapplied cash is not in here.
    """
    item = items_on(day, scope=scope)
    key = _key(item, by).label("key")
    bucket = bucket_column(item, day, basis).label("bucket")
    source: Any = item
    if by == "segment":
        source = item.outerjoin(CUSTOMER, CUSTOMER.c.customer == item.c.customer)
    query: Select[Any] = select(
        key, item.c.currency, bucket, func.sum(item.c.balance), func.sum(item.c.disputed)
    ).add_columns(func.count())
    query = query.select_from(source).where(item.c.balance != 0)
    rows = connection.execute(query.group_by(key, item.c.currency, bucket))
    # SUM of a bigint is a Decimal on PostgreSQL.
    return [
        AgedSum(key, currency, bucket, int(minor), int(disputed), int(count))
        for key, currency, bucket, minor, disputed, count in rows
    ]


def open_items_on(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> Iterator[ItemOn]:
    """Every invoice with a balance at the end of the day, oldest due date first."""
    item = items_on(day, customer, scope=scope)
    query = select(item).where(item.c.balance != 0)
    ordered = query.order_by(item.c.due_date, item.c.invoice)
    for row in connection.execute(ordered, execution_options={"yield_per": 5000}):
        yield ItemOn(
            row.invoice,
            row.customer,
            row.entity,
            row.reference,
            row.issue_date,
            row.due_date,
            *(Money(int(n), row.currency) for n in (row.amount, row.balance, row.disputed)),
        )


def cases_in(scope: Scope) -> list[ColumnElement[bool]]:
    """The invoices of the scope's entities that were recorded in time to be known."""
    asked = [CASE.c.entity.in_(scope.entities)] if scope.entities else []
    asked += [CASE.c.entity.not_in(scope.without)] if scope.without else []
    return asked + ([CASE.c.opened_at <= scope.known_at] if scope.known_at else [])


def known_movements(scope: Scope) -> list[ColumnElement[bool]]:
    """Movements that were recorded in time to be known."""
    return [APPLICATION.c.recorded_at <= scope.known_at] if scope.known_at else []


def bucket_column(item: Subquery, day: date, basis: Basis) -> ColumnElement[str]:
    """The key of the item's bucket, found by dates: the youngest bucket is asked first."""
    dated = item.c.due_date if basis == "due" else item.c.issue_date
    known = [(one.key, one.due_between(day)[1]) for one in buckets_by(basis)]
    asked = [(dated >= earliest, key) for key, earliest in known if earliest is not None]
    return case((item.c.balance < 0, UNAPPLIED), *asked, else_=known[-1][0])


def _asked(
    day: date, customer: str, scope: Scope, *, settled_too: bool
) -> list[ColumnElement[bool]]:
    """Which invoices need to be looked at at all.

    What is settled now and did not move since the day was settled then: most invoices are.
    """
    asked = [*([CASE.c.customer == customer] if customer else []), *cases_in(scope)]
    if settled_too:
        return asked
    unknown = [~known for known in known_movements(scope)]
    later = select(APPLICATION.c.invoice).where(or_(APPLICATION.c.on > day, *unknown))
    return [*asked, or_(CASE.c.balance_minor != 0, CASE.c.invoice.in_(later))]


def _moved(day: date, asked: Sequence[ColumnElement[bool]], scope: Scope) -> Subquery:
    """Of each invoice: what moved it by the day, and what amendments changed of it later."""
    kind, on, minor = APPLICATION.c.kind, APPLICATION.c.on, APPLICATION.c.amount_minor
    counts = and_(kind != AMENDMENT, on <= day, *known_movements(scope))
    later = and_(kind == AMENDMENT, on > day)
    query = select(
        APPLICATION.c.invoice,
        func.sum(case((counts, minor), else_=0)).label("moved"),
        func.sum(case((later, minor), else_=0)).label("amended_later"),
    )
    chosen = query.where(or_(counts, later))
    if asked:
        chosen = chosen.where(APPLICATION.c.invoice.in_(select(CASE.c.invoice).where(*asked)))
    return chosen.group_by(APPLICATION.c.invoice).subquery("moved")


def _due_before(day: date) -> Subquery:
    """The due date of the day, of invoices whose terms were amended later."""
    first = (
        select(APPLICATION.c.invoice, func.min(APPLICATION.c.number).label("number"))
        .where(APPLICATION.c.kind == AMENDMENT, APPLICATION.c.on > day)
        .group_by(APPLICATION.c.invoice)
        .subquery("first_amended")
    )
    same = and_(APPLICATION.c.invoice == first.c.invoice, APPLICATION.c.number == first.c.number)
    query = select(APPLICATION.c.invoice, APPLICATION.c.due_before)
    return query.select_from(APPLICATION.join(first, same)).subquery("due_then")


def _disputed(day: date) -> Subquery:
    """What disputes were about that were open at the end of the day; days of grace are over."""
    end = after(day)
    still_open = or_(DISPUTE.c.resolved_at.is_(None), DISPUTE.c.resolved_at >= end)
    query = select(DISPUTE.c.invoice, func.sum(DISPUTE.c.amount_minor).label("disputed"))
    chosen = query.where(DISPUTE.c.opened_at < end, still_open)
    return chosen.group_by(DISPUTE.c.invoice).subquery("disputed")


def _key(item: Subquery, by: By) -> ColumnElement[Any]:
    match by:
        case "customer":
            return item.c.customer
        case "entity":
            return item.c.entity
        case "segment":
            return func.coalesce(CUSTOMER.c.segment, "")
        case "":
            return literal("")
