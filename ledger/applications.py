"""What moved each invoice's balance and on which day: balances of any day are rebuilt from it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from dunning.case import Case
from ledger.rows import Row
from ledger.tables import minor, moment, table


class ApplicationRow(SQLModel, table=True):
    """One movement of one invoice, numbered in the order of recording; see dunning/movement.py."""

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_on", "on"),
        Index("ix_application_source", "source"),
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
