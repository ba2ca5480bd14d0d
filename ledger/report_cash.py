"""Cash of any day that came in and settled nothing yet, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    union,
)

from dunning.money import Money
from dunning.reports.aging import UNAPPLIED, AgedSum
from ledger.applications import APPLICATION, CASH
from ledger.credits import OUTFLOW
from ledger.payment_standing import STANDING
from ledger.report_aging import By
from ledger.report_reading import (
    CASE,
    CUSTOMER,
    EVERYTHING,
    Scope,
    after,
    known_movements,
)
from ledger.rows import chunks
from ledger.tables import FactRow, PaymentRow, table

FACT, PAYMENT = table(FactRow), table(PaymentRow)
# Each piece costs three statements; SQLite takes six times so many names in one.
AT_ONCE = 5_000
_SOME: BindParameter[Sequence[str]] = bindparam("some", expanding=True)

# Names that only one customer has.
_NAMED = (
    select(CUSTOMER.c.name, func.min(CUSTOMER.c.customer).label("customer"))
    .where(CUSTOMER.c.name.in_(_SOME))
    .group_by(CUSTOMER.c.name)
    .having(func.count() == 1)
)


class _Described(NamedTuple):
    entity: str
    segment: str
    collector: str


_NOBODY = _Described("", "", "")
_DESCRIBED = select(
    *(CUSTOMER.c[name] for name in ("customer", "entity", "segment", "collector"))
).where(CUSTOMER.c.customer.in_(_SOME))


@dataclass(frozen=True)
class FreeCash:
    """What of a payment settled nothing at the end of a day, and whose it is ("" if unknown).

    `of` is `credit_note` for one that belongs to no invoice.
    """

    payment: str
    on: date
    reference: str
    customer: str
    entity: str
    segment: str
    collector: str
    amount: Money
    of: str = "payment"


def free_cash(
    connection: Connection, day: date, customer: str = "", scope: Scope = EVERYTHING
) -> list[FreeCash]:
    """Money in by the day that settled nothing at its end; one that was taken back is none.

    It is the customer's on whose account it was put, else whose invoice another part of it paid,
    else that one's whose number or name (where only one has it) is exactly the payer's.
    """
    may_be = connection.execute(_may_be_free(day, scope)).scalars().all()
    left = _left(day, scope)
    # In pieces: a database that guesses how many they are reads all payments instead.
    found = [
        one
        for some in chunks(may_be, AT_ONCE)
        for one in _owned(connection, connection.execute(left, {"some": some}).all())
        if scope.has(one.entity) and customer in {"", one.customer}
    ]
    return sorted(found, key=lambda one: (one.on, one.payment))


def unapplied_sums(cash: Iterable[FreeCash], by: By) -> Iterator[AgedSum]:
    """Unapplied cash as an aging counts it: negative, in no bucket."""
    for one in cash:
        key = str(getattr(one, by)) if by else ""
        yield AgedSum(key, one.amount.currency, UNAPPLIED, -one.amount.minor)


def _left(day: date, scope: Scope) -> Select[Any]:
    """What is left of some payments, on whose account it was, whose invoice they paid."""
    used, gone = _used(day, scope), _gone(day, scope)
    left = PAYMENT.c.amount_minor - func.coalesce(used.c.applied, 0)
    left -= func.coalesce(gone.c.minor, 0)
    known = [STANDING.c.on_account_at <= scope.known_at] if scope.known_at else []
    by_then = and_(STANDING.c.on_account_at < after(day), *known)
    decided = case((by_then, func.nullif(STANDING.c.customer, "")))
    joined = (
        PAYMENT.outerjoin(used, used.c.source == PAYMENT.c.payment)
        .outerjoin(CASE, CASE.c.invoice == used.c.invoice)
        .outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
        .outerjoin(gone, gone.c.payment == PAYMENT.c.payment)
    )
    names = ("payment", "on", "reference", "payer", "currency", "of")
    query: Select[Any] = select(
        *(PAYMENT.c[name] for name in names),
        func.coalesce(decided, CASE.c.customer, "").label("customer"),
        func.coalesce(CASE.c.entity, "").label("entity"),
        left.label("left"),
    ).select_from(joined)
    returned = func.coalesce(used.c.returned, 0)
    chosen = query.where(PAYMENT.c.on <= day, left != 0, returned == 0)
    stays = [STANDING.c.returned_on.is_(None), STANDING.c.returned_on > day, *_unreturned(scope)]
    return chosen.where(PAYMENT.c.payment.in_(_SOME), *_known(scope), or_(*stays))


def _owned(connection: Connection, rows: Sequence[Any]) -> Iterator[FreeCash]:
    """The payments with whose they are, and what is known of the customer."""
    payers = {row.payer for row in rows if not row.customer}
    named = {row.name: row.customer for row in connection.execute(_NAMED, {"some": list(payers)})}
    customers = payers | {row.customer for row in rows} | set(named.values())
    found = connection.execute(_DESCRIBED, {"some": list(customers)})
    known = {row.customer: row for row in found}
    for row in rows:
        payer = row.payer if row.payer in known else named.get(row.payer, "")
        customer = row.customer or payer
        whose = known.get(customer, _NOBODY)
        entity = row.entity or whose.entity
        amount = Money(int(row.left), row.currency)
        of_customer = (customer, entity, whose.segment, whose.collector)
        yield FreeCash(row.payment, row.on, row.reference, *of_customer, amount, row.of)


def _used(day: date, scope: Scope) -> Subquery:
    """Of some payments: what each settled at the end of the day, one invoice, whether it came back.

    What pays an invoice that was issued later has settled nothing yet.
    """
    kind = APPLICATION.c.kind
    query = (
        select(
            APPLICATION.c.source,
            func.sum(-APPLICATION.c.amount_minor).label("applied"),
            func.min(APPLICATION.c.invoice).label("invoice"),
            func.max(case((kind == "reversal", 1), else_=0)).label("returned"),
        )
        .join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
        .where(kind.in_(CASH), APPLICATION.c.on <= day, *known_movements(scope))
        .where(CASE.c.issue_date <= day, APPLICATION.c.source.in_(_SOME))
    )
    return query.group_by(APPLICATION.c.source).subquery("used")


def _known(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments that were recorded in time to be known."""
    if scope.known_at is None:
        return []
    first = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.number == 1)
    return [exists().where(first, FACT.c.recorded_at <= scope.known_at)]


