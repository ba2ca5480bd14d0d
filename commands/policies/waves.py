"""Waves: whom a new version newly contacts, spread over days, so many customers a day."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from dunning.policy_version_facts import Wave
from dunning.policy_versions import PLACES, place_of

# The moment at which a wave opens: so many business days after the version takes effect.
Opening = Callable[[datetime, int], datetime]


def waves_for(
    version: int,
    customers: Collection[str],
    at_once: int,
    effective_at: datetime,
    opening: Opening,
) -> tuple[Wave, ...]:
    """At most `at_once` of the customers a wave, in an order nobody chooses; none if all fit."""
    places = sorted(place_of(version, customer) for customer in customers)
    borders = [*places[at_once::at_once], PLACES]
    if len(borders) == 1:
        return ()
    return tuple(
        Wave(below, opening(effective_at, number) if number else effective_at)
        for number, below in enumerate(borders)
    )
