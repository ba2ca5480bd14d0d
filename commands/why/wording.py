"""How answers name steps, days and moments."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from activities.days_off import day_off
from commands.why.day import Day, Doable
from commands.why.fact_sentences import words
from dunning.policy import CadenceStep
from dunning.situation import Situation
from dunning.steps import AskAssociate, Escalate, SendInvoice, SendTouch

CHANNELS = {"email": "e-mail", "sms": "text message"}


def named(step: Doable) -> str:
    """A step with what it does."""
    match step:
        case SendTouch():
            level = f", level {step.level}" if step.level else ""
            return f"step {step.step} (“{words(step.letter)}”{level}, by {CHANNELS[step.channel]})"
        case SendInvoice():
            return "the invoice itself"
        case AskAssociate():
            asked = "approval by" if step.what == "approve" else f"{words(step.what)}, a task for"
            return f"step {step.step} ({asked} the {words(step.role)})"
        case Escalate():
            return f"step {step.step} (escalation to the {words(step.role)})"


def clock(seen: Day, at: datetime) -> str:
    """The customer's time of day."""
    return f"{at.astimezone(ZoneInfo(seen.records.calendar.zone)):%H:%M}"


def on_day_off(seen: Day) -> str:
    """Which day off the day is, with its name."""
    situation = seen.last.situation
    off = day_off(situation.calendar, situation.customer, seen.day, seen.own_country)
    return f" on {seen.day}, {off}" if off else ""


def last_message(seen: Day) -> str:
    """The latest message about the invoice by the end of the day."""
    touch = seen.last.situation.case.last_touch
    if touch is None:
        return ""
    level = f" (level {touch.level})" if touch.level else ""
    on = seen.records.day_of(touch.at)
    return f" The last message, “{words(touch.letter)}”{level}, went out on {on}."


def next_step(seen: Day) -> str:
    """What was planned next by the end of the day."""
    step = seen.last.planned.step
    if not isinstance(step, Doable):
        return ""
    on = seen.records.day_of(step.at)
    written = seen.last.situation.policy.step(step.step)
    if written is None:
        return f" Next: {named(step)} on {on}."
    return f" Next: {named(step)} on {on} ({place(written, seen.last.situation)})."


def place(step: CadenceStep, situation: Situation) -> str:
    """Where a step lies from the due date."""
    kind = "business day" if step.business_days else "day"
    many = "" if abs(step.day) == 1 else "s"
    side = "before" if step.day < 0 else "after"
    return f"{abs(step.day)} {kind}{many} {side} the due date, {situation.case.due_date}"
