"""The tables.

`fact` is the only one that cannot be rebuilt; all others are projections of it, queues, or what
was received and sent.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from ledger.engine import UtcDateTime

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def moment(*, nullable: bool = False) -> Any:  # noqa: ANN401 - as SQLModel's Field
    """A column that holds an aware moment."""
    return Field(default=None, sa_type=UtcDateTime, nullable=nullable)


def minor() -> Any:  # noqa: ANN401 - as SQLModel's Field
    """A column that holds an amount in minor units."""
    return Field(sa_type=BigInteger)


class FactRow(SQLModel, table=True):
    """One fact of one stream, chained to the one before it by its hash."""

    __tablename__ = "fact"
    __table_args__ = (UniqueConstraint("stream", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    stream: str
    number: int
    kind: str = Field(index=True)
    body: str = Field(sa_type=Text)
    recorded_at: datetime = moment()
    by: str
    previous_hash: str
    hash: str


class CustomerRow(SQLModel, table=True):
    """A customer, for lists. `key` is the number without leading zeros, to warn about twins."""

    __tablename__ = "customer"
    customer: str = Field(primary_key=True)
    key: str = Field(index=True)
    name: str
    country: str
    segment: str
    entity: str
    paused_until: date | None = None
    contacts: int = 0
    addresses: str = Field(default="", sa_type=Text)
    collector: str = ""


class CaseRow(SQLModel, table=True):
    """A case, for lists; `open_minor` is what its movements come to, without what was given up.

    They count on days from `first_moved_on` to `last_moved_on`, the last known at `last_moved_at`;
    `last_moved_minor` of them on the last day, the others by `moved_before_on`.
    """

    __tablename__ = "dunning_case"
    invoice: str = Field(primary_key=True)
    customer: str
    entity: str
    currency: str
    amount_minor: int = minor()
    balance_minor: int = minor()
    open_minor: int = minor()
    first_moved_on: date | None = None
    last_moved_on: date | None = None
    moved_before_on: date | None = None
    last_moved_minor: int = Field(default=0, sa_type=BigInteger)
    last_moved_at: datetime | None = moment(nullable=True)
    amended: bool = False
    disputed_minor: int = minor()
    issue_date: date
    due_date: date
    reference: str
    level: int
    opened_at: datetime = moment()
    closed_on: date | None = None
    closed_why: str = ""
    stage: str = "current"
    policy: str = ""
    next_kind: str = ""
    next_at: datetime | None = moment(nullable=True)
    next_code: str = ""
    next_why: str = ""
    # How and at which level it speaks next, while what comes next is a message.
    next_channel: str = ""
    next_level: int = 0


# What takes the slot: a message that was refused or came back reached nobody, and an answer to a
# customer's own message or a statement of account is no dunning.
SLOT = (
    "state NOT IN ('refused', 'bounced') AND claimant NOT LIKE 'reply:%'"
    " AND claimant NOT LIKE 'statement:%'"
)


class MessageRow(SQLModel, table=True):
    """One attempt to send one message: the customer's slot of the day on a channel."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "uq_message_slot",
            "customer",
            "channel",
            "local_date",
            unique=True,
            sqlite_where=text(SLOT),
            postgresql_where=text(SLOT),
        ),
    )
    attempt: str = Field(primary_key=True)
    customer: str
    channel: str
    local_date: date
    letter: str
    level: int
    contact: str
    address: str
    claimant: str
    state: str
    claimed_at: datetime = moment()
    settled_at: datetime | None = moment(nullable=True)
    provider_id: str = ""
    subject: str = Field(default="", sa_type=Text)
    content_hash: str = ""
    why: str = Field(default="", sa_type=Text)
    # How far the provider says it came; see dunning/delivery.py.
    delivery: str = ""


class MessageItemRow(SQLModel, table=True):
    """An invoice a message covers (its step is done by it) or lists besides."""

    __tablename__ = "message_item"
    attempt: str = Field(primary_key=True, foreign_key="message.attempt")
    invoice: str = Field(primary_key=True, index=True)
    step: str
    level: int
    currency: str
    amount_minor: int = minor()
    covered: bool


class OutboxRow(SQLModel, table=True):
    """What the outbox gateway "sent": the whole message, for people to look at."""

    __tablename__ = "outbox"
    attempt: str = Field(primary_key=True)
    channel: str
    address: str
    subject: str = Field(sa_type=Text)
    body: str = Field(sa_type=Text)
    file: str
    sent_at: datetime = moment()


class TaskRow(SQLModel, table=True):
    """Work for people: one task for all invoices of a customer that ask for the same.

    It is open, with an empty outcome, while it is open for one of them. `raised_to` is the role
    that has it since the one before let its time pass.
    """

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_open", "customer", "what", "outcome"),)
    task: str = Field(primary_key=True)
    customer: str
    what: str
    role: str
    step: str
    why: str = Field(sa_type=Text)
    opened_at: datetime = moment()
    outcome: str = ""
    raised_to: str = ""
    # Whose it is now; what was open of its invoices when each was added, to find the large ones.
    owner: str = ""
    owed_minor: int = Field(default=0, sa_type=BigInteger)


class TaskItemRow(SQLModel, table=True):
    """An invoice a task is about, and how it ended for it."""

    __tablename__ = "task_item"
    task: str = Field(primary_key=True)
    invoice: str = Field(primary_key=True, index=True)
    outcome: str = ""


class PaymentRow(SQLModel, table=True):
    """A payment or credit note of no invoice; `applied_minor` is all of it that is used.

    `last_used_on` is the latest day on which a use or a return counts, at an invoice issued by it.
    """

    __tablename__ = "payment"
    payment: str = Field(primary_key=True)
    on: date
    currency: str
    amount_minor: int = minor()
    applied_minor: int = minor()
    last_used_on: date | None = None
    recorded_at: datetime | None = moment(nullable=True)
    reference: str = Field(index=True)
    payer: str = Field(index=True)
    of: str = "payment"


class ImportRow(SQLModel, table=True):
    """One import of one file."""

    __tablename__ = "import_run"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    file: str
    sha256: str
    imported_at: datetime = moment()
    by: str
    rows: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    mapping: str = ""
    # What its rows add up to by currency, in major units, as JSON.
    totals: str = Field(default="{}", sa_type=Text)


def table(model: type[SQLModel]) -> Table:
    """The Core table of a model: the books write sets of rows, not objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
