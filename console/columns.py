"""Columns side by side for a chart of a figure over months, drawn on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 360, 170
_TOP, _BOTTOM = 22, 24
_WIDEST = 44.0


@dataclass(frozen=True)
class Column:
    """One month: its place, and what it says; not `known` where there is nothing to divide by."""

    label: str
    shown: str
    known: bool
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """How high its value stands."""
        return round(max(self.y - 5, 11), 1)


@dataclass(frozen=True)
class Chart:
    """The picture: its title, its columns, and how high zero lies."""

    title: str
    columns: Sequence[Column]
    zero: float
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(title: str, points: Sequence[tuple[str, Decimal | None, str]]) -> Chart:
    """A chart of labels, values (None is unknown) and how each value is written."""
    values = [value for _, value, _ in points if value is not None]
    nothing = Decimal(0)
    most, least = max(nothing, *values, nothing), min(nothing, *values, nothing)
    room = HEIGHT - _TOP - _BOTTOM
    scale = Decimal(room) / (most - least or Decimal(1))
    zero = _TOP + float(most * scale) if values else float(HEIGHT - _BOTTOM)
    step = WIDTH / max(1, len(points))
    width = min(_WIDEST, step * 0.7)
    columns = []
    for place, (label, value, shown) in enumerate(points):
        worth = value or nothing
        high = float(abs(worth) * scale)
        x, y = place * step + (step - width) / 2, zero - high if worth >= nothing else zero
        numbers = (round(x, 1), round(y, 1), round(width, 1), round(high, 1))
        columns.append(Column(label, shown, value is not None, *numbers))
    return Chart(title, columns, round(zero, 1))
