"""What is to be expected on a day that lies ahead, if nothing new happens until then."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce

from activities.days_off import day_off
from activities.planning import DUNCAN, consequences
from commands.why.answer import EXPECTED, NOT_DUE, PEOPLE, Answer
from commands.why.causes import causes
from commands.why.day import Doable
from commands.why.fact_sentences import words
from commands.why.records import Records
from commands.why.sent import behind_of
from commands.why.wording import CHANNELS, named
from dunning.case import Case
from dunning.facts import Escalated, InvoiceFact, TaskOpened
from dunning.folding import apply
from dunning.holds import hold_of
from dunning.next_step import plan
from dunning.situation import Situation
from dunning.steps import AskAssociate, CloseCase, Escalate, SendInvoice, SendTouch, Step, Wait
from dunning.touch_facts import TouchApproved, TouchSent, TouchStarted

_MOST_STEPS = 60
_IF = "if nothing is paid, promised, disputed or stopped until then and no cap stands against it"


@dataclass(frozen=True)
class Ahead:
    """The steps up to a day, as they would come, and what the rulebook says after them."""

    steps: tuple[Doable, ...]
    situation: Situation
    after: Step


def expectation(records: Records, day: date, now: datetime, case: Case) -> Answer:
    """What the day, which lies ahead, would bring; `case` is the invoice's case now."""
    ahead = _play(records, day, now)
    policy = f"{ahead.situation.policy.name} v{ahead.situation.policy.version}"
    today = [step for step in ahead.steps if records.day_of(step.at) == day]
    nothing = _nothing(records, day, ahead)
    answer = _expected(records, day, ahead, today[-1]) if today else nothing
    found = causes(records, answer.code, now)
    behind = tuple(behind_of(one, case) for one in found)
    return replace(answer, policy=policy, facts=behind)


def _expected(records: Records, day: date, ahead: Ahead, step: Doable) -> Answer:
    before = [one for one in ahead.steps if records.day_of(one.at) < day]
    given = f", after step {before[-1].step}" if before else ""
    invoice, customer = records.invoice, ahead.situation.customer
    if isinstance(step, AskAssociate | Escalate):
        said = f"On {day}, {named(step)} is expected{given}, {_IF}."
        return Answer(invoice, day, PEOPLE, said, step=step.step)
    contact = customer.contact_for(step.to, step.channel)
    if contact is None or (step.channel == "sms" and not contact.sms_consent):
        reached = f"can be reached by {CHANNELS[step.channel]}"
        why = f"nobody of the customer {'agreed to text messages' if contact else reached}"
        said = f"Nothing would go out on {day}: {named(step)} is planned, but {why}."
        return Answer(invoice, day, "NO_CONSENT" if contact else "NO_CONTACT", said, step=step.step)
    who = f"to {contact.name or contact.contact} ({words(contact.role)})"
    said = f"On {day}, {named(step)} is expected {who}{given}, {_IF}."
    return Answer(invoice, day, EXPECTED, said, step=step.step)


def _nothing(records: Records, day: date, ahead: Ahead) -> Answer:
    invoice, step = records.invoice, ahead.after
    if isinstance(step, CloseCase):
        then = " by then" if ahead.steps else ""
        said = f"Nothing is to come on {day}: the case is closed{then} ({step.why})."
        return Answer(invoice, day, step.code, said)
    hold = hold_of(ahead.situation) or (step if isinstance(step, Wait) else None)
    if hold or not isinstance(step, Doable):
        assert hold, "what is neither done nor closed waits"
        return Answer(invoice, day, hold.code, f"Nothing is to come on {day}: {hold.why}.")
    entity = records.planner.policies.entity(ahead.situation.case.entity)
    off = day_off(ahead.situation.calendar, ahead.situation.customer, day, entity.country)
    on = f"{day}{f', {off}' if off else ''}"
    coming = records.day_of(step.at)
    said = f"Nothing is to come on {on}: {named(step)} is next, expected on {coming}."
    return Answer(invoice, day, NOT_DUE, said, step=step.step)


def _play(records: Records, day: date, now: datetime) -> Ahead:
    """Let step after step happen, as if everybody kept silent and every letter were approved."""
    situation, steps = records.situation(now), list[Doable]()
    for _ in range(_MOST_STEPS):
        planned = plan(situation)
        step = planned.step
        at = None if isinstance(step, CloseCase) else step.at
        if at is None or records.day_of(at) > day:
            break
        facts = [*consequences(situation, planned)]
        moment = max(at, situation.now)
        if isinstance(step, Doable):
            steps.append(step)
            facts += _as_if(situation.case, step, moment)
        case = reduce(apply, facts, situation.case)
        situation = records.planner.situation(case, situation.customer, moment)
    then = max(situation.now, records.begin(day))
    situation = records.planner.situation(situation.case, situation.customer, then)
    return Ahead(tuple(steps), situation, plan(situation).step)


def _as_if(case: Case, step: Doable, at: datetime) -> list[InvoiceFact]:
    if isinstance(step, SendTouch | SendInvoice):
        attempt = f"expected:{step.step}:{at.isoformat()}"
        started = TouchStarted(
            at=at,
            by=DUNCAN,
            attempt=attempt,
            step=step.step,
            channel=step.channel,
            letter=step.letter,
            level=step.level,
            amount=case.balance,
            contact="",
            policy="",
            claimant=case.invoice,
        )
        return [started, TouchSent(at=at, by=DUNCAN, attempt=attempt)]
    what = step.what if isinstance(step, AskAssociate) else "escalation"
    task = f"expected:{step.step}"
    opened = TaskOpened(
        at=at, by=DUNCAN, task=task, what=what, role=step.role, why=step.why, step=step.step
    )
    if isinstance(step, Escalate):
        return [Escalated(at=at, by=DUNCAN, to_role=step.role, step=step.step), opened]
    if what == "approve":
        return [opened, TouchApproved(at=at, by=DUNCAN, step=step.step)]
    return [opened]
