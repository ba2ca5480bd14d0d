"""How often and when a customer may hear from us: the guards of days, caps and hours."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dunning.at_the_door import AtTheDoor, Objection, RecentTouch
from dunning.steps import PROMISE_NOTE, SendInvoice, SendTouch


def over_cap(door: AtTheDoor) -> Objection | None:
    """Rolling windows over messages, per channel and over all channels together."""
    now, policy = door.situation.now, door.situation.policy
    for name in (door.touch.channel, "all"):
        moments = [one.at for one in door.recent if name in ("all", one.channel)]
        for cap in policy.caps.get(name, ()):
            free_at = _free_at(moments, cap.count, timedelta(days=cap.days), now)
            if free_at:
                why = f"{name}: {cap.count} in {cap.days} days is the policy's cap"
                return Objection("CAP", why, free_at)
    return None


def _free_at(
    moments: list[datetime], count: int, span: timedelta, now: datetime
) -> datetime | None:
    """When the oldest of the last `count` touches leaves the window, if that is still ahead."""
    within = sorted(moment for moment in moments if moment > now - span)
    return within[-count] + span if len(within) >= count else None


def too_soon(door: AtTheDoor) -> Objection | None:
    """Days between two messages of a channel to one customer, counted in the recipient's dates."""
    if isinstance(door.touch, SendTouch) and (door.touch.requested or _is_note(door.touch)):
        return None
    calendar, channel = door.situation.calendar, door.touch.channel
    gap = door.situation.policy.days_between_touches.get(channel, 0)
    # A note about a promise keeps no letter about its breach away.
    known = [one for one in door.recent if one.channel == channel and not _is_note(one)]
    days = [calendar.local_date(one.at) for one in known]
    if not days or isinstance(door.touch, SendInvoice):
        return None
    free_on = max(days) + timedelta(days=gap)
    if free_on <= door.situation.today:
        return None
    return Objection(
        "MIN_INTERVAL",
        f"the last {channel} is less than {gap} days old",
        calendar.moment(free_on, time(0)),
    )


def _is_note(message: SendTouch | RecentTouch) -> bool:
    return message.letter == PROMISE_NOTE


def slot_taken(door: AtTheDoor) -> Objection | None:
    """One message a day on a channel."""
    if not door.slot_taken:
        return None
    situation = door.situation
    tomorrow = situation.start_of(situation.today + timedelta(days=1))
    return Objection("CAP", "the customer has another message on this channel today", tomorrow)


def outside_window(door: AtTheDoor) -> Objection | None:
    """Only while people work where the recipient lives."""
    situation = door.situation
    window = situation.policy.windows[door.touch.channel]
    if situation.calendar.is_open(window, situation.now):
        return None
    until = situation.calendar.next_opening(window, situation.today, situation.now, situation.slot)
    return Objection("QUIET", "outside the recipient's sending window", until)
