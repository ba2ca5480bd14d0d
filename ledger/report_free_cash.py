"""What happened to money that settled nothing: its movements in a span, payment by payment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, case, exists, func, select

from dunning.money import Money
from ledger.applications import APPLICATION, CASH
from ledger.report_cash import FACT, PAYMENT
from ledger.report_period import Span
from ledger.report_reading import CASE, Scope, known_movements
from ledger.rows import chunks

# Facts of a payment after which some of it is no longer here.
_AWAY = (
    "payment_returned",
    "credit_refunded",
    "credit_transferred",
    "credit_transfer_undone",
)


def flows(connection: Connection, span: Span, scope: Scope) -> dict[str, tuple[Money, Money]]:
    """By payment: what was received in the span and what was applied of it, where they differ.

    What is applied to an invoice that was issued later counts from its issue date.
    """
    on, issued = APPLICATION.c.on, CASE.c.issue_date
    effective = case((on < issued, issued), else_=on)
    used = (
        select(APPLICATION.c.source, func.sum(-APPLICATION.c.amount_minor).label("applied"))
        .join_from(APPLICATION, CASE, CASE.c.invoice == APPLICATION.c.invoice)
        .where(APPLICATION.c.kind.in_(CASH), effective >= span.first, effective <= span.last)
        .where(*known_movements(scope))
        .group_by(APPLICATION.c.source)
        .subquery("used")
    )
    within = and_(PAYMENT.c.on >= span.first, PAYMENT.c.on <= span.last)
    received = case((within, PAYMENT.c.amount_minor), else_=0)
    applied = func.coalesce(used.c.applied, 0)
    query = select(PAYMENT.c.payment, PAYMENT.c.currency, received, applied).select_from(
        PAYMENT.outerjoin(used, used.c.source == PAYMENT.c.payment)
    )
    first = and_(FACT.c.stream == "payment:" + PAYMENT.c.payment, FACT.c.number == 1)
    known = [FACT.c.recorded_at <= scope.known_at] if scope.known_at else []
    rows = connection.execute(query.where(received != applied, exists().where(first, *known)))
    return {
        payment: (Money(int(came), currency), Money(int(went), currency))
        for payment, currency, came, went in rows
    }


def taken_away(connection: Connection, payments: Iterable[str], scope: Scope) -> set[str]:
    """Those of the payments of which a fact says that money left for another place.

    The bank took it back, it was refunded, or it was transferred.
    """
    found: set[str] = set()
    known = [FACT.c.recorded_at <= scope.known_at] if scope.known_at else []
    for some in chunks(payments):
        back = select(APPLICATION.c.source).where(
            APPLICATION.c.source.in_(some),
            APPLICATION.c.kind == "reversal",
            *known_movements(scope),
        )
        found.update(connection.execute(back).scalars())
        streams = [f"payment:{one}" for one in some]
        facts = select(FACT.c.stream).where(
            FACT.c.stream.in_(streams), FACT.c.kind.in_(_AWAY), *known
        )
        found.update(one.partition(":")[2] for one in connection.execute(facts).scalars())
    return found
