"""Why nothing went out on a day: the rulebook is asked again with what was known by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from activities.days_off import day_off
from commands.why.answer import (
    DAY_OFF,
    NOT_CARRIED_OUT,
    NOT_DUE,
    PEOPLE,
    PLANNED,
    Answer,
)
from commands.why.causes import causes
from commands.why.day import Day, Doable, seen_through
from commands.why.fact_sentences import words
from commands.why.records import Recorded, Records
from commands.why.sent import behind_of
from commands.why.wording import clock, last_message, named, next_step, on_day_off
from dunning.case import Case
from dunning.facts import TaskOpened
from dunning.holds import hold_of
from dunning.next_step import plan
from dunning.policy import CadenceStep
from dunning.steps import CloseCase, Wait
from dunning.touch_facts import TouchWithheld

# Waits that are no hold: the cadence itself has nothing to do.
_IDLE = ("CADENCE_DONE", "NO_APPROVAL")


def silence(records: Records, day: date, now: datetime, case: Case) -> Answer:
    """Why no message with a step of the invoice went out on the day, which has begun.

    `case` is the invoice's case now.
    """
    seen = seen_through(records, day, now, case)
    found = _closed(seen) or _held(seen) or _for_people(seen) or _passed_over(seen)
    return found or _idle(seen) or _not_carried_out(seen) or _later(seen)


def _closed(seen: Day) -> Answer | None:
    step = seen.last.planned.step
    if not isinstance(step, CloseCase):
        return None
    found = causes(seen.records, step.code, seen.last.at)
    on = f" since {seen.records.day_of(found[-1].fact.at)}" if found else ""
    return _answer(
        seen, step.code, f"Nothing was sent: the case is closed{on} ({step.why}).", found
    )


def _held(seen: Day) -> Answer | None:
    step, hold = seen.last.planned.step, hold_of(seen.last.situation)
    if hold is None and isinstance(step, Wait) and step.code not in _IDLE:
        hold = step
    if hold is None:
        return None
    found = causes(seen.records, hold.code, seen.last.at)
    began = next((one for one in found if one.fact.kind != "touch_withheld"), None)
    said = f"Nothing was sent: {hold.why}"
    if began:
        said += f" (recorded on {seen.records.day_of(began.fact.at)} by {began.fact.by})"
    return _answer(seen, hold.code, f"{said}.{next_step(seen)}", found)


def _for_people(seen: Day) -> Answer | None:
    """A step of the day that is people's work, as the policy has it."""
    opened = [
        one
        for one in seen.within
        if isinstance(one.fact, TaskOpened)
        and one.fact.by == "duncan"
        and (step := seen.last.situation.policy.step(one.fact.step))
        and (step.action != "touch" or one.fact.what == "approve")
    ]
    if not opened:
        return None
    fact = opened[-1].fact
    assert isinstance(fact, TaskOpened), "only tasks were looked for"
    if fact.what == "approve":
        work = f"needs approval, for which the {words(fact.role)} was asked"
    else:
        work = f"is people's work: a task for the {words(fact.role)} ({words(fact.what)})"
    said = f"Nothing was sent to the customer: step {fact.step} {work}."
    return _answer(seen, PEOPLE, said, opened, fact.step)


def _passed_over(seen: Day) -> Answer | None:
    """A step whose reason was recorded on the day itself."""
    held = [
        one
        for one in seen.within
        if isinstance(one.fact, TouchWithheld)
        and (one.fact.passed_over or (one.fact.until and one.fact.until > one.fact.at))
    ]
    if not held:
        return None
    fact = held[-1].fact
    assert isinstance(fact, TouchWithheld), "only such facts were looked for"
    until = f" until {seen.records.day_of(fact.until)}" if fact.until else " for good"
    how = "was passed over" if fact.passed_over else f"was held back{until}"
    said = f"Nothing was sent: step {fact.step} {how}: {fact.why}.{next_step(seen)}"
    return _answer(seen, fact.code, said, held, fact.step)


def _idle(seen: Day) -> Answer | None:
    step = seen.last.planned.step
    if not isinstance(step, Wait):
        return None
    found = causes(seen.records, step.code, seen.last.at)
    until = f" (until {seen.records.day_of(step.at)})" if step.at else ""
    said = f"Nothing was sent: {step.why}{until}.{last_message(seen)}"
    return _answer(seen, step.code, said, found)