def _unreturned(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments of which it was not known yet that they went back."""
    if scope.known_at is None:
        return []
    back = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.kind == "payment_returned")
    return [~exists().where(back, FACT.c.recorded_at <= scope.known_at)]


def _may_be_free(day: date, scope: Scope) -> CompoundSelect[Any]:
    """Payments of which something may have been left: few, and each kind has its index.

    What is used up now and was not used since the day was used up then.
    """
    came = select(PAYMENT.c.payment).where(PAYMENT.c.on <= day)
    parts = [
        came.where(PAYMENT.c.amount_minor != PAYMENT.c.applied_minor),
        came.where(PAYMENT.c.last_used_on > PAYMENT.c.on, PAYMENT.c.last_used_on > day),
        select(OUTFLOW.c.payment).where(~_has_gone(day, scope)),
    ]
    if scope.known_at:
        told = select(APPLICATION.c.source).where(APPLICATION.c.recorded_at > scope.known_at)
        parts.append(told.where(APPLICATION.c.on <= day))
    return union(*parts)


def _gone(day: date, scope: Scope) -> Subquery:
    """Of each payment: what was refunded or transferred by the end of the day."""
    query = select(OUTFLOW.c.payment, func.sum(OUTFLOW.c.amount_minor).label("minor"))
    return query.where(_has_gone(day, scope)).group_by(OUTFLOW.c.payment).subquery("gone")


def _has_gone(day: date, scope: Scope) -> ColumnElement[bool]:
    """Whether an outflow counts by the day; what is only approved does not."""
    gone = and_(OUTFLOW.c.on.is_not(None), OUTFLOW.c.on <= day)
    return and_(gone, OUTFLOW.c.recorded_at <= scope.known_at) if scope.known_at else gone
