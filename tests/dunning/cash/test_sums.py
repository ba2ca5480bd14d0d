from __future__ import annotations

import time
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from dunning.cash.sums import MOST_WHOLE, is_complete, sums_to


def every_choice(amounts: list[int], target: int) -> list[tuple[int, ...]]:
    """The plain way: all of them."""
    return [
        places
        for size in range(1, len(amounts) + 1)
        for places in combinations(range(len(amounts)), size)
        if sum(amounts[place] for place in places) == target
    ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=9), st.integers(1, 120))
def test_one_answer_means_there_is_exactly_one(amounts: list[int], target: int) -> None:
    expected = every_choice(amounts, target)
    found = sums_to(amounts, target)

    assert len(found) == min(2, len(expected))
    assert set(found) <= set(expected)


@given(st.lists(st.integers(1, 10**9), min_size=23, max_size=60), st.data())
def test_of_many_what_is_found_makes_the_amount(amounts: list[int], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, len(amounts) - 1), min_size=1, max_size=3))
    target = sum(amounts[place] for place in chosen)
    found = sums_to(amounts, target)

    assert found
    assert all(sum(amounts[place] for place in places) == target for places in found)
    assert not is_complete(len(amounts))


def test_nothing_makes_nothing() -> None:
    assert sums_to([1, 2], 0) == ()
    assert sums_to([], 5) == ()
    assert sums_to([2, 4], 5) == ()


def test_adversarial_amounts_take_no_time() -> None:
    started = time.perf_counter()
    for amounts in ([1] * MOST_WHOLE, [2**n for n in range(MOST_WHOLE)], [3] * 270_000):
        sums_to(amounts, 7)
    sums_to([2 * n for n in range(1, 270_001)], 2**40 + 1)

    assert time.perf_counter() - started < 2
