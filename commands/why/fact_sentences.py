"""Each fact that bears on a message, as one sentence for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dunning.case import Case
from ledger.wire import AnyFact

_DOUBT = "Nobody knows whether the message went out"
# What came out later of a message whose outcome was unknown at first.
_FOUND_OUT = {
    "sent": "The message went out, though nobody knew at first",
    "bounced": "The message went out, though nobody knew at first",
    "refused": "The message did not go out, though nobody knew at first",
}


def sentence_of(fact: AnyFact, case: Case) -> str:
    """What the fact says; `case` is the invoice's case now."""
    if fact.kind == "touch_unknown":
        known = next(one.state for one in case.touches if one.attempt == fact.attempt)
        return f"{_FOUND_OUT.get(known, _DOUBT)}: {fact.why}."
    if fact.kind == "payment_applied":
        settled = case.is_settled and fact.on == case.settled_on
        return f"{fact.amount} was applied on {fact.on}{' and settled it' if settled else ''}."
    word = _SENTENCES.get(fact.kind)
    return word(fact) if word else f"{fact.kind.replace('_', ' ').capitalize()}."


def words(code: str) -> str:
    """A code as people say it."""
    return code.lower().replace("_", " ").replace("ar lead", "AR lead")


def _started(fact: Any) -> str:  # noqa: ANN401 - one of many kinds; its sentence names the fields
    passed = f" It passed: {', '.join(fact.guards)}." if fact.guards else ""
    said = f"{fact.letter} (level {fact.level})"
    return f"{said} went to the customer by {fact.channel}.{passed}"


def _bounced(fact: Any) -> str:  # noqa: ANN401 - as above
    again = f" It is tried again from {fact.retry_at:%Y-%m-%d}." if fact.retry_at else ""
    return f"The message did not arrive ({fact.code}): {fact.why}.{again}"


def _refused(fact: Any) -> str:  # noqa: ANN401 - as above
    again = f" It is tried again from {fact.retry_at:%Y-%m-%d %H:%M} UTC." if fact.retry_at else ""
    return f"The message was refused ({fact.code}): {fact.why}.{again}"


def _withheld(fact: Any) -> str:  # noqa: ANN401 - as above
    until = f" until {fact.until:%Y-%m-%d}" if fact.until else ""
    return f"Step {fact.step} was withheld{until} ({fact.code}): {fact.why}."


def _disputed(fact: Any) -> str:  # noqa: ANN401 - as above
    return f"Disputed ({words(fact.reason)})" + (f": {fact.amount}." if fact.amount else ".")


def _resolved(fact: Any) -> str:  # noqa: ANN401 - as above
    given = f"; {fact.credited} was credited" if fact.credited else ""
    return f"The dispute was ended ({words(fact.outcome)}){given}."


def _task(fact: Any) -> str:  # noqa: ANN401 - as above
    return f"A task for the {words(fact.role)} ({words(fact.what)}): {fact.why}."


def _escalated(fact: Any) -> str:  # noqa: ANN401 - as above
    held = "; Duncan is silent until a person resumes it" if fact.hold else ""
    return f"{fact.by} escalated it to the {words(fact.to_role)}{held}."


def _replied(fact: Any) -> str:  # noqa: ANN401 - as above
    return f"The customer wrote by {fact.channel} ({', '.join(map(words, fact.intents))})."


_SENTENCES: Mapping[str, Callable[[Any], str]] = {
    "invoice_opened": lambda one: f"{one.amount}, due on {one.due_date}, came in.",
    "invoice_amended": lambda one: f"It was amended: {one.amount}, due on {one.due_date}.",
    "touch_started": _started,
    "touch_sent": lambda _: "The provider took the message.",
    "touch_bounced": _bounced,
    "touch_refused": _refused,
    "touch_withheld": _withheld,
    "touch_approved": lambda one: f"{one.by} approved step {one.step}.",
    "send_requested": lambda one: f"{one.by} asked for the next message at once.",
    "touch_reworded": lambda one: (
        f"{one.by} wrote the words of the next message."
        if one.text
        else f"{one.by} took the words written for the next message back."
    ),
    "paused": lambda one: f"{one.by} paused it until {one.until} ({words(one.reason)}).",
    "customer_paused": lambda one: (
        f"{one.by} paused the customer until {one.until} ({words(one.reason)})."
    ),
    "resumed": lambda one: f"{one.by} resumed it.",
    "customer_resumed": lambda one: f"{one.by} resumed the customer.",
    "hold_placed": lambda one: f"{one.by} put the customer on hold ({words(one.code)}).",
    "hold_lifted": lambda one: f"{one.by} lifted a hold of the customer.",
    "promise_made": lambda one: f"The customer promised {one.amount} for {one.promised_on}.",
    "promise_withdrawn": lambda one: f"The promise was taken back: {one.reason}.",
    "promise_settled": lambda one: (
        f"The promise for {one.promised_on} was settled: {words(one.outcome)}."
    ),
    "escalated": _escalated,
    "task_opened": _task,
    "task_closed": lambda one: f"A task was done: {words(one.outcome)}.",
    "payment_reversed": lambda one: f"A payment of {one.amount} was taken back on {one.on}.",
    "application_undone": lambda one: (
        f"{one.by} undid the application of {one.amount}: {one.reason}."
    ),
    "deduction_allowed": lambda one: (
        f"{one.amount} was rightly kept back from a payment ({words(one.reason)})."
    ),
    "deduction_undone": lambda one: (
        f"{one.amount} that was kept back is owed again ({words(one.reason)})."
    ),
    "short_paid": lambda one: f"A payment left {one.amount} open ({words(one.reason)}).",
    "credit_applied": lambda one: f"A credit of {one.amount} was applied on {one.on}.",
    "written_off": lambda one: f"{one.by} wrote off what was open: {one.reason}.",
    "handed_over": lambda one: f"It was handed over to {one.to}.",
    "adjusted": lambda one: f"A {words(one.what)} of {one.amount} was recorded: {one.reason}.",
    "invoice_cancelled": lambda one: f"The invoice was cancelled: {one.reason}.",
    "invoice_reopened": lambda one: f"{one.by} reopened the invoice: {one.reason}.",
    "dispute_opened": _disputed,
    "dispute_resolved": _resolved,
    "dispute_released": lambda one: f"What was disputed is asked for again: {one.why}.",
    "plan_proposed": lambda one: f"A payment plan of {len(one.instalments)} instalments.",
    "plan_approved": lambda one: f"{one.by} approved the payment plan.",
    "plan_ended": lambda one: f"The payment plan ended: {words(one.outcome)}.",
    "reply_received": _replied,
    "reply_handled": lambda one: f"The reply was dealt with: {words(one.outcome)}.",
    "reply_answered": lambda one: f"The letter {words(one.letter)} went back by {one.channel}.",
    "contact_blocked": lambda one: (
        f"A contact must not be used by {one.channel} any more ({words(one.code)})."
    ),
    "contact_away": lambda one: f"A contact is out of office until {one.until}.",
    "channel_stopped": lambda one: f"The channel {one.channel} was stopped: {one.why}.",
    "channel_released": lambda one: f"{one.by} released the channel {one.channel}.",
    "customer_recorded": lambda _: "The customer's record came in.",
}
