"""Bars side by side for a chart: where each one stands, for a picture drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 160
_LEFT, _TOP, _BOTTOM = 44, 12, 26
_MOST_LABELS = 8


@dataclass(frozen=True)
class Bar:
    """One bar: its place, the number of its series, and what it says."""

    x: float
    y: float
    width: float
    height: float
    series: int
    label: str
    value: int


@dataclass(frozen=True)
class Bars:
    """The picture: bars, labels below them with their place, and the highest value."""

    bars: Sequence[Bar]
    labels: Sequence[tuple[float, str]]
    most: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    top: int = _TOP

    @property
    def ground(self) -> int:
        """Where zero lies."""
        return self.height - _BOTTOM


def bars_of(groups: Sequence[tuple[str, Sequence[int]]]) -> Bars:
    """Groups of bars with their labels, oldest first; every group has one value a series."""
    most = max([1, *(value for _, values in groups for value in values)])
    step = (WIDTH - _LEFT) / max(1, len(groups))
    drawn = [
        bar
        for place, (label, values) in enumerate(groups)
        for bar in _group(label, values, _LEFT + place * step, step, most)
    ]
    every = -(-len(groups) // _MOST_LABELS) or 1
    labels = [
        (_LEFT + (place + 0.5) * step, label)
        for place, (label, _) in enumerate(groups)
        if place % every == 0
    ]
    return Bars(drawn, labels, most)


def _group(label: str, values: Sequence[int], left: float, step: float, most: int) -> list[Bar]:
    width = min(26.0, step * 0.8 / max(1, len(values)))
    first = left + (step - width * len(values)) / 2
    room, found = HEIGHT - _TOP - _BOTTOM, []
    for series, value in enumerate(values):
        high = room * value / most
        x, y = first + series * width, HEIGHT - _BOTTOM - high
        found.append(
            Bar(round(x, 1), round(y, 1), round(width - 1, 1), round(high, 1), series, label, value)
        )
    return found
