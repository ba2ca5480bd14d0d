"""Tests of one touch against its policy: a step of it, not too early, at the level that is next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from dunning.audit.contacts import NOTE_LETTER
from dunning.audit.excuses import ISSUE
from dunning.audit.life import Made
from dunning.audit.reasons import has_broken_promise
from dunning.audit.view import View
from dunning.policy import CadenceStep

NOTE = "promise:"
# A courtesy note covers what falls due within so many days: one note instead of one an invoice.
SOON = timedelta(days=10)


class Fault(NamedTuple):
    """What is wrong with a touch: the test that found it, its kind, and a sentence."""

    test: str
    code: str
    detail: str


def of_the_policy(view: View, made: Made) -> Iterator[Fault]:
    """A06 and A07: a step of the policy, not before its day, at the level that comes next."""
    fact, step = made.fact, made.policy.step(made.fact.step)
    if fact.step == ISSUE:
        if made.distributed:
            yield Fault("A07", "EXTRA", "the invoice was sent although it had been distributed")
        return
    if fact.step.startswith(NOTE):
        yield from _note(view, made)
        return
    if step is None or step.action != "touch":
        yield Fault("A07", "EXTRA", f"{made.policy.name} has no touch {fact.step}")
        return
    if spoken_by(view, made) is None:
        words = f"no touch of level {fact.level} by {fact.channel} with the letter {fact.letter}"
        yield Fault("A07", "EXTRA", f"{made.policy.name} has {words}")
    if made.requested:
        return
    scheduled = step.scheduled_on(made.due, view.calendar)
    shared = fact.claimant != view.invoice and fact.level == 0 and made.due <= made.day + SOON
    if made.day < scheduled and not shared and not answers_broken_promise(view, made):
        yield Fault("A06", "EARLY", f"{fact.step} was due on {scheduled}, sent on {made.day}")
    yield from _out_of_turn(view, made, step)
    if fact.level == 0 and made.day >= made.due:
        yield Fault("A06", "AFTER_DUE", f"a courtesy note on {made.day}, due on {made.due}")
    if step.level < fact.level:
        yield Fault("A06", "LEVEL_SKIPPED", f"level {fact.level} for a step of level {step.level}")


def _out_of_turn(view: View, made: Made, step: CadenceStep) -> Iterator[Fault]:
    """A06: never on the day a person lifted a pause; A07: only the step that is current now."""
    if made.fact.claimant != view.invoice:
        return
    if made.day in view.resumed_on(made.fact.at):
        yield Fault("A06", "AT_ONCE", f"{step.id} on the day on which a person lifted a hold")
    if step.condition == "broken_promise" and not has_broken_promise(
        view, made.fact.at, made.policy
    ):
        yield Fault("A07", "NO_BROKEN_PROMISE", f"{step.id} only follows a broken promise")
    steps = made.policy.steps
    done = {one.fact.step for one in view.life.touches if one.fact.at < made.fact.at}
    done |= {one.step for one in view.life.withheld if one.passed_over and one.at <= made.fact.at}
    for later in steps[steps.index(step) + 1 :]:
        same = later.action == "touch" and later.channel == step.channel and later.id not in done
        due = later.level <= max(step.level, made.reached)
        if same and due and later.scheduled_on(made.due, view.calendar) <= made.day:
            yield Fault("A07", "BACKLOG", f"{step.id} was sent although {later.id} was due already")


def is_special(step: str) -> bool:
    """Whether the step is none of the policy's: the invoice itself, or a note about a promise."""
    return step == ISSUE or step.startswith(NOTE)


def answers_broken_promise(view: View, made: Made) -> bool:
    """Who breaks a promise after a reminder hears from us at once, before the step's own day."""
    return (
        made.reached > 0
        and made.day > made.due
        and has_broken_promise(view, made.fact.at, made.policy)
    )


