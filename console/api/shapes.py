"""The shapes of answers: names and forms of the command line's JSON, as OpenAPI describes them.

Amounts are decimal strings in major units, each beside its ISO 4217 currency; days are
``YYYY-MM-DD``, moments RFC 3339 with an offset.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Stage = Literal[
    "current", "reminding", "promised", "disputed", "paused", "on_hold", "escalated", "closed"
]


class _Shape(BaseModel):
    # What is added to an answer of the command line is added here too.
    model_config = ConfigDict(extra="allow")


class Listed(_Shape):
    """An invoice in a list."""

    invoice: str
    customer: str
    entity: str
    currency: str
    amount: str
    balance: str
    disputed: str
    issue_date: date
    due_date: date
    stage: Stage
    level: int
    closed_on: date | None


class InvoicePage(BaseModel):
    """Invoices by their numbers; `next` is the cursor of the next page, or null."""

    invoices: list[Listed]
    next: str | None


class Fact(_Shape):
    """Something that happened, with its place among the facts of the invoice."""

    number: int
    kind: str
    at: datetime
    by: str


class NextStep(_Shape):
    """What comes next, when, and why."""

    step: str
    at: datetime | None
    why: str


class Case(_Shape):
    """A case: where it stands, what comes next, and every fact."""

    invoice: str
    customer: str
    currency: str
    amount: str
    balance: str
    issue_date: date
    due_date: date
    stage: Stage
    level: int
    paused: dict[str, Any] | None
    promise: dict[str, Any] | None
    disputes: list[dict[str, Any]]
    next: NextStep
    facts: list[Fact]
    workflow_id: str


class Behind(BaseModel):
    """A fact behind an answer: its place in the books, what it says, and its `local` moment."""

    at: datetime
    local: str
    stream: str
    number: int
    kind: str
    sentence: str


class Why(_Shape):
    """Why the customer got a message on a day, or did not: one sentence, a code, the facts."""

    invoice: str
    on: date
    answer: str
    code: str
    sent: bool
    step: str
    policy: str
    reconstructed: bool
    zone: str
    because: list[Behind]


class Customer(_Shape):
    """A customer."""

    customer: str
    name: str
    country: str
    segment: str
    entity: str
    paused_until: date | None


class CustomerPage(BaseModel):
    """Customers by their numbers."""

    customers: list[Customer]
    next: str | None


class Payment(_Shape):
    """A payment, and how much of it is not applied yet."""

    payment: str
    date: date
    currency: str
    amount: str
    unapplied: str
    reference: str


class PaymentPage(BaseModel):
    """Payments by their numbers."""

    payments: list[Payment]
    next: str | None


class Reply(_Shape):
    """What a customer wrote, and how it was read."""

    reply: str
    kind: str
    channel: str
    state: str
    customer: str
    received_at: datetime
    new_text: str
    outcome: str
    reading: dict[str, Any]


class ReplyPage(BaseModel):
    """Replies by their numbers."""

    replies: list[Reply]
    next: str | None


class Refused(BaseModel):
    """A row that was not taken in; it is kept with its reason."""

    row: int
    column: str
    code: str
    reason: str


class Taken(_Shape):
    """What became of rows: the answer of an import."""

    kind: str
    rows: int
    accepted: int
    unchanged: int
    updated: int
    rejected: list[Refused]
    totals: dict[str, str]
    warnings: list[str]


class Held(BaseModel):
    """What was done to a customer, and how many open invoices it concerns."""

    customer: str
    invoices: int


class Message(_Shape):
    """A message that goes out next. `words` is what `send-now` takes back, written over."""

    invoice: str
    customer: str
    at: datetime
    channel: str
    letter: str
    level: int
    invoices: list[str]
    subject: str
    text: str
    problem: str
    objection: dict[str, Any] | None
    waits_for_approval: bool
    words: dict[str, Any] | None


class Said(BaseModel):
    """What was done, in one sentence."""

    said: str


class Report(_Shape):
    """A report, as the command of the same name answers with --json."""
