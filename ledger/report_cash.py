"""Cash of any day that came in and settled nothing yet, and whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    literal,
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
from ledger.report_payers import AT_ONCE, payers_of
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
_SOME: BindParameter[Sequence[str]] = bindparam("some", expanding=True)

# As the partial index has it, word for word.
_FREE = PAYMENT.c.amount_minor != PAYMENT.c.applied_minor
_EVER_USED = or_(
    PAYMENT.c.last_used_on.is_not(None), PAYMENT.c.payment.in_(select(OUTFLOW.c.payment))
)
_TOLD = tuple(PAYMENT.c[name] for name in ("payment", "on", "reference", "payer", "currency", "of"))
_ALL = PAYMENT.c.amount_minor.label("left")
_NAME = select(CUSTOMER.c.name).where(CUSTOMER.c.customer == bindparam("customer"))


class FreeCash(NamedTuple):
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
    theirs = _of_customer(connection, customer) if customer else []
    found = list(_owned(connection, connection.execute(_never_used(day, scope, theirs)).all()))
    # In pieces: a database that guesses how many they are reads all payments instead.
    left, some_used = _left(day, scope), _may_be_free(day, scope, theirs)
    for some in chunks(connection.execute(some_used).scalars().all(), AT_ONCE):
        found += _owned(connection, connection.execute(left, {"some": some}).all())
    mine = [one for one in found if scope.has(one.entity) and customer in {"", one.customer}]
    return sorted(mine, key=lambda one: (one.on, one.payment))


def unapplied_sums(cash: Iterable[FreeCash], by: By) -> Iterator[AgedSum]:
    """Unapplied cash as an aging counts it: negative, in no bucket."""
    for one in cash:
        key = str(getattr(one, by)) if by else ""
        yield AgedSum(key, one.amount.currency, UNAPPLIED, -one.amount.minor)


def _of_customer(connection: Connection, customer: str) -> list[ColumnElement[bool]]:
    """What a payment of the customer's has to be: paid under its number or name, or used there."""
    name = connection.execute(_NAME, {"customer": customer}).scalar()
    payer = select(PAYMENT.c.payment).where(PAYMENT.c.payer.in_({customer, name or customer}))
    kept = select(STANDING.c.payment).where(STANDING.c.customer == customer)
    invoices = select(CASE.c.invoice).where(CASE.c.customer == customer)
    used = select(APPLICATION.c.source).where(APPLICATION.c.invoice.in_(invoices))
    return [PAYMENT.c.payment.in_(union(payer, kept, used))]


def _never_used(day: date, scope: Scope, theirs: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Payments that no invoice ever used and of which nothing went elsewhere: an index has them."""
    joined = PAYMENT.outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
    customer, nowhere = func.coalesce(_decided(day, scope), ""), literal("")
    query = select(*_TOLD, customer.label("customer"), nowhere.label("entity"), _ALL)
    chosen = query.select_from(joined).where(_FREE, PAYMENT.c.on <= day, ~_EVER_USED, *theirs)
    return chosen.where(*_known(scope), _stays(day, scope))


def _left(day: date, scope: Scope) -> Select[Any]:
    """What is left of some payments, on whose account it was, whose invoice they paid."""
    used, gone = _used(day, scope), _gone(day, scope)
    left = PAYMENT.c.amount_minor - func.coalesce(used.c.applied, 0)
    left -= func.coalesce(gone.c.minor, 0)
    joined = (
        PAYMENT.outerjoin(used, used.c.source == PAYMENT.c.payment)
        .outerjoin(CASE, CASE.c.invoice == used.c.invoice)
        .outerjoin(STANDING, STANDING.c.payment == PAYMENT.c.payment)
        .outerjoin(gone, gone.c.payment == PAYMENT.c.payment)
    )
    query: Select[Any] = select(
        *_TOLD,
        func.coalesce(_decided(day, scope), CASE.c.customer, "").label("customer"),
        func.coalesce(CASE.c.entity, "").label("entity"),
        left.label("left"),
    ).select_from(joined)
    returned = func.coalesce(used.c.returned, 0)
    chosen = query.where(PAYMENT.c.on <= day, left != 0, returned == 0)
    return chosen.where(PAYMENT.c.payment.in_(_SOME), *_known(scope), _stays(day, scope))


def _decided(day: date, scope: Scope) -> ColumnElement[str]:
    """On whose account it was by the end of the day."""
    known = [STANDING.c.on_account_at <= scope.known_at] if scope.known_at else []
    by_then = and_(STANDING.c.on_account_at < after(day), *known)
    return case((by_then, func.nullif(STANDING.c.customer, "")))


def _stays(day: date, scope: Scope) -> ColumnElement[bool]:
    """Payments that had not gone back by the day, or not so that anybody knew."""
    back = [STANDING.c.returned_on.is_(None), STANDING.c.returned_on > day]
    return or_(*back, *_unreturned(scope))


def _owned(connection: Connection, rows: Sequence[Any]) -> Iterator[FreeCash]:
    """The payments with whose they are, and what is known of the customer."""
    payers = payers_of(connection, [(row.payer, row.customer) for row in rows])
    for payment, on, reference, payer, currency, of, owner, entity, left in rows:
        customer = owner or payers.customer(payer)
        whose = payers.described(customer)
        of_customer = (customer, entity or whose.entity, whose.segment, whose.collector)
        amount = Money(int(left), currency)
        yield FreeCash(payment, on, reference, *of_customer, amount, of)


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
    return [PAYMENT.c.recorded_at <= scope.known_at] if scope.known_at else []


def _unreturned(scope: Scope) -> list[ColumnElement[bool]]:
    """Payments of which it was not known yet that they went back."""
    if scope.known_at is None:
        return []
    back = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.kind == "payment_returned")
    return [~exists().where(back, FACT.c.recorded_at <= scope.known_at)]


def _may_be_free(
    day: date, scope: Scope, theirs: Sequence[ColumnElement[bool]]
) -> CompoundSelect[Any]:
    """Payments that were used, of which something may have been left: each kind has its index.

    What is used up now and was not used since the day was used up then.
    """
    came = select(PAYMENT.c.payment).where(PAYMENT.c.on <= day, *theirs)
    gone = select(OUTFLOW.c.payment).where(~_has_gone(day, scope))
    parts = [
        came.where(_FREE, _EVER_USED),
        came.where(PAYMENT.c.last_used_on > PAYMENT.c.on, PAYMENT.c.last_used_on > day),
        came.where(PAYMENT.c.payment.in_(gone)),
    ]
    if scope.known_at:
        told = select(APPLICATION.c.source).where(APPLICATION.c.recorded_at > scope.known_at)
        parts.append(came.where(PAYMENT.c.payment.in_(told.where(APPLICATION.c.on <= day))))
    return union(*parts)


def _gone(day: date, scope: Scope) -> Subquery:
    """Of each payment: what was refunded or transferred by the end of the day."""
    query = select(OUTFLOW.c.payment, func.sum(OUTFLOW.c.amount_minor).label("minor"))
    return query.where(_has_gone(day, scope)).group_by(OUTFLOW.c.payment).subquery("gone")


def _has_gone(day: date, scope: Scope) -> ColumnElement[bool]:
    """Whether an outflow counts by the day; what is only approved does not."""
    gone = and_(OUTFLOW.c.on.is_not(None), OUTFLOW.c.on <= day)
    return and_(gone, OUTFLOW.c.recorded_at <= scope.known_at) if scope.known_at else gone
