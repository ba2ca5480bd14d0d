"""The gate every touch passes at the moment of sending, against fresh books."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeGuard

from dunning.at_the_door import AtTheDoor, Objection
from dunning.holds import broken_promise
from dunning.next_step import plan
from dunning.policy import CadenceStep
from dunning.spacing import outside_window, over_cap, slot_taken, too_soon
from dunning.steps import SendInvoice, SendTouch, Speak, Step

Guard = Callable[[AtTheDoor], Objection | None]
# So many refusals of one step, or messages of it that did not arrive, and people look at it.
REFUSALS, FAILURES = 10, 3


def first_objection(door: AtTheDoor) -> Objection | None:
    """The first guard that objects, or None: then the touch may be claimed."""
    return _first(GATE.values(), door)


def objection_of_invoice(door: AtTheDoor) -> Objection | None:
    """What speaks against this invoice's own part in a message, whoever claims it."""
    return _first(OF_THE_INVOICE, door)


def passed_guards() -> tuple[str, ...]:
    """The guards a claimed touch has passed, in their order, as its case keeps them."""
    return tuple(GATE)


def _first(guards: Iterable[Guard], door: AtTheDoor) -> Objection | None:
    return next((objection for guard in guards if (objection := guard(door))), None)


def _no_longer_planned(door: AtTheDoor) -> Objection | None:
    """Paid, paused, promised, disputed or covered since, or not due yet: the plan has changed."""
    planned, now = plan(door.situation).step, door.situation.now
    if not is_same_touch(planned, door.touch):
        return Objection("REPLANNED", planned.why, now)
    if planned.at > now:
        return outside_window(door) or Objection("NOT_DUE", planned.why, planned.at)
    return None


def _covered_by_credit(door: AtTheDoor) -> Objection | None:
    """Nobody is reminded of money that lies here already and only has to be applied."""
    if isinstance(door.touch, SendInvoice) or not door.credit or door.credit < door.worth:
        return None
    situation = door.situation
    tomorrow = situation.start_of(situation.calendar.business_days_after(situation.today, 1))
    why = f"{door.credit} of the customer's money is not applied yet; {door.worth} is owed"
    return Objection("CREDIT_COVERS", why, tomorrow)


def _contact_missing(door: AtTheDoor) -> Objection | None:
    customer, touch = door.situation.customer, door.touch
    contact = customer.contact_for(touch.to, touch.channel)
    if contact is None:
        return Objection("NO_CONTACT", f"nobody of the customer can be reached by {touch.channel}")
    if touch.channel == "sms" and not contact.sms_consent:
        return Objection("NO_CONSENT", "no recorded consent to text messages")
    return None


def _refused_too_often(door: AtTheDoor) -> Objection | None:
    """What never arrives becomes people's work instead of another try."""
    mine = door.touch.step, door.touch.channel
    tries = [one for one in door.situation.case.touches if (one.step, one.channel) == mine]
    refused = sum(touch.state == "refused" for touch in tries)
    failed = sum(touch.state == "bounced" and touch.retry_at is not None for touch in tries)
    if refused >= REFUSALS:
        return Objection("PROVIDER_FAIL", f"the provider refused it {refused} times")
    if failed >= FAILURES:
        return Objection("PROVIDER_FAIL", f"it did not arrive {failed} times")
    return None


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


# The order in which reasons count. Being planned says that books are fresh and the channel
# open, that the case is open and nothing holds it, that the level is right and was approved.
GATE: Mapping[str, Guard] = {
    "planned": _no_longer_planned,
    "credit": _covered_by_credit,
    "contact": _contact_missing,
    "refusals": _refused_too_often,
    "slot": slot_taken,
    "caps": over_cap,
    "window": outside_window,
    "interval": too_soon,
    "minimum": _too_little_owed,
    "condition": _condition_unmet,
}
# What the invoice's own policy and history say; the others hold for all of the customer alike.
OF_THE_INVOICE: tuple[Guard, ...] = (
    _contact_missing,
    _refused_too_often,
    over_cap,
    too_soon,
    _too_little_owed,
    _condition_unmet,
)


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
