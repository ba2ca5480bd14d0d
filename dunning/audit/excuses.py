"""What excuses that a step was not carried out on a day: grounds the facts show, never a claim."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dunning.audit.channel_grounds import of_channel
from dunning.audit.life import Made, Place
from dunning.audit.unused import unused_at
from dunning.audit.view import View
from dunning.audit.waves import waits_for_wave
from dunning.policy import Policy

ISSUE = "issue"
A_DAY = timedelta(days=1)
RECORDED_WITHIN = timedelta(days=4)


def excuse(view: View, place: Place, day: date) -> str:
    """The code of the first ground that excuses the step on the day; empty when there is none.

    Nothing held the invoice on the day.
    """
    life = view.life
    if day <= life.enrolled:
        return "ENROLLED_LATE"
    if day < life.opened.issue_date:
        return "NOT_ISSUED"
    if day == place.term.since:
        return "AMENDED"
    return _unsent(view, place, day) or next(_grounds(view, place, day), "")


def is_excused(view: View, place: Place, day: date) -> bool:
    """Whether some ground excuses the step on the day; that which lasts longest is asked first."""
    return _waits_for_approval(view, place, day) or bool(excuse(view, place, day))


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
    yield from of_channel(view, place, day)
    yield from _of_message(view, place, day)
    if waits_for_wave(view, place.step.id, day):
        yield "POLICY_WAVE"
    if _waits_for_approval(view, place, day):
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
    last, reached = view.reminded_by(day)
    if last is None or place.step.level <= reached:
        return False
    return day < last + timedelta(days=policy.days_between_levels)


def _acts(view: View, policy: Policy) -> list[date]:
    """The days on which something of the policy was done, touches of any policy among them."""
    key = "acts", str(id(policy))
    if key not in view.days:
        ids = {step.id for step in policy.steps}
        acts = [one.day for one in view.life.touches if one.fact.step != ISSUE]
        work = (one for one in view.life.work if one.step in ids and one.what != "approve")
        view.days[key] = sorted([*acts, *(view.calendar.local_date(one.at) for one in work)])
    return view.days[key]


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
    credit = unused_at(view.account.unapplied, at, view.life.opened.amount.currency)
    asked = [one.asked for one in view.life.exposures if one.at <= at]
    return bool(asked) and credit >= asked[-1]


def _waits_for_approval(view: View, place: Place, day: date) -> bool:
    """Somebody was asked in time, did not approve it yet, and still has time to."""
    step, calendar = place.step, view.calendar
    if step.action != "touch" or step.id == ISSUE:
        return False
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
    if step.level == 0:
        deadline = min(deadline, place.term.due)
    return day <= deadline or day <= _lapse_recorded(view, step.id, deadline)


def _lapse_recorded(view: View, step: str, deadline: date) -> date:
    """The day by which it was recorded that nobody approved the letter in time.

    Nobody is woken for that: the step after it records it, if it comes soon.
    """
    said = (one for one in view.life.withheld if one.step == step and one.code == "NO_APPROVAL")
    days = [view.calendar.local_date(one.at) for one in said]
    return max([day for day in days if day <= deadline + RECORDED_WITHIN], default=deadline)
