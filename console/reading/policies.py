"""Versions of the policies as the desk shows them: what changes, and what a simulation says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from activities.policies import Policies
from activities.policy_content import digest_of
from activities.policy_versions import PolicyVersions
from commands.policies.diff import differences, line_by_line
from console.bars import Bars, bars_of
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy
from dunning.policy_version_facts import PolicySimulated
from ledger.books import Books
from ledger.policy_versions import kept_contents

# A page shows as many; the export has everything.
MOST_LINES, MOST_SENTENCES, MOST_CUSTOMERS = 600, 300, 200


@dataclass(frozen=True)
class Difference:
    """What changes from one version to another: in sentences, and line by line with its kind."""

    against: int
    sentences: Sequence[str]
    lines: Sequence[tuple[str, str]]
    more: int


@dataclass(frozen=True)
class Outcome:
    """A kept simulation: messages a day under both, and customers who hear newly or sooner."""

    fact: PolicySimulated
    per_day: Mapping[str, Mapping[str, int]]
    chart: Bars
    newly: Sequence[str]

    @property
    def change(self) -> int:
        """How many messages more, or fewer."""
        return self.fact.touches - self.fact.touches_before


def difference(versions: PolicyVersions, old: int, new: int) -> Difference:
    """What changes from one version to another. Raises NotAllowed for an unknown one."""
    files = versions.files(old), versions.files(new)
    told = differences(_loaded(versions, old), _loaded(versions, new), files)
    lines = line_by_line(*files).splitlines()
    marked = [(_mark(line), line) for line in lines[:MOST_LINES]]
    return Difference(old, told[:MOST_SENTENCES], marked, max(0, len(lines) - MOST_LINES))


def outcome_of(books: Books, fact: PolicySimulated) -> Outcome:
    """The kept result of a simulation. Raises NotAllowed when it is not what was kept."""
    content = kept_contents(books.connection, [fact.result]).get(fact.result, b"")
    if digest_of(content) != fact.result:
        raise NotAllowed("The simulation's result was tampered with; simulate the version again.")
    told: dict[str, Any] = json.loads(content)
    per_day = told["per_day"]
    groups = [(day[5:], [both["against"], both["policy"]]) for day, both in per_day.items()]
    return Outcome(fact, per_day, bars_of(groups), told["newly_contacted"])


def _loaded(versions: PolicyVersions, version: int) -> Policies:
    try:
        return versions.load(version).policies
    except InvalidPolicy:
        raise NotAllowed(f"Version {version} cannot be read by this release.") from None


def _mark(line: str) -> str:
    if line.startswith(("---", "+++")):
        return "file"
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return kinds.get(line[:1], "")
