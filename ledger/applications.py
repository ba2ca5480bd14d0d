"""What moved each invoice's balance and on which day: balances of any day are rebuilt from it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from dunning.case import Case
from ledger.rows import Row
from ledger.tables import CaseRow, minor, moment, table

CASE = table(CaseRow)
# An aging reads nothing else of what is open, and what was recorded late.
_AGED = ("customer", "currency", "due_date", "issue_date", "entity", "open_minor", "invoice")
Index(
    "ix_case_aged",
    *(CASE.c[name] for name in _AGED),
    sqlite_where=CASE.c.open_minor != 0,
    postgresql_where=CASE.c.open_minor != 0,
)
Index("ix_case_opened", CASE.c.opened_at)


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


# The kind that changes an invoice's amount itself, not what is left of it.
AMENDMENT = "amendment"


class ApplicationRow(SQLModel, table=True):
    """One movement of one invoice, numbered in the order of recording; see dunning/movement.py."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_on", "on"),
        Index("ix_application_source", "source"),
        Index("ix_application_recorded", "recorded_at"),
        Index(
            "ix_application_adjusted",
            "on",
            "invoice",
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
