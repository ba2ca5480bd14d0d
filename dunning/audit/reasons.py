"""Recorded reasons for passing a step over count only when the auditor finds their ground true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from dunning.audit.expected import Judged
from dunning.audit.holds import promise_ends
from dunning.audit.view import View
from dunning.policy import Policy
from dunning.touch_facts import TouchWithheld

# So many refusals of one step, or messages of it that did not arrive, and people take over.
REFUSALS, FAILURES = 10, 3
# The sums behind these need all invoices of the customer.
OF_THE_ACCOUNT = ("MIN_AMOUNT", "OPEN_REMINDER")


class Claim(NamedTuple):
    """A recorded reason that all invoices of the customer have to bear out."""

    code: str
    invoice: str
    at: datetime
    currency: str
    judged: Judged
    # What the invoice itself might be asked for then, in minor units.
    asked: int


def is_true(view: View, judged: Judged) -> bool:
    """Whether the reason a passed-over step carries was true when it was recorded."""
    withheld = judged.withheld
    assert withheld is not None, "only a recorded reason can be true or not"
    ground = _GROUNDS.get(withheld.code)
    return ground is not None and ground(view, judged, withheld)


def _expired(view: View, judged: Judged, said: TouchWithheld) -> bool:
    return judged.step.level == 0 and view.calendar.local_date(said.at) >= judged.term.due


def _superseded(view: View, judged: Judged, said: TouchWithheld) -> bool:
    policy, today = judged.term.policy, view.calendar.local_date(said.at)
    later = policy.steps[policy.steps.index(judged.step) + 1 :]
    reached = _level_before(view, said.at)
    return any(
        one.action == "touch"
        and one.channel == judged.step.channel
        and one.level <= max(judged.step.level, reached)
        and one.scheduled_on(judged.term.due, view.calendar) <= today
        for one in later
    )


def _unapproved(view: View, judged: Judged, said: TouchWithheld) -> bool:
    calendar, step = view.calendar, judged.step.id
    asked = [
        calendar.local_date(one.at)
        for one in view.life.work
        if one.step == step and one.what == "approve" and one.at <= said.at
    ]
    given = any(one.step == step and one.at < said.at for one in view.life.approvals)
    if not asked or given:
        return False
    days = judged.term.policy.approval_business_days
    return calendar.local_date(said.at) >= calendar.business_days_after(max(asked), days)


def _declined(_: View, __: Judged, said: TouchWithheld) -> bool:
    return said.by not in ("", "duncan", "import")


def _no_contact(view: View, judged: Judged, said: TouchWithheld) -> bool:
    return any(not view.known.reachable_at(one, said.at) for one in _channels(view, judged, said))


def _no_consent(view: View, judged: Judged, said: TouchWithheld) -> bool:
    reachable = view.known.reachable_at("sms", said.at)
    agreed = any(view.known.agreed_at(one, said.at) for one in reachable)
    return "sms" in _channels(view, judged, said) and not agreed


def _channels(view: View, judged: Judged, said: TouchWithheld) -> set[str]:
    """The step's own channel, and those of the next level where that comes first."""
    step, reached = judged.step, _level_before(view, said.at)
    ways = {step.channel, step.otherwise} - {""}
    if step.level > reached + 1:
        touches = (one for one in judged.term.policy.steps if one.action == "touch")
        ways |= {one.channel for one in touches if one.level == reached + 1}
    return ways


def _provider_failed(view: View, judged: Judged, said: TouchWithheld) -> bool:
    tries = [
        one
        for one in view.life.touches
        if one.fact.step == judged.step.id and one.settled_at and one.settled_at <= said.at
    ]
    failed = [one for one in tries if one.state == "bounced" and one.retry_at]
    return sum(one.state == "refused" for one in tries) >= REFUSALS or len(failed) >= FAILURES


def _refused(view: View, judged: Judged, said: TouchWithheld) -> bool:
    return any(
        one.fact.step == judged.step.id and not one.counts and one.fact.at <= said.at
        for one in view.life.touches
    )


def _no_broken_promise(view: View, judged: Judged, said: TouchWithheld) -> bool:
    return judged.step.condition == "broken_promise" and not has_broken_promise(
        view, said.at, judged.term.policy
    )


def has_broken_promise(view: View, at: datetime, policy: Policy) -> bool:
    """Whether the latest promise that stands was broken by the moment."""
    standing = view.life.standing
    pledges = standing.pledges if standing else []
    known = [one for one in pledges if one.fact.at < at and not one.lifted]
    if not known:
        return False
    latest = known[-1]
    if at < promise_ends(latest.fact.promised_on, view.calendar, policy):
        return False
    return latest.outcome not in ("kept", "void")


def _level_before(view: View, at: datetime) -> int:
    made = (one.fact.level for one in view.life.touches if one.fact.at <= at and one.counts)
    return max(made, default=0)


_GROUNDS: Mapping[str, Callable[[View, Judged, TouchWithheld], bool]] = {
    "EXPIRED": _expired,
    "SUPERSEDED": _superseded,
    "NO_APPROVAL": _unapproved,
    "DECLINED": _declined,
    "NO_CONTACT": _no_contact,
    "NO_CONSENT": _no_consent,
    "PROVIDER_FAIL": _provider_failed,
    "REFUSED": _refused,
    "NO_BROKEN_PROMISE": _no_broken_promise,
}
