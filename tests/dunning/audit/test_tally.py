"""What a tally lists stays short, and is the same in whatever order and parts it came."""

from __future__ import annotations

from datetime import UTC, date, datetime
from random import Random

from dunning.audit.account import Period
from dunning.audit.tally import MOST_LISTED, Tally, results

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
