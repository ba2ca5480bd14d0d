"""Tests of what was asked for: a person's "send now", and the note before a promised day."""

from __future__ import annotations

from datetime import date, datetime, time

from dunning import touch_facts
from dunning.audit.follow_up import done_since
from dunning.audit.silence import Silence
from dunning.audit.standing import Pledge
from dunning.audit.tally import Tally
from dunning.audit.touch_policy import NOTE
from dunning.audit.view import EVERYTHING, View

# What is asked for after hours goes out on the next morning; so many business days are enough.
TOLERATED = 2
_MACHINES = ("", "duncan", "import")


def check_asked_for(view: View, tally: Tally) -> None:
    """A18: what a person had sent went out, or it was said why not; A22: notes on promises."""
    for fact in view.life.others:
        if isinstance(fact, touch_facts.SendRequested) and fact.by not in _MACHINES:
            _check_sent(view, fact, tally)
    pledges = view.life.standing.pledges if view.life.standing else []
    for number, pledge in enumerate(pledges, start=1):
        _check_note(view, number, pledge, tally)


def _check_sent(view: View, fact: touch_facts.SendRequested, tally: Tally) -> None:
    calendar = view.calendar
    first = calendar.local_date(fact.at)
    last = calendar.business_days_after(first, TOLERATED)
    stops = (one for mine in view.stops.values() for one in mine)
    if last >= view.today or any(_meets(one, first, last) for one in (*view.silences, *stops)):
        return
    tally.check("A18", first)
    if not any(first <= calendar.local_date(at) <= last for at in done_since(view.life, fact.at)):
        why = f"{fact.by} asked for the next letter, and by {last} nothing was sent or said"
        about = view.invoice, view.customer, first, "send_requested"
        tally.find("A18", "NOT_SENT", *about, why)


def _check_note(view: View, number: int, pledge: Pledge, tally: Tally) -> None:
    calendar, promised = view.calendar, pledge.fact
    day = calendar.business_days_after(promised.promised_on, -1)
    step = f"{NOTE}{number}"
    if not calendar.local_date(promised.at) < day < view.today or pledge.lifted:
        return
    if not _is_to_be_noted(view, day) or not view.known.reachable_at("email", _start(view, day)):
        return
    tally.check("A22", day)
    touched = any(one.fact.step == step for one in view.life.touches)
    if not touched and all(one.step != step for one in view.life.withheld):
        why = f"no note went out on the business day before {promised.promised_on}"
        tally.find("A22", "NO_NOTE", view.invoice, view.customer, day, step, why)


def _is_to_be_noted(view: View, day: date) -> bool:
    """Whether the policy has notes, and nothing but one promise kept the invoice that day."""
    policy = [one.policy for one in view.life.terms if one.since < day][-1]
    changed = any(one.since == day for one in view.life.terms)
    held = [one for one in view.silences if _meets(one, day, day)]
    stops = (one for name in (EVERYTHING, "email") for one in view.stops.get(name, ()))
    stopped = any(_meets(one, day, day) for one in stops)
    all_day = [one for one in held if one.first < day < one.last]
    promise_only = [one.code for one in held] == ["PROMISE"] == [one.code for one in all_day]
    return policy.promise.courtesy_note and promise_only and not changed and not stopped


def _meets(one: Silence, first: date, last: date) -> bool:
    return one.first <= last and first <= one.last


def _start(view: View, day: date) -> datetime:
    return view.calendar.moment(day, time(0))
