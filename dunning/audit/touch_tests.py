"""Tests of one touch: sent by the policy, at this moment, to this contact, about this amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from dunning.audit.follow_up import too_many_tries
from dunning.audit.life import Made
from dunning.audit.touch_policy import (
    NOTE,
    Fault,
    before_wave,
    levels,
    of_the_arm,
    of_the_policy,
    spoken_by,
)
from dunning.audit.view import EVERYTHING, View

CLOSED = ("PAID", "WRITTEN_OFF", "HANDED_OVER")
_IN_DISPUTE = ("DISPUTE", "DISPUTE_GRACE")
_PEOPLE = ("PAUSE", "PROMISE", "PLAN", "REPLY", "ESCALATED")


Check = Callable[[View, Made], Iterator[Fault]]


def faults_of(view: View, made: Made) -> Iterator[Fault]:
    """Everything that is wrong with the touch."""
    for check in _CHECKS:
        yield from check(view, made)


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
    return {*CLOSED, *_IN_DISPUTE, "PROMISE", "ESCALATED", "INVOICE_NOT_DELIVERED"}


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
    contact = view.known.contact_at(fact.contact, fact.at)
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
    spoken = spoken_by(view, made)
    own_words = bool(made.fact.worded_by) and made.policy.approve_words
    needed = own_words or (spoken is not None and spoken.approval)
    if needed and made.fact.step not in made.approved:
        words = f" in the words of {made.fact.worded_by}" if own_words else ""
        yield Fault("A18", "UNAPPROVED", f"{made.fact.letter}{words} was sent without approval")


def _version(view: View, made: Made) -> Iterator[Fault]:
    """A19: the policy in force, in its number, under the version of all that was in force."""
    expected, at, timeline = (
        f"{made.policy.name} v{made.policy.version}",
        made.fact.at,
        view.timeline,
    )
    if made.fact.policy != expected:
        why = f"sent under {made.fact.policy or 'no policy'}; in force was {expected}"
        yield Fault("A19", "OTHER_POLICY", why)
    reign = timeline.reign_at(at)
    if reign is None:
        yield Fault("A19", "NO_VERSION", "sent while no version of the policies was in force")
    elif timeline.kept_since and at >= timeline.kept_since:
        said = made.fact.policies_version
        if said != reign.version:
            why = f"sent under version {said} of the policies; in force was {reign.version}"
            yield Fault("A19", "OTHER_VERSION", why)


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


_CHECKS: tuple[Check, ...] = (
    of_the_policy,
    levels,
    _open,
    _held,
    _hours,
    _often,
    too_many_tries,
    _contact,
    _amount,
    _approval,
    _version,
    before_wave,
    of_the_arm,
    _evidence,
    _stops,
)
TOUCH_TESTS = "A06 A07 A09 A10 A11 A12 A13 A14 A15 A16 A18 A19 A30".split()