def _not_carried_out(seen: Day) -> Answer | None:
    """Due that day, or due now, without any record of what became of it."""
    due = [
        step
        for look in seen.looks
        if isinstance(step := look.planned.step, Doable) and step.at <= look.at
    ]
    if not due:
        return None
    step, at = due[-1], clock(seen, due[-1].at)
    if not seen.is_over:
        said = f"Nothing was sent yet: {named(step)} is due now (since {at}) and goes out next."
        return _answer(seen, PLANNED, said, (), step.step)
    said = (
        f"Nothing was sent, though {named(step)} was due at {at}: no record says why. The engine"
        " or a worker may have been away."
    )
    return _answer(seen, NOT_CARRIED_OUT, said, (), step.step)


def _later(seen: Day) -> Answer:
    """The next step has another day; what moved it there, if anything did."""
    step = seen.last.planned.step
    assert isinstance(step, Doable), "all other steps were answered"
    if seen.records.day_of(step.at) == seen.day:
        said = f"Nothing was sent yet: {named(step)} is planned for {clock(seen, step.at)} today."
        return _answer(seen, PLANNED, said, (), step.step)
    moved = _moved(seen, step)
    if moved:
        code, said = moved
        found = [one for one in causes(seen.records, code, seen.last.at) if one.fact.at <= step.at]
        return _answer(seen, code, said, found, step.step)
    return _answer(
        seen,
        NOT_DUE,
        f"Nothing was due{on_day_off(seen)}.{last_message(seen)}{next_step(seen)}",
        (),
    )


def _moved(seen: Day, step: Doable) -> tuple[str, str] | None:
    situation = seen.last.situation
    written = situation.policy.step(step.step)
    if written is None:
        return None
    due_date, calendar = situation.case.due_date, situation.calendar
    scheduled = written.scheduled_on(due_date, calendar)
    goes = f"It is planned for {seen.records.day_of(step.at)}."
    if scheduled <= seen.day:
        code, why = _mover(seen, step)
        days = f"was to come on {scheduled}"
        return code, f"Nothing was sent: {named(step)} {days} and was moved: {why}. {goes}"
    nominal = _nominal(written, due_date)
    if nominal <= seen.day < scheduled:
        off = day_off(calendar, situation.customer, nominal, seen.own_country)
        why = f"the day of {named(step)}, {nominal}, is {off or 'no business day'}"
        return DAY_OFF, f"Nothing was sent: {why}. {goes}"
    return None


def _mover(seen: Day, step: Doable) -> tuple[str, str]:
    """What moved a step beyond its day: a record, a refusal, or what the rulebook says."""
    case = seen.last.situation.case
    refused = [t for t in case.touches if t.step == step.step and t.again_at]
    if refused:
        on = seen.records.day_of(refused[-1].at)
        return "PROVIDER_FAIL", f"a try on {on} did not go through"
    said = case.latest_withheld(step.step)
    if said and said.until and said.until > seen.last.at:
        return said.code, said.why
    # What was remarked once is not remarked again: ask as if it had not been.
    others = tuple(one for one in case.withheld if one.step != step.step)
    situation = replace(seen.last.situation, case=replace(case, withheld=others))
    remarks = [one for one in plan(situation).remarks if one.step == step.step]
    if found := remarks[-1] if remarks else said:
        return found.code, found.why
    return NOT_DUE, "the day's moment for it had passed"


def _nominal(step: CadenceStep, due_date: date) -> date:
    return due_date if step.business_days else due_date + timedelta(days=step.day)


def _answer(
    seen: Day, code: str, sentence: str, found: Sequence[Recorded], step: str = ""
) -> Answer:
    policy = seen.last.situation.policy
    said_then = any(seen.records.day_of(one.fact.at) == seen.day for one in found)
    return Answer(
        seen.case.invoice,
        seen.day,
        code,
        sentence,
        step=step,
        policy=f"{policy.name} v{policy.version}",
        reconstructed=seen.is_over and not said_then,
        facts=tuple(behind_of(one, seen.case) for one in found),
    )
