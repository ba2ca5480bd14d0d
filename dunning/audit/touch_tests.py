"""Tests of one touch: sent by the policy, at this moment, to this contact, about this amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dunning.audit.excuses import ISSUE
from dunning.audit.life import Made
from dunning.audit.reasons import has_broken_promise
from dunning.audit.view import EVERYTHING, NOTE_LETTER, View
from dunning.policy import CadenceStep

NOTE = "promise:"
CLOSED = ("PAID", "WRITTEN_OFF", "HANDED_OVER")
_IN_DISPUTE = ("DISPUTE", "DISPUTE_GRACE")
_PEOPLE = ("PAUSE", "PROMISE", "PLAN", "REPLY", "ESCALATED")
# A courtesy note covers what falls due within so many days: one note instead of one an invoice.
SOON = timedelta(days=10)


class Fault(NamedTuple):
    """What is wrong with a touch: the test that found it, its kind, and a sentence."""

    test: str
    code: str
    detail: str


Check = Callable[[View, Made], Iterator[Fault]]


def faults_of(view: View, made: Made) -> Iterator[Fault]:
    """Everything that is wrong with the touch."""
    for check in _CHECKS:
        yield from check(view, made)


def _plan_of_the_policy(view: View, made: Made) -> Iterator[Fault]:
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
    if _spoken(view, made) is None:
        words = f"no touch of level {fact.level} by {fact.channel} with the letter {fact.letter}"
        yield Fault("A07", "EXTRA", f"{made.policy.name} has {words}")
    if made.requested:
        return
    scheduled = step.scheduled_on(made.due, view.calendar)
    shared = fact.claimant != view.invoice and fact.level == 0 and made.due <= made.day + SOON
    if made.day < scheduled and not shared and not _answers_broken_promise(view, made):
        yield Fault("A06", "EARLY", f"{fact.step} was due on {scheduled}, sent on {made.day}")
    if fact.level == 0 and made.day >= made.due:
        yield Fault("A06", "AFTER_DUE", f"a courtesy note on {made.day}, due on {made.due}")
    if step.level < fact.level:
        yield Fault("A06", "LEVEL_SKIPPED", f"level {fact.level} for a step of level {step.level}")


def _answers_broken_promise(view: View, made: Made) -> bool:
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


def _levels(view: View, made: Made) -> Iterator[Fault]:
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


def _open(_: View, made: Made) -> Iterator[Fault]:
    """A09: nothing after the invoice was paid, written off or handed over."""
    for code in sorted(made.held.intersection(CLOSED)):
        words = code.lower().replace("_", " ")
        yield Fault("A09", code, f"sent although the invoice was {words} by then")


def _held(view: View, made: Made) -> Iterator[Fault]:
    """A10 to A12: nothing during a dispute, a pause, a promise, a plan, a reply or a hold."""
    at = made.fact.at
    codes = set(made.held).difference(CLOSED)
    codes |= {one.code for one in view.silences if one.at(at)} - _own_codes()
    if made.fact.step.startswith(NOTE):
        codes.discard("PROMISE")
    for code in sorted(codes):
        yield Fault(test_of(code), code, f"sent while held: {code.lower().replace('_', ' ')}")


def _own_codes() -> set[str]:
    """What the invoice's own facts tell more exactly than their moments."""
    return {*CLOSED, *_IN_DISPUTE, "PROMISE", "ESCALATED"}


def test_of(code: str) -> str:
    """The test that looks for contacts during this kind of silence."""
    if code in CLOSED:
        return "A09"
    if code in _IN_DISPUTE:
        return "A10"
    return "A11" if code in _PEOPLE else "A12"


def _hours(view: View, made: Made) -> Iterator[Fault]:
    """A13: recomputed from the time zone's data, in every zone the customer may live in."""
    window = made.policy.windows.get(made.fact.channel)
    calendar, at = view.calendar, made.fact.at
    if not calendar.is_business_day(made.day):
        yield Fault("A13", "DAY_OFF", f"{made.day:%A}, {made.day} is a day off there")
    for zone in (calendar.zone, *calendar.perhaps):
        local = at.astimezone(ZoneInfo(zone)).time()
        if window is None or not window.opens <= local < window.closes:
            yield Fault("A13", "QUIET", f"sent at {local:%H:%M} in {zone}")


