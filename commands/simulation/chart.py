"""A simulation as a picture: messages a day, by level, one row of bars for each policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from html import escape
from itertools import accumulate

from commands.simulation.outcome import Sums
from commands.simulation.simulation import Question

# From courtesy to the last level; both grounds are light and dark enough for all of them.
_COLOURS = ("#7a8b99", "#3b82c4", "#d99a1c", "#d9662b", "#b8303c", "#7b2d8b")
_WIDTH, _HEIGHT, _LEFT, _TOP, _GAP = 760, 150, 56, 34, 46
_SVG = "http://www.w3.org/2000/svg"
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#26323c}"
    ".title{font-weight:600}.axis{stroke:#9aa7b2;stroke-width:1}.ground{fill:#ffffff}"
    "@media (prefers-color-scheme:dark){text{fill:#dfe6ec}.axis{stroke:#5c6b78}"
    ".ground{fill:#14191e}}"
)


def drawn(asked: Question, sides: Sequence[Sums]) -> str:
    """The SVG: a row of bars a policy, all on one scale; each bar and part says what it is."""
    days = _days(asked, sides)
    most = max([1, *(sum(_of_day(one, day)) for one in sides for day in days)])
    height = _TOP + len(sides) * (_HEIGHT + _GAP)
    rows = [
        _row(name, one, days, most, _TOP + number * (_HEIGHT + _GAP))
        for number, (name, one) in enumerate(zip(asked.names, sides, strict=True))
    ]
    label = escape(f"Messages a day by level: {', '.join(asked.names)}", quote=True)
    levels = sorted({level for one in sides for _, level in one.per_day})
    return "\n".join(
        [
            f'<svg xmlns="{_SVG}" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{label}">',
            f"<style>{_STYLE}</style>",
            f'<rect class="ground" width="{_WIDTH}" height="{height}"/>',
            *_legend(levels),
            *rows,
            "</svg>",
            "",
        ]
    )


def _days(asked: Question, sides: Sequence[Sums]) -> list[str]:
    """Every day of the period where customers live, those without a message too."""
    found = [date.fromisoformat(day) for one in sides for day, _ in one.per_day]
    first = min([asked.as_of.date(), *found])
    last = max([first + timedelta(days=asked.days - 1), *found])
    return [str(first + timedelta(days=passed)) for passed in range((last - first).days + 1)]


def _of_day(sums: Sums, day: str) -> list[int]:
    """How many messages of each level the day has."""
    return [sums.per_day[day, level] for level in range(len(_COLOURS))]


def _legend(levels: Sequence[int]) -> Iterator[str]:
    for place, level in enumerate(levels):
        x = _LEFT + place * 84
        yield f'<rect x="{x}" y="10" width="11" height="11" rx="2" fill="{_colour(level)}"/>'
        yield f'<text x="{x + 16}" y="20">level {level}</text>'


def _row(name: str, sums: Sums, days: Sequence[str], most: int, top: int) -> str:
    title = f"{escape(name)}: {sums.touches:,} messages to {sums.customers:,} customers"
    bottom, step = top + _HEIGHT, (_WIDTH - _LEFT - 12) / len(days)
    parts = [
        f'<text class="title" x="{_LEFT}" y="{top + 12}">{title}</text>',
        f'<line class="axis" x1="{_LEFT}" y1="{bottom}" x2="{_WIDTH - 12}" y2="{bottom}"/>',
        f'<text x="{_LEFT - 6}" y="{bottom}" text-anchor="end">0</text>',
        f'<text x="{_LEFT - 6}" y="{top + 34}" text-anchor="end">{most:,}</text>',
    ]
    for number, day in enumerate(days):
        x = _LEFT + number * step
        parts += _bar(_of_day(sums, day), day, (x, bottom, max(1.0, step - 2)), most)
        if number % max(1, len(days) // 8) == 0:
            parts.append(f'<text x="{x:.1f}" y="{bottom + 16}">{day[5:]}</text>')
    return "\n".join(parts)


def _bar(
    counts: Sequence[int], day: str, place: tuple[float, float, float], most: int
) -> Iterator[str]:
    x, bottom, width = place
    scale = (_HEIGHT - 26) / most
    for level, (count, below) in enumerate(
        zip(counts, accumulate(counts, initial=0), strict=False)
    ):
        if count:
            y, high = bottom - (below + count) * scale, count * scale
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{high:.1f}"'
                f' fill="{_colour(level)}"><title>{day}: {count:,} of level {level}</title></rect>'
            )


def _colour(level: int) -> str:
    return _COLOURS[min(level, len(_COLOURS) - 1)]
