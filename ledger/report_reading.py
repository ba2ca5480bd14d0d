"""What was open at the end of any day, by dated movements.

An invoice stood at what all its movements come to (`open_minor`), less those that came later: few,
where the day is near. That the column is what they make is asked at month end and by the doctor.

The end of a day means value dates up to and including it; what has no value date (disputes,
amendments, write-offs) counts on its UTC day. So the answer stays the same for ever, but for
entries that are recorded later with an earlier date; those are listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Row,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from dunning.money import Money
from ledger.applications import AMENDMENT, APPLICATION
from ledger.disputes import DISPUTE
from ledger.tables import CaseRow, CustomerRow, table

CASE, CUSTOMER = table(CaseRow), table(CustomerRow)

_TERMS = ("invoice", "customer", "entity", "currency", "reference", "issue_date")
# Spelt out: SQLite does not find a partial index by a bound value.
_OPEN = CASE.c.open_minor != literal_column("0")


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
    day: date,
    customer: str = "",
    *,
    settled_too: bool = False,
    scope: Scope = EVERYTHING,
    only: tuple[str, ...] = (),
) -> Subquery:
    """The invoices issued by the day as they stood at its end; those settled then only if asked.

    Columns: invoice, customer, entity, currency, reference, issue_date, due_date, amount, balance,
    disputed, or `only` these; amounts in minor units. What is settled now and did not move since
    the day was settled then: most invoices are, and nobody looks at them.
    """
    disputed = disputed_on(day) if not only or "disputed" in only else None
    parts = standings(day, scope, disputed, customer, settled_too=settled_too)
    if only:
        parts = [
            one.with_only_columns(
                *(one.selected_columns[name] for name in only), maintain_column_froms=True
            )
            for one in parts
        ]
    return union_all(*parts).subquery("item")


def standings(  # noqa: PLR0913 - which invoices, and what of them
    day: date,
    scope: Scope = EVERYTHING,
    disputed: Subquery | None = None,
    customer: str = "",
    *,
    settled_too: bool = False,
    among: Sequence[ColumnElement[bool]] = (),
) -> list[Select[Any]]:
    """The invoices of `items_on`, `among` some, in three parts that overlap nowhere.

    Those that did not move since; those that moved on one day since, or only since, whose row
    says what they were; and the few others, whose later movements are looked up one by one.
    """
    of_customer = [CASE.c.customer == customer] if customer else []
    asked = [CASE.c.issue_date <= day, *cases_in(scope), *of_customer, *among]
    still = asked if settled_too else [*asked, _OPEN]
    last, first = CASE.c.last_moved_on, CASE.c.first_moved_on
    unknown = [CASE.c.last_moved_at > scope.known_at] if scope.known_at else []
    since = or_(last > day, *unknown)
    once = or_(CASE.c.moved_before_on <= day, CASE.c.moved_before_on.is_(None))
    told = and_(last > day, ~CASE.c.amended, or_(first > day, and_(once, *map(not_, unknown))))
    amount, due = CASE.c.amount_minor, CASE.c.due_date
    was = case((first > day, amount), else_=CASE.c.open_minor - CASE.c.last_moved_minor)
    others = _looked_up(day, scope, and_(since, *asked, not_(told)))
    before = others.c.amount_minor - others.c.amended_by
    balance = others.c.open_minor - others.c.amended_by - others.c.moved_by
    due_then = func.coalesce(others.c.due_before, others.c.due_date, type_=Date())
    same = _standing(disputed, CASE, due, (amount, CASE.c.open_minor))
    return [
        same.where(*still, or_(last.is_(None), not_(since))),
        _standing(disputed, CASE, due, (amount, was)).where(*asked, told),
        _standing(disputed, others, due_then, (before, balance)),
    ]


def open_items_on(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> Iterator[ItemOn]:
    """Every invoice with a balance at the end of the day, oldest due date first."""
    for row in open_rows_on(connection, day, customer, scope):
        yield ItemOn(
            row.invoice,
            row.customer,
            row.entity,
            row.reference,
            row.issue_date,
            row.due_date,
            *(Money(int(n), row.currency) for n in (row.amount, row.balance, row.disputed)),
        )


def open_rows_on(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> Iterator[Row[Any]]:
    """The same as rows of `items_on`, for lists of a million."""
    item = items_on(day, customer, scope=scope)
    query = select(item).where(item.c.balance != 0)
    ordered = query.order_by(item.c.due_date, item.c.invoice)
    yield from connection.execute(ordered, execution_options={"yield_per": 2000})


def cases_in(scope: Scope) -> list[ColumnElement[bool]]:
    """The invoices of the scope's entities that were recorded in time to be known."""
    asked = [CASE.c.entity.in_(scope.entities)] if scope.entities else []
    asked += [CASE.c.entity.not_in(scope.without)] if scope.without else []
    return asked + ([CASE.c.opened_at <= scope.known_at] if scope.known_at else [])


