"""A version played against the ledger and compared with the one in force."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.planning import Planner
from activities.policy_content import digest_of
from commands.simulation.simulation import VERSION, simulate
from dunning.may import NotAllowed
from dunning.policy_version_facts import PolicySimulated
from ledger.ledger import Ledger
from ledger.policy_versions import kept_contents

# A step whose day passes because a later one is due: its level is never spoken.
SKIPPED = "SUPERSEDED"
Row = dict[str, Any]


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
    ledger: Ledger,
    planner: Planner,
    version: int,
    now: datetime,
    days: int,
    progress: Callable[[int, int], None],
) -> Simulated:
    """The version against the one in force, from now on. Raises NotAllowed."""
    assert planner.versions is not None, "only versions that are kept are simulated"
    against = planner.versions.in_force(now).version
    names = f"{VERSION}{version}", f"{VERSION}{against}"
    answer = simulate(ledger, planner, *names, now, days, progress)
    mine, diff = answer["touches"], answer["diff"]
    gone = {_key(row) for row in diff["only_policy"]}
    old = [*(row for row in mine if _key(row) not in gone), *diff["only_against"]]
    skipped = {(row["invoice"], row["step"]) for row in answer["withheld"] if _is_skipped(row)}
    return Simulated(
        version=version,
        against=against,
        as_of=now,
        days=days,
        touches=len(mine),
        touches_before=len(old),
        per_day=diff["per_day"],
        newly_contacted=tuple(_newly(mine, old)),
        levels_skipped=len(skipped),
    )


def read_result(ledger: Ledger, digest: str) -> tuple[str, ...]:
    """The customers a kept result says are newly contacted. Raises NotAllowed when it changed."""
    with ledger.reading() as books:
        content = kept_contents(books.connection, [digest]).get(digest, b"")
    if digest_of(content) != digest:
        raise NotAllowed("The simulation's result was tampered with; simulate the version again.")
    return tuple(json.loads(content)["newly_contacted"])


def _newly(mine: Iterable[Row], old: Iterable[Row]) -> list[str]:
    """Customers who hear earlier than they would have, or would not have heard at all."""
    now, before = _first_days(mine), _first_days(old)
    return sorted(one for one, day in now.items() if one not in before or day < before[one])


def _first_days(rows: Iterable[Row]) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        found[row["customer"]] = min(row["date"], found.get(row["customer"], row["date"]))
    return found


def _is_skipped(row: Row) -> bool:
    return bool(row["code"] == SKIPPED)


def _key(row: Row) -> str:
    return json.dumps(row, sort_keys=True, default=str)
