"""The tables of what came in and what became of what went out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text
from sqlmodel import Field, SQLModel

from ledger.tables import moment


class ArrivalRow(SQLModel, table=True):
    """What arrived at a door, as it came: stored before anybody looks into it.

    `kind` is sendgrid_events, sendgrid_mail, twilio_status, twilio_sms or mail; `details` is JSON
    of what else the door knows, such as the content type and how the sender was verified.
    `state` is waiting, handled or unreadable.
    """

    __tablename__ = "arrival"
    __table_args__ = (Index("ix_arrival_waiting", "state", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    received_at: datetime = moment()
    # The same thing delivered again has the same fingerprint and is not stored again.
    fingerprint: str = Field(unique=True)
    body: bytes = Field(sa_type=LargeBinary)
    details: str = Field(default="{}", sa_type=Text)
    state: str = "waiting"
    tries: int = 0
    handled_at: datetime | None = moment(nullable=True)
    why: str = Field(default="", sa_type=Text)


class DeliveryEventRow(SQLModel, table=True):
    """What a provider said of a message, once each; `at` is the provider's moment."""

    __tablename__ = "delivery_event"
    event: str = Field(primary_key=True)
    attempt: str = Field(index=True)
    channel: str
    kind: str
    at: datetime = moment()
    recorded_at: datetime = moment()
    code: str = ""
    why: str = Field(default="", sa_type=Text)


class MessageContentRow(SQLModel, table=True):
    """The words of a message exactly as they were handed over, compressed by zlib."""

    __tablename__ = "message_content"
    attempt: str = Field(primary_key=True, foreign_key="message.attempt")
    content: bytes = Field(sa_type=LargeBinary)


class ReplyRow(SQLModel, table=True):
    """What a customer wrote, whom it was matched to, how it was read and what became of it.

    `kind` is message, auto_reply, bounce, delayed or complaint; `state` is open, handled or, with
    no customer, unassigned. `reading` is JSON: intents with their evidence, dates, amounts.
    """

    __tablename__ = "reply"
    reply: str = Field(primary_key=True)
    arrival: int = Field(index=True)
    kind: str
    channel: str
    received_at: datetime = moment()
    from_address: str = Field(index=True)
    from_name: str = ""
    to_address: str = ""
    subject: str = Field(default="", sa_type=Text)
    message_id: str = Field(default="", index=True)
    text: str = Field(default="", sa_type=Text)
    new_text: str = Field(default="", sa_type=Text)
    customer: str = Field(default="", index=True)
    contact: str = ""
    attempt: str = ""
    matched_by: str = ""
    authenticated: bool = False
    reading: str = Field(default="{}", sa_type=Text)
    state: str = "open"
    hold_until: datetime | None = moment(nullable=True)
    handled_at: datetime | None = moment(nullable=True)
    handled_by: str = ""
    outcome: str = Field(default="", sa_type=Text)
