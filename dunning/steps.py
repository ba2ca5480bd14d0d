"""Steps: what to do next, in the imperative. They cross the engine, so they name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# The letter on the business day before a promised one.
PROMISE_NOTE = "promise_reminder"


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Do nothing until `until`, or without it until the books change."""

    kind: Literal["wait"] = "wait"
    at: datetime | None
    code: str
    why: str


@dataclass(frozen=True, kw_only=True)
class SendInvoice:
    """Send the invoice itself, which nobody has distributed yet."""

    kind: Literal["send_invoice"] = "send_invoice"
    at: datetime
    why: str
    channel: str = "email"
    letter: str = "invoice"
    step: str = "issue"
    level: int = 0
    to: str = "billing"


@dataclass(frozen=True, kw_only=True)
class SendTouch:
    """Speak to the customer: the letter of a level on a channel."""

    kind: Literal["send_touch"] = "send_touch"
    at: datetime
    why: str
    step: str
    channel: str
    letter: str
    level: int
    to: str
    requested: bool = False


@dataclass(frozen=True, kw_only=True)
class AskAssociate:
    """Open a task for a role."""

    kind: Literal["ask_associate"] = "ask_associate"
    at: datetime
    why: str
    step: str
    what: str
    role: str


@dataclass(frozen=True, kw_only=True)
class Escalate:
    """Tell a role inside the team about the case."""

    kind: Literal["escalate"] = "escalate"
    at: datetime
    why: str
    step: str
    role: str


@dataclass(frozen=True, kw_only=True)
class CloseCase:
    """Stop following the invoice."""

    kind: Literal["close_case"] = "close_case"
    code: str
    why: str


Speak = SendInvoice | SendTouch
Step = Wait | SendInvoice | SendTouch | AskAssociate | Escalate | CloseCase