def _contact(view: View, made: Made) -> Iterator[Fault]:
    """A15: a contact the books know, not blocked, and with consent to text messages."""
    fact = made.fact
    contact = view.known.contacts_at(fact.at).get(fact.contact)
    if contact is None:
        yield Fault("A15", "UNKNOWN_CONTACT", f"{fact.contact} was no contact of the customer")
        return
    block = view.known.blocked_at(fact.contact, fact.channel, fact.at)
    if block:
        yield Fault("A15", block.code, f"{fact.contact} was blocked for {fact.channel}")
    if fact.channel == "sms" and not view.known.agreed_at(contact, fact.at):
        yield Fault("A15", "NO_CONSENT", f"{fact.contact} had not agreed to text messages")


def _often(view: View, made: Made) -> Iterator[Fault]:
    """A14: the caps and the days between two messages, recomputed from all the customer got."""
    fact, policy, reached = made.fact, made.policy, view.reached
    if fact.claimant != view.invoice or not made.counts:
        return
    own = 0 if fact.letter == "invoice" else 1
    cap = reached.over_cap(policy, fact.channel, fact.at, own)
    if cap:
        yield Fault("A14", "CAP", f"more messages than the policy's cap ({cap})")
    gap = policy.days_between_touches.get(fact.channel, 0)
    last = reached.last_before(fact.channel, fact.at)
    if not gap or not own or last is None or made.requested or fact.step.startswith(NOTE):
        return
    days = (made.day - view.calendar.local_date(last)).days
    if days < gap:
        yield Fault("A14", "MIN_INTERVAL", f"{days} days after the last {fact.channel}, not {gap}")


def _amount(view: View, made: Made) -> Iterator[Fault]:
    """A16: the amount stated is what was open and undisputed."""
    stated = made.fact.amount
    if (stated.minor, stated.currency) != (made.asked, view.life.opened.amount.currency):
        why = f"states {stated}, but {made.asked} minor units were open"
        yield Fault("A16", "AMOUNT", why)


def _approval(view: View, made: Made) -> Iterator[Fault]:
    """A18: a letter that needs approval was approved before it was sent."""
    spoken = _spoken(view, made)
    if spoken and spoken.approval and made.fact.step not in made.approved:
        yield Fault("A18", "UNAPPROVED", f"{made.fact.letter} was sent without approval")


def _version(_: View, made: Made) -> Iterator[Fault]:
    """A19: the policy that was in force, in the version the folder has."""
    expected = f"{made.policy.name} v{made.policy.version}"
    if made.fact.policy != expected:
        why = f"sent under {made.fact.policy or 'no policy'}; in force was {expected}"
        yield Fault("A19", "OTHER_POLICY", why)


def _evidence(_: View, made: Made) -> Iterator[Fault]:
    """A20: the guards that were passed stand beside the claim."""
    if not made.fact.guards:
        yield Fault("A20", "NO_GUARDS", "the claim names no guard that it passed")


def _stops(view: View, made: Made) -> Iterator[Fault]:
    """A30 for stale books, A12 for a stopped channel."""
    at = made.fact.at
    for name in (EVERYTHING, made.fact.channel):
        for one in view.stops.get(name, ()):
            if one.at(at):
                test = "A30" if one.code == "DATA_STALE" else "A12"
                yield Fault(test, one.code, f"sent while stopped since {one.first}")


def _spoken(view: View, made: Made) -> CadenceStep | None:
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


_CHECKS: tuple[Check, ...] = (
    _plan_of_the_policy,
    _levels,
    _open,
    _held,
    _hours,
    _often,
    _contact,
    _amount,
    _approval,
    _version,
    _evidence,
    _stops,
)
TOUCH_TESTS = "A06 A07 A09 A10 A11 A12 A13 A14 A15 A16 A18 A19 A20 A30".split()
