"""Turns: what waits in a queue is done for one customer after the other, however much each has."""

from __future__ import annotations

from hashlib import sha256

from temporalio.common import Priority

_DIGITS = 16


def turn_of(customer: str) -> Priority:
    """The place of a customer's cases in Temporal's queues; it does not show who it is.

    Servers without fairness ignore it: there, who comes first is served first.
    """
    return Priority(fairness_key=sha256(customer.encode()).hexdigest()[:_DIGITS])
