"""Ways: the channel on which a step reaches the customer, its own or else the other one."""

from __future__ import annotations

from datetime import datetime

from dunning.case import Case
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
    leads_nowhere = switched_at(situation.case, step.id) or not can_reach(
        situation.customer, spoken.to, own
    )
    return other if leads_nowhere else own


def other_way(situation: Situation, step: str, channel: str) -> str:
    """The channel left for a step that failed for good on this one; empty when there is none."""
    named = situation.policy.step(step)
    if named is None or named.channel != channel or switched_at(situation.case, step):
        return ""
    reaches = named.otherwise and can_reach(situation.customer, named.to, named.otherwise)
    return named.otherwise if reaches else ""


def switched_at(case: Case, step: str) -> datetime | None:
    """When the step was given up on its own channel, to go by the other one."""
    moments = (o.at for o in case.withheld if (o.step, o.code) == (step, OTHER_CHANNEL))
    return next(moments, None)


def can_reach(customer: Customer, role: str, channel: str) -> bool:
    """Whether somebody of the customer may be written to on the channel."""
    contact = customer.contact_for(role, channel)
    return contact is not None and (channel != "sms" or contact.sms_consent)
