"""What an audit counts: how much each test checked, what it found, and the score of the steps."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dunning.audit.account import Period
from dunning.audit.finding import TITLES, Finding

# Why a test may have had nothing to look at.
NOTHING = "there was nothing of the kind in the period"
SCORED = ("on_time", "late", "early", "explained", "missed", "extra", "duplicate")
# What is listed of one kind at most, besides findings.
MOST_LISTED = 1000
# So many findings of a test are held, the first in their order; all of them are counted.
MOST_HELD = 20_000
_ROOM = 100_000


@dataclass
class Tally:
    """Counts and findings of a period; what has a day outside of it is another audit's."""

    period: Period
    checked: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    # The stamps of what is not held any more, by test; and at how many findings to look again.
    left_out: dict[str, set[int]] = field(default_factory=dict)
    room: int = _ROOM
    score: Counter[str] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    days_late: Counter[int] = field(default_factory=Counter)
    population: Counter[str] = field(default_factory=Counter)
    # Of whom (a segment, a collector) how many invoices, touches and times spared there are.
    treated: Counter[tuple[str, str]] = field(default_factory=Counter)
    # What tests list without judging it: pauses, overrides, latency.
    listed: dict[str, list[str]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def check(self, test: str, day: date) -> None:
        """Count one more thing that a test looked at, if its day belongs to the period."""
        self.checked[test] += self.period.has(day)

    def find(  # noqa: PLR0913, PLR0917 - the fields of a finding
        self,
        test: str,
        code: str,
        invoice: str,
        customer: str,
        since: date | None,
        subject: str,
        detail: str,
    ) -> None:
        """Note a finding, unless it is about a day outside the period."""
        if since is not None and not self.period.has(since):
            return
        self.findings.append(Finding(test, code, invoice, customer, since, subject, detail))
        if len(self.findings) >= self.room:
            self.hold_the_first()
            self.room = len(self.findings) + _ROOM

    def list_of(self, test: str, line: str) -> None:
        """List something that is worth looking at and no finding."""
        self._list(test, [line])

    def add(self, other: Tally) -> None:
        """Take in what was counted and found elsewhere in the same period."""
        for mine, its in (
            (self.checked, other.checked),
            (self.score, other.score),
            (self.explained, other.explained),
            (self.population, other.population),
        ):
            mine.update(its)
        self.days_late.update(other.days_late)
        self.treated.update(other.treated)
        self.findings += other.findings
        for test, stamps in other.left_out.items():
            self.left_out.setdefault(test, set()).update(stamps)
        for test, lines in other.listed.items():
            self._list(test, lines)

    def _list(self, test: str, lines: list[str]) -> None:
        """Keep the first so many in their order: of a million customers nobody reads all."""
        known = self.listed.setdefault(test, [])
        known += lines
        if len(known) > 4 * MOST_LISTED:
            self.listed[test] = sorted(known)[:MOST_LISTED]

    def hold_the_first(self) -> None:
        """Keep the first findings of each test, in their order, and the stamps of the others."""
        held: list[Finding] = []
        for test, found in _by_test(self.sorted_findings()).items():
            held += found[:MOST_HELD]
            if left := found[MOST_HELD:]:
                self.left_out.setdefault(test, set()).update(one.stamp for one in left)
        self.findings = held

    def sorted_findings(self) -> list[Finding]:
        """Every finding once, in the order of tests and invoices."""
        return sorted(set(self.findings), key=lambda one: one.order)


@dataclass(frozen=True)
class TestResult:
    """One test: what it is called, how much it checked and what it found.

    Where `found` are more than the `findings` held, `of_all` is the SHA-256 of the stamps of all.
    """

    __test__ = False  # Nothing for pytest to collect.

    id: str
    title: str
    checked: int
    findings: tuple[Finding, ...]
    found: int
    of_all: str = ""
    reason: str = ""
    listed: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it found nothing."""
        return not self.findings


def results(tally: Tally) -> list[TestResult]:
    """Every test in its order, those that had nothing to check with the reason."""
    tally.hold_the_first()
    held = _by_test(tally.findings)
    return [
        TestResult(
            test,
            title,
            tally.checked[test],
            findings=(found := tuple(held.get(test, ()))),
            found=len(found) + len(tally.left_out.get(test, ())),
            of_all=_of_all(found, tally.left_out.get(test, set())),
            reason="" if tally.checked[test] else tally.reasons.get(test, NOTHING),
            listed=tuple(sorted(tally.listed.get(test, ()))[:MOST_LISTED]),
        )
        for test, title in TITLES.items()
    ]


def lateness(tally: Tally) -> dict[str, Any]:
    """Median, 95th percentile and maximum of the business days that nothing excuses."""
    days = sorted(tally.days_late.elements())
    if not days:
        return {"p50": 0, "p95": 0, "max": 0, "steps": 0}
    last = len(days) - 1
    return {
        "p50": days[last // 2],
        "p95": days[-(-last * 95 // 100)],
        "max": days[-1],
        "steps": len(days),
    }


def _by_test(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.test, []).append(one)
    return found


def _of_all(held: Iterable[Finding], left_out: set[int]) -> str:
    if not left_out:
        return ""
    digest = hashlib.sha256()
    for stamp in sorted(left_out.union(one.stamp for one in held)):
        digest.update(stamp.to_bytes(8))
    return digest.hexdigest()
