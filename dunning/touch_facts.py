"""Facts about touches: what was approved, asked for, claimed, sent, refused or withheld."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dunning.fact import Fact
from dunning.money import Money


@dataclass(frozen=True, kw_only=True)
class TouchApproved(Fact):
    """A person approved the touch of a step that needs approval."""

    kind: Literal["touch_approved"] = "touch_approved"
    step: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class SendRequested(Fact):
    """A person wants the next touch sent at the next opening, ahead of the cadence."""

    kind: Literal["send_requested"] = "send_requested"
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchReworded(Fact):
    """A person wrote the words of a step's coming touch; an empty `text` takes that back.

    They stand for the generated words whose SHA-256 is `made_from`: when the letter would say
    something else by then, it waits for a person. `subject` is empty for a text message.
    """

    kind: Literal["touch_reworded"] = "touch_reworded"
    step: str
    letter: str
    channel: str
    text: str
    subject: str = ""
    made_from: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchStarted(Fact):
    """A touch was claimed: from here on it counts as made unless the provider refuses it.

    `level` is this invoice's own level; the message, shared with the customer's other due
    invoices, speaks at the highest of them. `amount` is the balance the letter states.
    """

    kind: Literal["touch_started"] = "touch_started"
    attempt: str
    step: str
    channel: str
    letter: str
    level: int
    amount: Money
    contact: str
    policy: str
    # The invoice whose workflow claimed the message for all invoices it covers.
    claimant: str
    # SHA-256 of the message as it was handed over, and the guards of the gate it passed, in order.
    content: str = ""
    guards: tuple[str, ...] = ()
    # The version of all policies and letters that was in force; 0 where none was kept.
    policies_version: int = 0
    # The experiment the step is in, and the customer's arm; empty outside of experiments.
    experiment: str = ""
    arm: str = ""
    # Who wrote the message's words for this step; empty where the letter's own went out.
    worded_by: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchSent(Fact):
    """The provider accepted the message, or told us later that it had."""

    kind: Literal["touch_sent"] = "touch_sent"
    attempt: str
    provider_id: str = ""


@dataclass(frozen=True, kw_only=True)
class TouchRefused(Fact):
    """Nothing was sent: for good, or (with `retry_at`) to be tried again from then on."""

    kind: Literal["touch_refused"] = "touch_refused"
    attempt: str
    code: str
    why: str
    retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TouchUnknown(Fact):
    """Nobody knows whether the message went out. It is never sent again blindly."""

    kind: Literal["touch_unknown"] = "touch_unknown"
    attempt: str
    why: str


@dataclass(frozen=True, kw_only=True)
class TouchBounced(Fact):
    """The message came back: it reached nobody, so its step is not done.

    With `retry_at` the address may be good and is tried again from then on.
    """

    kind: Literal["touch_bounced"] = "touch_bounced"
    attempt: str
    code: str
    why: str
    retry_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class TouchWithheld(Fact):
    """A step was not carried out, and why. `passed_over` steps are not tried again."""

    kind: Literal["touch_withheld"] = "touch_withheld"
    step: str
    code: str
    why: str
    until: datetime | None = None
    passed_over: bool = False


# Codes of steps passed over because a later moment has come, whatever the customer's state.
TIME_IS_GONE = ("EXPIRED", "SUPERSEDED", "NO_APPROVAL")

TouchOutcome = TouchSent | TouchRefused | TouchUnknown | TouchBounced
Asked = TouchApproved | SendRequested | TouchReworded
TouchFact = Asked | TouchStarted | TouchOutcome | TouchWithheld
