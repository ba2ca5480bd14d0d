"""The gate every touch passes at the moment of sending, against fresh books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import TypeGuard

from dunning.at_the_door import AtTheDoor, Objection
from dunning.holds import broken_promise
from dunning.next_step import plan
from dunning.policy import CadenceStep
from dunning.steps import SendInvoice, SendTouch, Speak, Step

Guard = Callable[[AtTheDoor], Objection | None]
# So many refusals of one step, and people look at it.
REFUSALS = 10


def first_objection(door: AtTheDoor) -> Objection | None:
    """The first guard that objects, or None: then the touch may be claimed."""
    return _no_longer_planned(door) or objection_of_invoice(door) or _first(OF_THE_CUSTOMER, door)


def objection_of_invoice(door: AtTheDoor) -> Objection | None:
    """What speaks against this invoice's own part in a message, whoever claims it."""
    return _first(OF_THE_INVOICE, door)


def _first(guards: tuple[Guard, ...], door: AtTheDoor) -> Objection | None:
    return next((objection for guard in guards if (objection := guard(door))), None)


def _no_longer_planned(door: AtTheDoor) -> Objection | None:
    """Paid, paused, promised, disputed or covered since, or not due yet: the plan has changed."""
    planned, now = plan(door.situation).step, door.situation.now
    if not is_same_touch(planned, door.touch):
        return Objection("REPLANNED", planned.why, now)
    if planned.at > now:
        return _outside_window(door) or Objection("NOT_DUE", planned.why, planned.at)
    return None


def _contact_missing(door: AtTheDoor) -> Objection | None:
    customer, touch = door.situation.customer, door.touch
    contact = customer.contact_for(touch.to, touch.channel)
    if contact is None:
        return Objection("NO_CONTACT", f"nobody of the customer can be reached by {touch.channel}")
    if touch.channel == "sms" and not contact.sms_consent:
        return Objection("NO_CONSENT", "no recorded consent to text messages")
    return None


def _refused_too_often(door: AtTheDoor) -> Objection | None:
    """What the provider keeps refusing becomes people's work instead of another try."""
    refused = [
        touch
        for touch in door.situation.case.touches
        if touch.step == door.touch.step and touch.state == "refused"
    ]
    if len(refused) < REFUSALS:
        return None
    return Objection("PROVIDER_FAIL", f"the provider refused it {len(refused)} times")


def _condition_unmet(door: AtTheDoor) -> Objection | None:
    step = _policy_step(door)
    match step.condition if step else "":
        case "no_open_reminder" if door.has_open_reminder:
            return Objection("OPEN_REMINDER", "an overdue reminder is open with this customer")
        case "broken_promise" if broken_promise(door.situation) is None:
            return Objection("NO_BROKEN_PROMISE", "the policy sends this after a broken promise")
        case _:
            return None


def _too_little_owed(door: AtTheDoor) -> Objection | None:
    if isinstance(door.touch, SendInvoice):
        return None
    least = door.situation.policy.minimum(door.worth.currency, _policy_step(door))
    if door.worth >= least:
        return None
    return Objection("MIN_AMOUNT", f"{door.worth} is below the policy's minimum of {least}")


def _over_cap(door: AtTheDoor) -> Objection | None:
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


def _too_soon(door: AtTheDoor) -> Objection | None:
    """Days between two messages of a channel to one customer, counted in the recipient's dates."""
    if isinstance(door.touch, SendTouch) and door.touch.requested:
        return None
    calendar, channel = door.situation.calendar, door.touch.channel
    gap = door.situation.policy.days_between_touches.get(channel, 0)
    days = [calendar.local_date(one.at) for one in door.recent if one.channel == channel]
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


def _slot_taken(door: AtTheDoor) -> Objection | None:
    if not door.slot_taken:
        return None
    situation = door.situation
    tomorrow = situation.start_of(situation.today + timedelta(days=1))
    return Objection("CAP", "the customer already has a message on this channel today", tomorrow)


def _outside_window(door: AtTheDoor) -> Objection | None:
    situation = door.situation
    window = situation.policy.windows[door.touch.channel]
    if situation.calendar.is_open(window, situation.now):
        return None
    until = situation.calendar.next_opening(window, situation.today, situation.now, situation.slot)
    return Objection("QUIET", "outside the recipient's sending window", until)


# Order matters: what makes the touch pointless comes before what only moves it.
OF_THE_INVOICE: tuple[Guard, ...] = (
    _contact_missing,
    _refused_too_often,
    _condition_unmet,
    _too_little_owed,
)
# These hold for every invoice of the customer alike.
OF_THE_CUSTOMER: tuple[Guard, ...] = (_slot_taken, _over_cap, _too_soon, _outside_window)


def is_same_touch(planned: Step, touch: Speak) -> TypeGuard[Speak]:
    """Whether a fresh plan still is this touch, whatever its moment."""
    if not isinstance(planned, SendTouch | SendInvoice):
        return False
    return (planned.step, planned.channel, planned.level) == (
        touch.step,
        touch.channel,
        touch.level,
    )


def _policy_step(door: AtTheDoor) -> CadenceStep | None:
    return door.situation.policy.step(door.touch.step)
