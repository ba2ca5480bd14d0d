"""What may be done with a version of the policies; refusals are worded for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from dunning.may import NotAllowed
from dunning.policy_versions import NOTICE, PolicyVersion, in_force, scheduled

# A simulation says little about a ledger that has moved on for longer.
SIMULATION_LASTS = timedelta(days=1)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however they were typed."""
    return one.strip().casefold() == other.strip().casefold()


def may_approve(one: PolicyVersion, by: str) -> None:
    """Raises NotAllowed unless the version waits for approval, by another than its author."""
    _is_draft(one)
    if one.approved_by:
        raise NotAllowed(f"Version {one.version} was approved by {one.approved_by} already.")
    if same_person(one.author, by):
        raise NotAllowed(f"{by} wrote version {one.version}; another person has to approve it.")


def may_activate(versions: Sequence[PolicyVersion], one: PolicyVersion, now: datetime) -> None:
    """Raises NotAllowed unless it was approved, simulated today, and nothing else is scheduled."""
    _is_draft(one)
    name, now_in_force = f"Version {one.version}", in_force(versions, now)
    if not one.approved_by:
        raise NotAllowed(f"{name} was not approved yet (duncan policy approve {one.version}).")
    _nothing_is_scheduled(versions, now)
    again = f"duncan policy simulate {one.version}"
    if one.simulated is None:
        raise NotAllowed(f"{name} was not simulated on this ledger yet ({again}).")
    if now - one.simulated.at > SIMULATION_LASTS:
        raise NotAllowed(f"{name} was simulated more than a day ago; do it again ({again}).")
    if now_in_force and one.simulated.against != now_in_force.version:
        against = f"compared with version {one.simulated.against}, which is no longer in force"
        raise NotAllowed(f"{name} was {against}; simulate it again ({again}).")


def may_withdraw(one: PolicyVersion, now: datetime) -> None:
    """Raises NotAllowed once the version is in force, or will be within a minute."""
    if one.withdrawn_by:
        raise NotAllowed(f"Version {one.version} was withdrawn by {one.withdrawn_by} already.")
    if one.effective_at and one.effective_at <= now + NOTICE:
        raise NotAllowed(f"Version {one.version} is in force; the way back is a rollback.")


def may_roll_back(versions: Sequence[PolicyVersion], now: datetime, to: int = 0) -> PolicyVersion:
    """The version whose content comes back: `to`, else the one in force before.

    Raises NotAllowed when it was never in force, or another version is scheduled.
    """
    _nothing_is_scheduled(versions, now)
    current = in_force(versions, now)
    begun = [v for v in versions if v.effective_at and v.effective_at <= now and not v.withdrawn_by]
    earlier = sorted((v for v in begun if v != current), key=lambda v: (v.effective_at, v.version))
    if to:
        earlier = [one for one in earlier if one.version == to]
    if not earlier:
        which = f"Version {to} was never in force" if to else "There is no earlier version"
        raise NotAllowed(f"{which}; there is nothing to go back to.")
    return earlier[-1]


def _is_draft(one: PolicyVersion) -> None:
    if one.withdrawn_by:
        raise NotAllowed(f"Version {one.version} was withdrawn by {one.withdrawn_by}.")
    if one.effective_at:
        raise NotAllowed(f"Version {one.version} was activated already.")


def _nothing_is_scheduled(versions: Sequence[PolicyVersion], now: datetime) -> None:
    waiting = scheduled(versions, now)
    if waiting and waiting.effective_at:
        moment = f"{waiting.effective_at:%Y-%m-%d %H:%M} UTC"
        withdraw = f"withdraw it first (duncan policy withdraw {waiting.version})"
        raise NotAllowed(f"Version {waiting.version} takes effect at {moment}; {withdraw}.")
