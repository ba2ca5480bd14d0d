"""Figures from few observations, against values that others published."""

from __future__ import annotations

from math import sqrt
from random import Random

import pytest

from dunning.survival import (
    Interval,
    Observed,
    curve,
    mean_difference,
    median,
    restricted_mean,
    share_difference,
    smallest_seen,
    wilson,
)

# Remission of leukemia under 6-MP, in weeks; False: still in remission. E. J. Freireich et al.,
# Blood 21 (1963), as in every textbook of survival analysis.
FREIREICH = [
    *[Observed(week, ended=True) for week in (6, 6, 6, 7, 10, 13, 16, 22, 23)],
    *[Observed(week, ended=False) for week in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)],
]


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_a_share_has_wilsons_interval(successes: int, of: int, low: float, high: float) -> None:
    found = wilson(successes, of)

    assert found is not None
    assert found.value == successes / of
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10.
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_two_shares_differ_as_newcombe_says(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    found = share_difference(one, other)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_no_share() -> None:
    assert wilson(0, 0) is None
    assert share_difference((0, 0), (1, 2)) is None


def test_the_curve_is_kaplan_and_meiers_with_greenwoods_errors() -> None:
    points = curve(FREIREICH)
    table = [
        (6, 0.857, 0.0764),
        (7, 0.807, 0.0869),
        (10, 0.753, 0.0963),
        (13, 0.690, 0.1068),
        (16, 0.627, 0.1141),
        (22, 0.538, 0.1282),
        (23, 0.448, 0.1346),
    ]

    assert [one.days for one in points] == [week for week, _, _ in table]
    for point, (_, survival, error) in zip(points, table, strict=True):
        assert point.survival == pytest.approx(survival, abs=6e-4)
        assert point.survival * sqrt(point.greenwood) == pytest.approx(error, abs=1e-4)


def test_the_median_and_the_restricted_mean_are_those_of_the_textbooks() -> None:
    points = curve(FREIREICH)
    mean, variance = restricted_mean(points, 35)

    assert median(points) == (23, 13, None)
    assert (mean, sqrt(variance)) == pytest.approx((23.287, 2.827), abs=1e-3)


def test_without_anybody_left_out_the_mean_is_the_plain_one() -> None:
    points = curve(Observed(days, ended=True) for days in (1, 2, 3, 10))

    assert restricted_mean(points, 60)[0] == pytest.approx(4.0)
    assert restricted_mean([], 60) == (60.0, 0.0)
    assert median([]) == (None, None, None)


def test_intervals_of_differences_hold_as_often_as_they_say() -> None:
    """Two arms from one distribution, 1,000 times: nothing differs, and 95 % say so."""
    random, times, held = Random(20_260_302), 1_000, 0
    for _ in range(times):
        one, other = (_arm(random, 80) for _ in range(2))
        held += _holds_nothing(mean_difference(one, other))

    assert 930 <= held <= 970


def test_what_is_said_to_be_seen_is_seen_four_times_out_of_five() -> None:
    random, times, seen = Random(7), 400, 0
    least = smallest_seen(_arm(random, 5_000), _arm(random, 5_000)) * sqrt(5_000 / 150)
    for _ in range(times):
        slow, quick = _arm(random, 150), _arm(random, 150, sooner=least)
        seen += not _holds_nothing(mean_difference(slow, quick))

    assert 0.72 <= seen / times <= 0.88


def _holds_nothing(interval: Interval) -> bool:
    return interval.low <= 0 <= interval.high


def _arm(random: Random, customers: int, sooner: float = 0.0) -> tuple[float, float]:
    """The mean days of customers who pay around day 25; every fifth is not watched to the end."""
    observed = []
    for _ in range(customers):
        pays = round(max(0.0, random.gauss(30, 8) - sooner))
        watched = random.randrange(5, 60) if random.random() < 0.2 else 60
        observed.append(Observed(min(pays, watched), ended=pays <= watched))
    return restricted_mean(curve(observed), 60)
