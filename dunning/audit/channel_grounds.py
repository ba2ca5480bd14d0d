"""What excuses a step by its channels: stopped, full for now, or nobody there to read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dunning.audit.life import Place
from dunning.audit.silence import excusing
from dunning.audit.view import EVERYTHING, View
from dunning.policy import Policy

AWAY = "AWAY"


def of_channel(view: View, place: Place, day: date) -> Iterator[str]:
    """The codes of what kept the channels closed that the step could take on the day."""
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
    step, policy = place.step, place.term.policy
    reached = view.reached_by(day)
    key = id(policy), step.id, reached if step.level > reached + 1 else -1
    if key not in view.ways:
        ways = {step.channel, step.otherwise}
        ways |= {one.fact.channel for one in view.life.touches if one.fact.step == step.id}
        if step.level > reached + 1:
            ways |= {one.channel for one in policy.steps if one.level == reached + 1}
        view.ways[key] = sorted(ways & policy.windows.keys())
    return view.ways[key]


def _full(view: View, policy: Policy, channel: str, day: date) -> list[str]:
    """Why the customer's messages leave no room for another; of all invoices, so kept."""
    kept, key = view.contacts.full, (id(policy), channel, day)
    if key not in kept:
        # With the policy, so that none that comes later has its identity.
        kept[key] = policy, list(_fullness(view, policy, channel, day))
    return kept[key][1]


def _fullness(view: View, policy: Policy, channel: str, day: date) -> Iterator[str]:
    if view.contacts.has(channel, day):
        yield "CAP"
    opening = view.calendar.moment(day, policy.windows[channel].opens)
    if view.contacts.over_cap(policy, channel, opening):
        yield "CAP"
    last = view.contacts.last_before(channel, opening)
    gap = policy.days_between_touches.get(channel, 0)
    if gap and last and day < view.calendar.local_date(last) + timedelta(days=gap):
        yield "MIN_INTERVAL"
