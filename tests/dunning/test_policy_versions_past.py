"""A change never rewrites the past, whatever people do in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from dunning.audit.timeline import Timeline, reigns_of
from dunning.may import NotAllowed
from dunning.may_policy import may_activate, may_approve, may_roll_back, may_withdraw
from dunning.policy_version_facts import (
    PolicyActivated,
    PolicyAdopted,
    PolicyApproved,
    PolicyDrafted,
    PolicyRolledBack,
    PolicySimulated,
    PolicyVersionFact,
    PolicyWithdrawn,
)
from dunning.policy_versions import NOTICE, fold_versions, in_force
from tests.dunning.audit.auditing import TERMS

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = ("ada", "bea", "Ada ")


def happening(random: Random, known: list[PolicyVersionFact], now: datetime) -> PolicyVersionFact:
    """Something a person tries with a version. Raises NotAllowed when the rules say no."""
    versions, by = fold_versions(known), random.choice(PEOPLE)
    one, new = random.choice(versions), len(versions) + 1
    current = in_force(versions, now)
    assert current is not None
    match random.choice(["draft", "simulate", "approve", "activate", "withdraw", "back"]):
        case "draft":
            content = f"content {random.randrange(4)}"
            return PolicyDrafted(
                at=now, by=by, version=new, content=content, based_on=current.version
            )
        case "simulate":
            return _simulated(one.version, current.version, by, now)
        case "approve":
            may_approve(one, by)
            return PolicyApproved(at=now, by=by, version=one.version)
        case "activate":
            may_activate(versions, one, now)
            moment = now + NOTICE + timedelta(hours=random.choice((0, 30)))
            return PolicyActivated(
                at=now, by=by, version=one.version, effective_at=moment, first_wave=1
            )
        case "withdraw":
            may_withdraw(one, now)
            return PolicyWithdrawn(at=now, by=by, version=one.version, reason="x")
        case _:
            before = may_roll_back(versions, now)
            return PolicyRolledBack(
                at=now,
                by=by,
                version=new,
                content=before.content,
                restores=before.version,
                effective_at=now + NOTICE,
                reason="x",
            )


def _simulated(version: int, against: int, by: str, now: datetime) -> PolicySimulated:
    return PolicySimulated(
        at=now,
        by=by,
        version=version,
        against=against,
        as_of=now,
        days=1,
        touches=0,
        touches_before=0,
        newly_contacted=0,
        levels_skipped=0,
        result="",
    )


def content_at(known: list[PolicyVersionFact], at: datetime) -> tuple[int, str]:
    """What decided at a moment, by what is known."""
    found = in_force(fold_versions(known), at)
    assert found is not None
    return found.version, found.content


@given(st.integers(0, 2**32))
def test_what_was_in_force_stays_so_and_the_auditor_reads_the_same(seed: int) -> None:
    random, now = Random(seed), START
    known: list[PolicyVersionFact] = [
        PolicyAdopted(at=START, by="duncan", version=1, content="content 0")
    ]
    seen: dict[datetime, tuple[int, str]] = {}
    for _ in range(60):
        now += timedelta(minutes=random.choice((1, 30, 600)))
        seen[now] = content_at(known, now)
        try:
            known.append(happening(random, known, now))
        except NotAllowed:
            continue
    timeline = Timeline([(reign, TERMS) for reign in reigns_of(known)])

    for at, before in seen.items():
        reign = timeline.reign_at(at)
        assert content_at(known, at) == before
        assert reign is not None
        assert (reign.version, reign.content) == before
