"""The tables of cash application: what was decided about payments, files invoices came as."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field, SQLModel

from ledger.tables import CaseRow, CustomerRow, PaymentRow, moment, table

CASE, CUSTOMER, PAYMENT = table(CaseRow), table(CustomerRow), table(PaymentRow)
# A structured reference is looked up among those the invoices carry, a payer among the names.
Index("ix_case_reference", CASE.c.reference)
Index("ix_customer_name", CUSTOMER.c.name)
# What reports ask of free money, so that they need not look at its rows.
_FREE = "on recorded_at payment last_used_on payer currency amount_minor applied_minor reference of"
Index(
    "ix_payment_free",
    *(PAYMENT.c[name] for name in _FREE.split()),
    sqlite_where=PAYMENT.c.amount_minor != PAYMENT.c.applied_minor,
    postgresql_where=PAYMENT.c.amount_minor != PAYMENT.c.applied_minor,
)
# What was used after it came: past days need these, and they are few.
_LATER = PAYMENT.c.last_used_on > PAYMENT.c.on
Index(
    "ix_payment_used_later",
    PAYMENT.c.last_used_on,
    PAYMENT.c.on,
    PAYMENT.c.payment,
    sqlite_where=_LATER,
    postgresql_where=_LATER,
)


class StandingRow(SQLModel, table=True):
    """What people or the bank decided about a payment: on whose account it is, when it went back.

    A payment about which nothing was decided has no row.
    """

    __tablename__ = "payment_standing"
    payment: str = Field(primary_key=True)
    customer: str = Field(default="", index=True)
    on_account_at: datetime | None = moment(nullable=True)
    returned_on: date | None = None


class InvoiceFileRow(SQLModel, table=True):
    """The file an invoice came as, exactly, so that a copy is the same document."""

    __tablename__ = "invoice_file"
    invoice: str = Field(primary_key=True)
    name: str
    media_type: str
    sha256: str
    kept_at: datetime = moment()
    content: bytes = Field(sa_type=LargeBinary)


STANDING = table(StandingRow)
