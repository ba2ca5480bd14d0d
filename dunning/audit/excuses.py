"""What excuses that a step was not carried out on a day: grounds the facts show, never a claim."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunning.audit.life import Made, Term
from dunning.audit.silence import excusing
from dunning.audit.view import EVERYTHING, View
from dunning.audit.waves import waits_for_wave
from dunning.money import Money
from dunning.policy import CadenceStep, Policy

ISSUE = "issue"
AWAY = "AWAY"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A step's place in the policy that was in force."""

    step: CadenceStep
    index: int
    term: Term


def excuse(view: View, place: Place, day: date) -> str:
    """The code of the first ground that excuses the step on the day; empty when there is none."""
    life = view.life
    if day <= life.enrolled:
        return "ENROLLED_LATE"
    if day < life.opened.issue_date:
        return "NOT_ISSUED"
    held = excusing(view.silences, day)
    if held:
        return held.code
    if day == place.term.since:
        return "AMENDED"
    return _unsent(view, place, day) or next(_grounds(view, place, day), "")


def _unsent(view: View, place: Place, day: date) -> str:
    """Nobody is reminded of an invoice before it was sent."""
    if view.life.opened.distributed or place.step.id == ISSUE:
        return ""
    sent = [one.day for one in view.life.touches if one.fact.step == ISSUE and one.counts]
    given_up = [
        view.calendar.local_date(one.at)
        for one in view.life.withheld
        if one.step == ISSUE and one.passed_over
    ]
    first = min((*sent, *given_up), default=date.max)
    return "NOT_DISTRIBUTED" if day <= first else ""


def _grounds(view: View, place: Place, day: date) -> Iterator[str]:
    if _too_close(view, place, day):
        yield "MIN_INTERVAL"
    if place.step.action != "touch":
        return
    yield from _of_channel(view, place, day)
    yield from _of_message(view, place, day)
    if waits_for_wave(view, place.step.id, day):
        yield "POLICY_WAVE"
    if place.step.id != ISSUE and _waits_for_approval(view, place, day):
        yield "NO_APPROVAL"


def _too_close(view: View, place: Place, day: date) -> bool:
    """A step keeps the cadence's own distance from what was done before it; a level its days."""
    policy, index = place.term.policy, place.index
    own = place.step.day - policy.steps[index - 1].day if index > 0 else 0
    gap = timedelta(days=max(0, min(own, policy.days_between_levels)))
    acts = _acts(view, policy)
    done = bisect_right(acts, day)
    if done and day < acts[done - 1] + gap:
        return True
    reminders = [one for one in view.life.touches if one.day <= day and one.fact.level > 0]
    reached = max((one.fact.level for one in reminders), default=0)
    if not reminders or place.step.level <= reached:
        return False
    return day < max(one.day for one in reminders) + timedelta(days=policy.days_between_levels)


def _acts(view: View, policy: Policy) -> list[date]:
    """The days on which something of the policy was done, touches of any policy among them."""
    key = "acts", str(id(policy))
    if key not in view.days:
        ids = {step.id for step in policy.steps}
        acts = [one.day for one in view.life.touches if one.fact.step != ISSUE]
        work = (one for one in view.life.work if one.step in ids and one.what != "approve")
        view.days[key] = sorted([*acts, *(view.calendar.local_date(one.at) for one in work)])
    return view.days[key]


def _of_channel(view: View, place: Place, day: date) -> Iterator[str]:
    channels = _channels(view, place, day)
    for name in (EVERYTHING, *channels):
        stopped = excusing(view.stops.get(name, ()), day)
        if stopped:
            yield stopped.code
    for channel in channels:
        yield from _full(view, place.term.policy, channel, day)
    for one in view.known.away:
        if view.calendar.local_date(one.at) <= day <= one.until:
            yield AWAY


def _channels(view: View, place: Place, day: date) -> list[str]:
    """The step's own channel, the one it took or may take, and those of the level that is next."""
    step, touches = place.step, view.life.touches
    ways = {step.channel, step.otherwise}
    ways |= {one.fact.channel for one in touches if one.fact.step == step.id}
    reached = max((one.fact.level for one in touches if one.counts and one.day <= day), default=0)
    if step.level > reached + 1:
        ways |= {one.channel for one in place.term.policy.steps if one.level == reached + 1}
    return sorted(ways & place.term.policy.windows.keys())


def _full(view: View, policy: Policy, channel: str, day: date) -> Iterator[str]:
    if view.contacts.has(channel, day):
        yield "CAP"
    opening = view.calendar.moment(day, policy.windows[channel].opens)
    if view.contacts.over_cap(policy, channel, opening):
        yield "CAP"
    last = view.contacts.last_before(channel, opening)
    gap = policy.days_between_touches.get(channel, 0)
    if gap and last and day < view.calendar.local_date(last) + timedelta(days=gap):
        yield "MIN_INTERVAL"


def _of_message(view: View, place: Place, day: date) -> Iterator[str]:
    """The provider refused it, it came back, the letter was missing, or money lies unused."""
    for made in view.life.touches:
        if made.fact.step == place.step.id and not made.counts:
            again = _again(made)
            if made.day <= day <= view.calendar.local_date(again):
                yield "PROVIDER_FAIL"
    for one in view.life.withheld:
        if one.step != place.step.id or one.until is None:
            continue
        first, last = view.calendar.local_date(one.at), view.calendar.local_date(one.until)
        if not first <= day < last:
            continue
        if one.code == "CONTENT_MISSING" or (
            one.code == "CREDIT_COVERS" and _has_credit(view, one.at)
        ):
            yield one.code


def _again(made: Made) -> datetime:
    settled = made.settled_at or made.fact.at
    if made.state == "bounced":
        return made.retry_at or settled
    return made.retry_at or settled + A_DAY


def _has_credit(view: View, at: datetime) -> bool:
    """Whether unused money of the customer covered at least this invoice."""
    currency = view.life.opened.amount.currency
    there = (m for since, m in view.account.unapplied if since <= at and m.currency == currency)
    credit = sum(there, start=Money.zero(currency))
    asked = [one.asked for one in view.life.exposures if one.at <= at]
    return bool(asked) and credit.minor >= asked[-1]


def _waits_for_approval(view: View, place: Place, day: date) -> bool:
    """Somebody was asked in time, did not approve it yet, and still has time to."""
    step, calendar = place.step, view.calendar
    if ("asked", step.id) not in view.days:
        work = (one for one in view.life.work if one.step == step.id and one.what == "approve")
        approved = (one for one in view.life.approvals if one.step == step.id)
        view.days["asked", step.id] = [calendar.local_date(one.at) for one in work]
        view.days["given", step.id] = [calendar.local_date(one.at) for one in approved]
    asked, given = view.days["asked", step.id], view.days["given", step.id]
    since = max((one for one in asked if one <= day), default=None)
    if since is None or any(one < day for one in given):
        return False
    days = place.term.policy.approval_business_days
    deadline = calendar.business_days_after(since, days)
    return day <= (min(deadline, place.term.due) if step.level == 0 else deadline)
