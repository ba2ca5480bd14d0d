"""How invoices stood at the end of any day, by dated movements.

An invoice stood at what all its movements come to (`open_minor`), less those that came later: few,
where the day is near. That the column is what they make is asked at month end and by the doctor.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)

from ledger.applications import AMENDMENT, APPLICATION
from ledger.report_reading import (
    CASE,
    EVERYTHING,
    Scope,
    cases_in,
    disputed_on,
    each,
    known_movements,
)

_TERMS = ("invoice", "customer", "entity", "currency", "reference", "issue_date")
_MOVED = ("last_moved", "first_moved", "moved_before")
# Spelt out: SQLite does not find a partial index by a bound value.
_OPEN = CASE.c.open_minor != literal_column("0")


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
    since, told, was = _moved(CASE, day, scope)
    amount, due = CASE.c.amount_minor, CASE.c.due_date
    others = _looked_up(day, scope, and_(since, *asked, not_(told)))
    before = others.c.amount_minor - others.c.amended_by
    balance = others.c.open_minor - others.c.amended_by - others.c.moved_by
    due_then = func.coalesce(others.c.due_before, others.c.due_date, type_=Date())
    same = _standing(disputed, CASE, due, (amount, CASE.c.open_minor))
    return [
        same.where(*still, or_(CASE.c.last_moved_on.is_(None), not_(since))),
        _standing(disputed, CASE, due, (amount, was)).where(*asked, told),
        _standing(disputed, others, due_then, (before, balance)),
    ]


def disputed_items(
    dialect: str, day: date, scope: Scope, among: Sequence[ColumnElement[bool]] = ()
) -> Subquery:
    """The invoices with something in dispute at the end of the day, each looked up: they are few.

    Of the disputes `among` some. Columns: customer, entity, currency, disputed in minor units.
    """
    held = disputed_on(day, among)
    asked = (CASE.c.issue_date <= day, *cases_in(scope))
    of_dispute = (CASE.c.invoice == held.c.invoice, *(one.is_(true()) for one in asked))
    item, is_item = each(dialect, CASE, *of_dispute)
    since, told, was = _moved(item, day, scope)
    later = _later(item, day, scope)
    minor = func.coalesce(func.sum(APPLICATION.c.amount_minor), 0)
    looked_up = item.c.open_minor - later.with_only_columns(minor).scalar_subquery()
    balance = case((since, case((told, was), else_=looked_up)), else_=item.c.open_minor)
    keys = (item.c[name] for name in ("customer", "entity", "currency"))
    query = select(*keys, held.c.disputed, balance.label("balance"))
    # Without an offset the balance would be made anew wherever it stands.
    found = query.select_from(held.join(item, is_item)).offset(0).subquery("found")
    capped = _capped(found.c.disputed, found.c.balance).label("disputed")
    return select(found.c.customer, found.c.entity, found.c.currency, capped).subquery("item")


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
    capped = _capped(func.coalesce(disputed.c.disputed, 0), balance)
    query = query.add_columns(capped.label("disputed"))
    return query.select_from(source.outerjoin(disputed, disputed.c.invoice == source.c.invoice))


def _capped(held: ColumnElement[int], balance: ColumnElement[int]) -> ColumnElement[int]:
    """No more is in dispute than is open."""
    return case((balance <= 0, 0), (held > balance, balance), else_=held)


def _moved(
    rows: FromClause, day: date, scope: Scope
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[int]]:
    """Whether invoices moved since the day, whether their row tells what they were then, and that.

    What was not known counts as moved since.
    """
    last, first, before = (
        rows.c[f"{name}_on"] for name in ("last_moved", "first_moved", "moved_before")
    )
    unknown = [rows.c.last_moved_at > scope.known_at] if scope.known_at else []
    once = or_(before <= day, before.is_(None))
    told = and_(last > day, ~rows.c.amended, or_(first > day, and_(once, *map(not_, unknown))))
    then = rows.c.open_minor - rows.c.last_moved_minor
    return or_(last > day, *unknown), told, case((first > day, rows.c.amount_minor), else_=then)


def _looked_up(day: date, scope: Scope, part: ColumnElement[bool]) -> Subquery:
    """Those invoices with how much each moved later or was not known to; its due date before.

    Looked up invoice by invoice: a database that guesses how many they are reads all movements.
    """
    kind, later = APPLICATION.c.kind, _later(CASE, day, scope)
    minor = later.with_only_columns(func.coalesce(func.sum(APPLICATION.c.amount_minor), 0))
    due_before = later.with_only_columns(APPLICATION.c.due_before).where(kind == AMENDMENT)
    query = select(
        *(CASE.c[name] for name in (*_TERMS, "due_date", "amount_minor", "open_minor")),
        minor.where(kind != AMENDMENT).scalar_subquery().label("moved_by"),
        minor.where(kind == AMENDMENT).scalar_subquery().label("amended_by"),
        due_before.order_by(APPLICATION.c.number).limit(1).scalar_subquery().label("due_before"),
    )
    # Without an offset the look-ups would stand in every sum that is made of them.
    return query.where(part).offset(0).subquery("others")


def _later(rows: FromClause, day: date, scope: Scope) -> Select[Any]:
    """The movements of an invoice since the day, and those that were not known."""
    kind = APPLICATION.c.kind
    unknown = [and_(kind != AMENDMENT, not_(known)) for known in known_movements(scope)]
    later = or_(APPLICATION.c.on > day, *unknown)
    return select(APPLICATION.c.number).where(APPLICATION.c.invoice == rows.c.invoice, later)
