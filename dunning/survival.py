"""Honest figures from few observations: shares, times of which some are not over yet, differences.

Formulas: the score interval of E. B. Wilson (1927); the difference of two shares by R. G. Newcombe
(Statistics in Medicine 17, 1998, method 10); the product-limit estimate of E. L. Kaplan and
P. Meier (1958) with M. Greenwood's variance (1926); the restricted mean, the area under that curve,
with the variance of the same authors. Intervals hold 95 per cent unless another `z` is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log, sqrt
from statistics import NormalDist
from typing import NamedTuple

Z95 = NormalDist().inv_cdf(0.975)
# A difference that would be seen in so many of a hundred experiments.
POWER = 0.8


class Interval(NamedTuple):
    """An estimate between its bounds."""

    value: float
    low: float
    high: float


class Observed(NamedTuple):
    """How long something lasted, in days; not `ended`: it was still going on then."""

    days: int
    ended: bool


@dataclass(frozen=True)
class Point:
    """The share that lasts longer than `days`, with Greenwood's sum and those at risk before."""

    days: int
    survival: float
    greenwood: float
    at_risk: int
    ended: int


def wilson(successes: int, of: int, z: float = Z95) -> Interval | None:
    """A share with its interval; None of nothing."""
    if of == 0:
        return None
    share, square = successes / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half))


def share_difference(one: tuple[int, int], other: tuple[int, int]) -> Interval | None:
    """How much larger the first share (successes, of) is than the second."""
    mine, theirs = wilson(*one), wilson(*other)
    if mine is None or theirs is None:
        return None
    value = mine.value - theirs.value
    low = sqrt((mine.value - mine.low) ** 2 + (theirs.high - theirs.value) ** 2)
    high = sqrt((mine.high - mine.value) ** 2 + (theirs.value - theirs.low) ** 2)
    return Interval(value, value - low, value + high)


def curve(observed: Iterable[Observed]) -> list[Point]:
    """The product-limit curve, one point a day on which something ended."""
    times = list(observed)
    ended = Counter(one.days for one in times if one.ended)
    leaving = Counter(one.days for one in times)
    at_risk, survival, greenwood = len(times), 1.0, 0.0
    points: list[Point] = []
    for day in sorted(leaving):
        if gone := ended[day]:
            survival *= 1 - gone / at_risk
            if gone < at_risk:
                greenwood += gone / (at_risk * (at_risk - gone))
            points.append(Point(day, survival, greenwood, at_risk, gone))
        at_risk -= leaving[day]
    return points


def median(points: Sequence[Point], z: float = Z95) -> tuple[int | None, int | None, int | None]:
    """The day by which half have ended, with its interval; None where the curve does not say.

    The interval is the days on which the curve's own interval (log-log) holds one half.
    """
    value = next((one.days for one in points if one.survival <= 0.5), None)  # noqa: PLR2004 - half
    low = next((one.days for one in points if _bounds(one, z)[0] <= 0.5), None)  # noqa: PLR2004 - half
    high = next((one.days for one in points if _bounds(one, z)[1] <= 0.5), None)  # noqa: PLR2004 - half
    return value, low, high


def _bounds(point: Point, z: float) -> tuple[float, float]:
    if not 0 < point.survival < 1:
        return point.survival, point.survival
    spread = exp(z * sqrt(point.greenwood) / log(point.survival))
    return point.survival ** (1 / spread), point.survival**spread


def restricted_mean(points: Sequence[Point], until: int) -> tuple[float, float]:
    """The mean days up to `until`, longer ones counted as `until`, and its variance."""
    within = [one for one in points if one.days < until]
    days = [0, *(one.days for one in within), until]
    heights = [1.0, *(one.survival for one in within)]
    areas = [
        height * (after - before)
        for height, (before, after) in zip(heights, pairwise(days), strict=True)
    ]
    variance = 0.0
    for place, one in enumerate(within, start=1):
        if one.ended < one.at_risk:
            ahead = sum(areas[place:])
            variance += ahead**2 * one.ended / (one.at_risk * (one.at_risk - one.ended))
    return sum(areas), variance


def mean_difference(
    one: tuple[float, float], other: tuple[float, float], z: float = Z95
) -> Interval:
    """How much larger the first mean (with its variance) is than the second."""
    value, half = one[0] - other[0], z * sqrt(one[1] + other[1])
    return Interval(value, value - half, value + half)


def smallest_seen(one: tuple[float, float], other: tuple[float, float], z: float = Z95) -> float:
    """The difference of two means that would be seen four times out of five."""
    return (z + NormalDist().inv_cdf(POWER)) * sqrt(one[1] + other[1])