def known_movements(scope: Scope) -> list[ColumnElement[bool]]:
    """Movements that were recorded in time to be known."""
    return [APPLICATION.c.recorded_at <= scope.known_at] if scope.known_at else []


def disputed_on(day: date) -> Subquery:
    """By invoice: what disputes were about that were open at the end of the day.

    Days of grace are over.
    """
    query = select(DISPUTE.c.invoice, func.sum(DISPUTE.c.amount_minor).label("disputed"))
    return query.where(in_dispute(day)).group_by(DISPUTE.c.invoice).subquery("disputed")


def in_dispute(day: date) -> ColumnElement[bool]:
    """Disputes that were open at the end of the day."""
    end = after(day)
    still_open = or_(DISPUTE.c.resolved_at.is_(None), DISPUTE.c.resolved_at >= end)
    return and_(DISPUTE.c.opened_at < end, still_open)


def _standing(
    disputed: Subquery | None,
    source: FromClause,
    due: ColumnElement[date],
    amounts: tuple[ColumnElement[int], ColumnElement[int]],
) -> Select[Any]:
    """Invoices with this due date, amount and balance."""
    amount, balance = amounts
    query = select(
        *(source.c[name] for name in _TERMS),
        due.label("due_date"),
        amount.label("amount"),
        balance.label("balance"),
    )
    if disputed is None:
        return query.select_from(source)
    held = func.coalesce(disputed.c.disputed, 0)
    capped = case((balance <= 0, 0), (held > balance, balance), else_=held)
    query = query.add_columns(capped.label("disputed"))
    return query.select_from(source.outerjoin(disputed, disputed.c.invoice == source.c.invoice))


def _looked_up(day: date, scope: Scope, part: ColumnElement[bool]) -> Subquery:
    """Those invoices with how much each moved later or was not known to; its due date before.

    Looked up invoice by invoice: a database that guesses how many they are reads all movements.
    """
    kind, minor = APPLICATION.c.kind, APPLICATION.c.amount_minor
    unknown = [and_(kind != AMENDMENT, not_(known)) for known in known_movements(scope)]
    later = select(func.coalesce(func.sum(minor), 0)).where(
        APPLICATION.c.invoice == CASE.c.invoice, or_(APPLICATION.c.on > day, *unknown)
    )
    due_before = later.with_only_columns(APPLICATION.c.due_before).where(kind == AMENDMENT)
    query = select(
        *(CASE.c[name] for name in (*_TERMS, "due_date", "amount_minor", "open_minor")),
        later.where(kind != AMENDMENT).scalar_subquery().label("moved_by"),
        later.where(kind == AMENDMENT).scalar_subquery().label("amended_by"),
        due_before.order_by(APPLICATION.c.number).limit(1).scalar_subquery().label("due_before"),
    )
    # Without an offset the look-ups would stand in every sum that is made of them.
    return query.where(part).offset(0).subquery("others")
