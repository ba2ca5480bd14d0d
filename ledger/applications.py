"""What moved each invoice's balance and on which day: balances of any day are rebuilt from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    Connection,
    Date,
    Index,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy import case as case_when
from sqlmodel import Field, SQLModel

from dunning.case import Case
from ledger.rows import Row
from ledger.tables import CaseRow, PaymentRow, minor, moment, table

CASE = table(CaseRow)
# An aging reads nothing else: what is open, by customer and by entity; what moved since its day.
_STANDS = ("due_date", "issue_date", "open_minor", "last_moved_on")
for _name, _keys in (
    ("ix_case_aged", ("customer", "currency", *_STANDS, "entity")),
    ("ix_case_aged_entity", ("entity", "currency", *_STANDS)),
):
    Index(
        _name,
        *(CASE.c[name] for name in _keys),
        sqlite_where=CASE.c.open_minor != 0,
        postgresql_where=CASE.c.open_minor != 0,
    )
_MOVED = ("last_moved_on", "first_moved_on", "amended", "issue_date", "customer", "currency")
_MOVED_BY = ("moved_before_on", "last_moved_minor", "open_minor", "last_moved_at")
_WAS = ("entity", "due_date", "amount_minor", "invoice", *_MOVED_BY)
Index(
    "ix_case_moved",
    *(CASE.c[name] for name in (*_MOVED, *_WAS)),
    sqlite_where=CASE.c.last_moved_on.is_not(None),
    postgresql_where=CASE.c.last_moved_on.is_not(None),
)
Index("ix_case_opened", CASE.c.opened_at, CASE.c.issue_date)


# Movements without cash, and the recoveries of what was written off.
ADJUSTED = (
    "credit_note",
    "debit_note",
    "refund",
    "transfer",
    "cancellation",
    "reopening",
    "write_off",
    "small_balance",
    "write_off_reversal",
)
_ADJUSTED = text(f"kind IN ({', '.join(repr(one) for one in ADJUSTED)})")


# What moves cash between a payment and an invoice; and credit of an account, too.
MONEY = ("payment", "reversal", "undone")
CASH = (*MONEY, "credit_used")
# The kind that changes an invoice's amount itself, not what is left of it.
AMENDMENT = "amendment"


class ApplicationRow(SQLModel, table=True):
    """One movement of one invoice, numbered in the order of recording; see dunning/movement.py."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_on", "on"),
        Index("ix_application_source", "source"),
        Index("ix_application_recorded", "recorded_at", "on"),
        Index(
            "ix_application_adjusted",
            "on",
            "invoice",
            "number",
            "kind",
            sqlite_where=_ADJUSTED,
            postgresql_where=_ADJUSTED,
        ),
    )
    invoice: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    kind: str
    on: date
    amount_minor: int = minor()
    source: str
    due_before: date | None = None
    recorded_at: datetime = moment()


APPLICATION = table(ApplicationRow)
# As the partial indexes have it, word for word.
IS_ADJUSTED = APPLICATION.c.kind.in_([literal_column(repr(one)) for one in ADJUSTED])


_PAYMENT = table(PaymentRow)
# Built once: to put such a statement together takes longer than to run it.
_USED = (
    update(_PAYMENT)
    .where(_PAYMENT.c.payment == bindparam("used"))
    .where(or_(_PAYMENT.c.last_used_on.is_(None), _PAYMENT.c.last_used_on < bindparam("used_on")))
    .values(last_used_on=bindparam("used_on"))
)


def note_use(connection: Connection, cases: Sequence[Case]) -> None:
    """Note the latest day on which each payment, or its return, counts at one of these invoices.

    What pays an invoice that is issued later counts from its issue date. An earlier day than the
    one that is noted changes nothing.
    """
    found: dict[str, date] = {}
    for case in cases:
        for moved in case.movements:
            if moved.kind in CASH:
                counts = max(moved.on, case.issue_date)
                found[moved.source] = max(found.get(moved.source, counts), counts)
    if found:
        rows = [{"used": payment, "used_on": on} for payment, on in found.items()]
        connection.execute(_USED, rows)


def used_on(connection: Connection) -> dict[str, date]:
    """By payment: the same of all invoices, read from the lists."""
    counts = case_when(
        (APPLICATION.c.on < CASE.c.issue_date, CASE.c.issue_date), else_=APPLICATION.c.on
    )
    query = select(APPLICATION.c.source, func.max(counts, type_=Date()).label("counts")).where(
        APPLICATION.c.kind.in_(CASH), APPLICATION.c.invoice == CASE.c.invoice
    )
    rows = connection.execute(query.group_by(APPLICATION.c.source))
    return {row.source: row.counts for row in rows}


def application_rows(case: Case) -> list[Row]:
    """The movements of a case as its facts give them."""
    return [
        {
            "invoice": case.invoice,
            "number": number,
            "kind": moved.kind,
            "on": moved.on,
            "amount_minor": moved.amount.minor,
            "source": moved.source,
            "due_before": moved.due_before,
            "recorded_at": moved.at,
        }
        for number, moved in enumerate(case.movements, start=1)
    ]
