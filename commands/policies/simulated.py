"""A version played against the ledger and compared with the one in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from activities.planning import Planner
from activities.policy_content import digest_of
from commands.simulation.outcome import Outcome
from commands.simulation.simulation import VERSION, Progress, Question, simulated
from dunning.may import NotAllowed
from dunning.policy_version_facts import PolicySimulated
from ledger.ledger import Ledger
from ledger.policy_versions import kept_contents

# How a question is played: by this process alone or by several.
Playing = Callable[[Question], Outcome]


@dataclass(frozen=True)
class Simulated:
    """What a simulation came to; `content` is kept, and its SHA-256 stands in the fact."""

    version: int
    against: int
    as_of: datetime
    days: int
    touches: int
    touches_before: int
    per_day: Mapping[str, Mapping[str, int]]
    newly_contacted: tuple[str, ...]
    levels_skipped: int

    @property
    def content(self) -> bytes:
        """The result as it is kept: canonical JSON."""
        told = {
            "version": self.version,
            "against": self.against,
            "as_of": self.as_of.isoformat(),
            "days": self.days,
            "touches": self.touches,
            "touches_before": self.touches_before,
            "per_day": self.per_day,
            "newly_contacted": self.newly_contacted,
            "levels_skipped": self.levels_skipped,
        }
        return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    def fact(self, by: str, now: datetime) -> PolicySimulated:
        """The fact that it was simulated."""
        return PolicySimulated(
            at=now,
            by=by,
            version=self.version,
            against=self.against,
            as_of=self.as_of,
            days=self.days,
            touches=self.touches,
            touches_before=self.touches_before,
            newly_contacted=len(self.newly_contacted),
            levels_skipped=self.levels_skipped,
            result=digest_of(self.content),
        )


def simulate_version(
    planner: Planner, version: int, now: datetime, days: int, play: Playing
) -> Simulated:
    """The version against the one in force, from now on. Raises NotAllowed."""
    assert planner.versions is not None, "only versions that are kept are simulated"
    against = planner.versions.in_force(now).version
    asked = Question(f"{VERSION}{version}", f"{VERSION}{against}", now, days)
    mine, before = play(asked).sums
    a_day, a_day_before = mine.a_day(), before.a_day()
    return Simulated(
        version=version,
        against=against,
        as_of=now,
        days=days,
        touches=mine.touches,
        touches_before=before.touches,
        per_day={
            day: {"policy": a_day[day], "against": a_day_before[day]}
            for day in sorted(a_day.keys() | a_day_before.keys())
        },
        newly_contacted=tuple(sorted(mine.sooner)),
        levels_skipped=mine.levels_skipped,
    )


def alone(ledger: Ledger, planner: Planner, progress: Progress) -> Playing:
    """Playing in this process, which may have other threads."""
    return lambda asked: simulated(ledger, planner, asked, progress, keeps_rows=False)


def read_result(ledger: Ledger, digest: str) -> tuple[str, ...]:
    """The customers a kept result says are newly contacted. Raises NotAllowed when it changed."""
    with ledger.reading() as books:
        content = kept_contents(books.connection, [digest]).get(digest, b"")
    if digest_of(content) != digest:
        raise NotAllowed("The simulation's result was tampered with; simulate the version again.")
    return tuple(json.loads(content)["newly_contacted"])