def _note(view: View, made: Made) -> Iterator[Fault]:
    number = made.fact.step.removeprefix(NOTE)
    pledges = view.life.standing.pledges if view.life.standing else []
    if not number.isdecimal() or not 0 < int(number) <= made.pledges:
        yield Fault("A07", "EXTRA", f"there is no promise {number} to remind of")
        return
    promised = pledges[int(number) - 1].fact.promised_on
    if made.fact.level or made.fact.letter != NOTE_LETTER:
        yield Fault("A07", "EXTRA", f"a promise is remembered by {NOTE_LETTER} at level 0 only")
    if made.day != view.calendar.business_days_after(promised, -1):
        yield Fault("A06", "EARLY", f"the note for {promised} went out on {made.day}")


def levels(_: View, made: Made) -> Iterator[Fault]:
    """A06: one level at a time, never down, and so many days apart."""
    fact = made.fact
    if fact.step == ISSUE or fact.step.startswith(NOTE):
        return
    top = max(one.level for one in made.policy.steps)
    if fact.level > made.reached + 1:
        yield Fault("A06", "LEVEL_SKIPPED", f"level {fact.level} after level {made.reached}")
    if fact.level < (min(made.reached, top) if made.requested else made.reached):
        yield Fault("A06", "LEVEL_LOWERED", f"level {fact.level} after level {made.reached}")
    if made.requested or made.last_reminder is None or fact.level <= made.reached:
        return
    days, least = (made.day - made.last_reminder).days, made.policy.days_between_levels
    if days < least:
        why = f"level {fact.level} came {days} days after the last reminder, not {least}"
        yield Fault("A06", "LEVELS_TOO_CLOSE", why)


def before_wave(view: View, made: Made) -> Iterator[Fault]:
    """A19: nobody is newly contacted because of a new version before the customer's wave."""
    fact, reign = made.fact, view.timeline.reign_at(made.fact.at)
    opens = reign.opens_for(view.customer) if reign and reign.waves else None
    own = fact.claimant == view.invoice and not made.requested and not is_special(fact.step)
    if opens is None or fact.at >= opens or not own:
        return
    before = view.policy_before(fact.at).step(fact.step)
    due = before and before.scheduled_on(made.due, view.calendar) <= made.day
    if not due and not answers_broken_promise(view, made):
        yield Fault("A19", "BEFORE_WAVE", f"only the new version says so, and not before {opens}")


def of_the_arm(_: View, made: Made) -> Iterator[Fault]:
    """A19: in an experiment, every customer gets what the customer's own arm gets."""
    fact, step = made.fact, made.policy.step(made.fact.step)
    mine = (step.experiment, step.arm) if step else ("", "")
    if (fact.experiment, fact.arm) != mine:
        sent, own = _arm_in_words(fact.experiment, fact.arm), _arm_in_words(*mine)
        yield Fault("A19", "WRONG_ARM", f"sent as {sent}, and the customer belongs to {own}")


def _arm_in_words(experiment: str, arm: str) -> str:
    return f"arm {arm} of {experiment}" if experiment else "no experiment"


def spoken_by(view: View, made: Made) -> CadenceStep | None:
    """The policy's touch whose words were used, which may belong to an earlier step."""
    fact = made.fact
    steps = [
        one
        for one in made.policy.steps
        if one.action == "touch"
        and (one.level, one.letter) == (fact.level, fact.letter)
        and (one.channel == fact.channel or _by_other_channel(view, made, one))
    ]
    own = [one for one in steps if one.id == fact.step]
    return next(iter(own or steps), None)


def _by_other_channel(view: View, made: Made, step: CadenceStep) -> bool:
    """Where a step's own channel reaches nobody, or failed for good, it may take another one."""
    if step.otherwise != made.fact.channel:
        return False
    failed = any(
        (one.step, one.code) == (made.fact.step, "OTHER_CHANNEL") and one.at <= made.fact.at
        for one in view.life.withheld
    )
    return failed or not view.known.reachable_at(step.channel, made.fact.at)
