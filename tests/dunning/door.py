"""A due reminder at the door: what the gate looks at, changed where a test needs it."""

from __future__ import annotations

from datetime import datetime

from dunning.at_the_door import AtTheDoor
from dunning.customer import Customer
from dunning.facts import InvoiceFact
from dunning.next_step import plan
from dunning.policy import Policy
from dunning.send_gate import first_objection
from dunning.steps import SendTouch
from tests.dunning.worlds import QUILL, STANDARD, at_the_door, case, done_until, moment, seen

NOON = moment("4 Jun 13:00")


def reminder_at_the_door(
    *history: InvoiceFact,
    now: datetime = NOON,
    policy: Policy = STANDARD,
    customer: Customer = QUILL,
    **changes: object,
) -> AtTheDoor:
    """The reminder of 4 June at the door, planned that morning."""
    known = case(*done_until("courtesy"))
    touch = plan(seen(known, moment("4 Jun 08:00"), policy, customer=customer)).step
    assert isinstance(touch, SendTouch)
    fresh = case(*done_until("courtesy"), *history)
    return at_the_door(seen(fresh, now, policy, customer=customer), touch, **changes)


def code_of(door: AtTheDoor) -> str:
    """The code of the first objection, or nothing."""
    objection = first_objection(door)
    return objection.code if objection else ""
