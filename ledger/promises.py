"""The list of promises to pay: by which day, how much, and what came of each."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from dunning.case import Case
from dunning.may import is_closed
from ledger.rows import Row
from ledger.tables import minor, moment, table


class PromiseRow(SQLModel, table=True):
    """A promise, for lists; `number` counts the invoice's promises from 1.

    `state` is its outcome; `open` while it runs, and `void` where its case closed before.
    """

    __tablename__ = "promise"
    __table_args__ = (
        Index("ix_promise_state", "state", "promised_on", "promise"),
        Index("ix_promise_day", "promised_on", "promise"),
        Index("ix_promise_of_customer", "customer", "promised_on"),
    )
    invoice: str = Field(primary_key=True)
    number: int = Field(primary_key=True)
    promise: str
    customer: str
    currency: str
    amount_minor: int = minor()
    promised_on: date
    made_at: datetime = moment()
    state: str


PROMISE = table(PromiseRow)


def promise_rows(case: Case) -> list[Row]:
    """The promises of a case as its facts give them."""
    ended = "void" if is_closed(case) else "open"
    return [
        {
            "invoice": case.invoice,
            "number": number,
            "promise": f"{case.invoice}/{number}",
            "customer": case.customer,
            "currency": promise.amount.currency,
            "amount_minor": promise.amount.minor,
            "promised_on": promise.promised_on,
            "made_at": promise.at,
            "state": promise.outcome or ("void" if promise.lifted else ended),
        }
        for number, promise in enumerate(case.promises, start=1)
    ]
