"""Ways: the channel on which a step reaches the customer, its own or else the other one."""

from __future__ import annotations

from dunning.customer import Customer
from dunning.policy import CadenceStep
from dunning.situation import Situation

# Code of a step that failed on its own channel and goes by the other one.
OTHER_CHANNEL = "OTHER_CHANNEL"


def way_of(situation: Situation, step: CadenceStep, spoken: CadenceStep) -> str:
    """The channel for the words of `spoken` when `step` comes up."""
    own, other = spoken.channel, spoken.otherwise
    if not other or not can_reach(situation.customer, spoken.to, other):
        return own
    left = left_channel(situation, step.id) == own
    return other if left or not can_reach(situation.customer, spoken.to, own) else own


def other_way(situation: Situation, step: str, channel: str) -> str:
    """The channel left for a step that failed for good on this one; empty when there is none."""
    named = situation.policy.step(step)
    if named is None or named.channel != channel or left_channel(situation, step):
        return ""
    reaches = named.otherwise and can_reach(situation.customer, named.to, named.otherwise)
    return named.otherwise if reaches else ""


def left_channel(situation: Situation, step: str) -> str:
    """The step's own channel, once it was given up for the other one; until then empty."""
    case = situation.case
    if case.latest_withheld(step) is None:
        return ""
    gone = any((o.step, o.code) == (step, OTHER_CHANNEL) for o in case.withheld)
    named = situation.policy.step(step) if gone else None
    return named.channel if named else ""


def can_reach(customer: Customer, role: str, channel: str) -> bool:
    """Whether somebody of the customer may be written to on the channel."""
    contact = customer.contact_for(role, channel)
    return contact is not None and (channel != "sms" or contact.sms_consent)
