"""One fact of every kind about versions of policies."""

from __future__ import annotations

from datetime import timedelta

from dunning import policy_version_facts
from ledger.wire import AnyFact
from tests.ledger.entries import AT

VERSIONS: tuple[AnyFact, ...] = (
    policy_version_facts.PolicyAdopted(at=AT, by="duncan", version=1, content="ab" * 32, note="x"),
    policy_version_facts.PolicyDrafted(
        at=AT, by="ada", version=2, content="cd" * 32, based_on=1, note="sooner"
    ),
    policy_version_facts.PolicySimulated(
        at=AT,
        by="ada",
        version=2,
        against=1,
        as_of=AT,
        days=14,
        touches=5,
        touches_before=4,
        newly_contacted=1,
        levels_skipped=0,
        result="ef" * 32,
    ),
    policy_version_facts.PolicyApproved(at=AT, by="bea", version=2, note="fine"),
    policy_version_facts.PolicyActivated(
        at=AT,
        by="bea",
        version=2,
        effective_at=AT + timedelta(minutes=1),
        first_wave=1,
        waves=(policy_version_facts.Wave(7, AT), policy_version_facts.Wave(2**32, AT)),
    ),
    policy_version_facts.PolicyWithdrawn(at=AT, by="ada", version=3, reason="a mistake"),
    policy_version_facts.PolicyRolledBack(
        at=AT,
        by="bea",
        version=4,
        content="ab" * 32,
        restores=1,
        effective_at=AT + timedelta(minutes=1),
        reason="too many calls",
    ),
    policy_version_facts.PolicyTookEffect(at=AT, by="duncan", version=2, cases=7),
)
