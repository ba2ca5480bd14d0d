"""What a tally lists and holds stays short, and is the same in whatever order and parts it came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from random import Random

import pytest

from dunning.audit.account import Period
from dunning.audit.tally import MOST_LISTED, Tally, TestResult, results

PERIOD = Period(date(2026, 1, 1), date(2026, 12, 31), datetime(2027, 1, 1, tzinfo=UTC))
LINES = [f"I-{number:05}: paused" for number in range(9 * MOST_LISTED)]


def listed(tally: Tally) -> list[str]:
    """What the test of pauses lists in the end."""
    return next(list(one.listed) for one in results(tally) if one.id == "A17")


def test_of_many_lines_the_first_are_listed_in_whatever_parts_they_came() -> None:
    shuffled = Random(7).sample(LINES, len(LINES))
    whole, parts = Tally(PERIOD), [Tally(PERIOD), Tally(PERIOD)]
    for number, line in enumerate(shuffled):
        whole.list_of("A17", line)
        parts[number % 2].list_of("A17", line)
    parts[0].add(parts[1])

    assert listed(whole) == listed(parts[0]) == LINES[:MOST_LISTED]


def test_a_tally_keeps_few_lines_of_many() -> None:
    tally = Tally(PERIOD)
    for line in LINES:
        tally.list_of("A17", line)

    assert len(tally.listed["A17"]) <= 4 * MOST_LISTED


def filled(order: Sequence[int], most: int, parts: int = 1) -> list[TestResult]:
    """The results of a tally that found these, one of them twice, in so many parts."""
    tallies = [Tally(PERIOD, room=most) for _ in range(parts)]
    for number in order:
        why = "was not carried out"
        day = date(2026, 3, 1)
        for _ in range(1 + (number == 5)):
            tallies[number % parts].find("A04", "MISSED", f"I-{number:04}", "C", day, "s", why)
    for other in tallies[1:]:
        tallies[0].add(other)
    return [one for one in results(tallies[0]) if one.id == "A04"]


def test_of_many_findings_the_first_are_held_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dunning.audit.tally.MOST_HELD", 7)
    monkeypatch.setattr("dunning.audit.tally._ROOM", 10)
    shuffled = Random(3).sample(range(200), 200)
    told = [filled(order, 10, parts) for order in (range(200), shuffled) for parts in (1, 2, 3)]
    (one,) = told[0]
    (fewer,) = filled(range(199), 10)

    assert all(other == told[0] for other in told)
    assert [finding.invoice for finding in one.findings] == [f"I-{n:04}" for n in range(7)]
    assert (one.found, fewer.found, one.passed) == (200, 199, False)
    assert one.of_all != fewer.of_all


def test_a_tally_holds_few_findings_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dunning.audit.tally.MOST_HELD", 7)
    monkeypatch.setattr("dunning.audit.tally._ROOM", 10)
    tally = Tally(PERIOD, room=10)
    for number in range(500):
        tally.find("A07", "EXTRA", f"I-{number:04}", "C", None, "s", "nobody asked for it")

        assert len(tally.findings) <= 7 + 10


def test_what_is_held_whole_says_no_more_than_before() -> None:
    (one,) = filled(range(200), 1000)

    assert (len(one.findings), one.found, one.of_all) == (200, 200, "")
