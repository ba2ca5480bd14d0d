"""Growth as a picture: memory of the worker and processor a case, over the number of open cases."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 720, 150, 64, 40, 56
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#26323c}.title{font-weight:600}"
    ".axis{stroke:#9aa7b2}.aim{stroke:#b8303c;stroke-dasharray:5 4}.ground{fill:#ffffff}"
    ".line{fill:none;stroke:#3b82c4;stroke-width:2}.point{fill:#3b82c4}"
    "@media (prefers-color-scheme:dark){text{fill:#dfe6ec}.axis{stroke:#5c6b78}"
    ".ground{fill:#14191e}}"
)
Row = tuple[str, Callable[["Measured"], float], float, str]


class Measured(Protocol):
    """What was measured at one number of open cases."""

    @property
    def cases(self) -> int:
        """How many were open."""

    @property
    def each_ms(self) -> float:
        """Milliseconds of processor for each that was added."""

    @property
    def worker_mb(self) -> float:
        """Megabytes of the worker."""


def drawn(stages: Sequence[Measured]) -> str:
    """The SVG: two rows over one axis, which grows tenfold from mark to mark."""
    first = stages[0].each_ms
    rows: tuple[Row, ...] = (
        ("Worker's memory, MB (at most 500)", lambda one: one.worker_mb, 500, "{:.0f}"),
        (
            "Processor a case, ms (at most 1.5 of the first)",
            lambda one: one.each_ms,
            1.5 * first,
            "{:.1f}",
        ),
    )
    height = _TOP + len(rows) * (_HEIGHT + _GAP)
    label = "Memory and processor a case from few open cases to many"
    box = f'viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}"'
    drawn_rows = [
        line
        for number, row in enumerate(rows)
        for line in _row(stages, row, _TOP + number * (_HEIGHT + _GAP))
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {box}>',
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{_WIDTH}" height="{height}"/>',
            *drawn_rows,
            "</svg>",
            "",
        ]
    )


def _row(stages: Sequence[Measured], row: Row, top: int) -> Iterator[str]:
    title, value, aim, form = row
    most = max([aim, *map(value, stages)])
    bottom, right = top + _HEIGHT, _WIDTH - 24
    yield f'<text class="title" x="{_LEFT}" y="{top - 14}">{title}</text>'
    yield f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{right}" y2="{bottom}"/>'
    held = bottom - aim / most * _HEIGHT
    yield f'<line class="aim" x1="{_LEFT}" y1="{held:.1f}" x2="{right}" y2="{held:.1f}"/>'
    for at, amount in ((bottom, 0.0), (held, aim)):
        yield f'<text x="{_LEFT - 8}" y="{at + 4}" text-anchor="end">{amount:.3g}</text>'
    first, last = math.log10(stages[0].cases), math.log10(stages[-1].cases)
    points = [
        (
            _LEFT + 24 + (math.log10(one.cases) - first) / (last - first) * (right - _LEFT - 72),
            bottom - value(one) / most * _HEIGHT,
            one,
        )
        for one in stages
    ]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in points)
    yield f'<polyline class="line" points="{path}"/>'
    for x, y, one in points:
        yield f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'
        said = form.format(value(one))
        yield f'<text x="{x:.1f}" y="{y - 9:.1f}" text-anchor="middle">{said}</text>'
        yield f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{one.cases:,}</text>'
