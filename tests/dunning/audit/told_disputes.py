"""Histories of disputes that nobody answers."""

from __future__ import annotations

from datetime import timedelta

from dunning.dispute_facts import CreditProposed, DisputeOpened, DisputeWaiting
from dunning.money import Money
from dunning.replacing import replace
from tests.dunning.audit.households import Household
from tests.dunning.audit.told_stories import DUE, happens, told


def disputed(*more: DisputeWaiting | CreditProposed) -> Household:
    """A dispute that nobody answers; more may be said of it two days later."""
    home, one = told()
    at = DUE
    opened = DisputeOpened(at=at, by="maria", dispute="I/1", reason="price")
    happens(home, one, at, opened)
    if more:
        later = at + timedelta(days=2)
        happens(home, one, later, *(replace(fact, at=later) for fact in more))
    home.until(at + timedelta(days=60))
    return home


def customers_turn() -> Household:
    """The customer was asked about its dispute, and never answers."""
    return disputed(DisputeWaiting(at=DUE, by="maria", dispute="I/1", on="customer"))


def credit_asked_for() -> Household:
    """Somebody proposes a credit, and nobody decides on it."""
    credit = Money(90_000, "EUR")
    asked = CreditProposed(at=DUE, by="maria", dispute="I/1", amount=credit, role="controller")
    return disputed(asked)
