from __future__ import annotations

from dataclasses import dataclass

from dunning.keeping import kept
from dunning.replacing import replace

ASKED: list[int] = []


@dataclass(frozen=True)
class Sum:
    """A value with something to work out."""

    one: int

    @kept
    def twice(self) -> int:
        """Twice as much."""
        ASKED.append(self.one)
        return self.one * 2


def test_what_was_worked_out_is_worked_out_once() -> None:
    ASKED.clear()
    value = Sum(4)

    assert (value.twice, value.twice) == (8, 8)
    assert ASKED == [4]
    assert value == Sum(4)


def test_a_changed_value_works_it_out_again() -> None:
    value = Sum(4)

    assert value.twice == 8
    assert replace(value, one=5).twice == 10
