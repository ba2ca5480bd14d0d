"""A simulation as a page: the sentence, the picture, and both policies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from commands.simulation.chart import drawn
from commands.simulation.outcome import Sums
from commands.simulation.simulation import Question

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1rem}"
    "svg{width:100%;height:auto}table{border-collapse:collapse;margin:1rem 0}"
    "th,td{padding:.3rem .9rem;border-bottom:1px solid #8884;text-align:right}"
    "th:first-child,td:first-child{text-align:left}"
)


def page(asked: Question, sides: Sequence[Sums]) -> str:
    """The whole HTML page; it needs nothing from elsewhere."""
    title = escape(f"Simulation from {asked.as_of:%Y-%m-%d}, {asked.days} days")
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in asked.names)
    rows = "".join(
        f"<tr><td>{escape(what)}</td>{''.join(f'<td>{count:,}</td>' for count in counts)}</tr>"
        for what, counts in compared(sides)
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{title}</h1>\n"
        f"<p>{escape(headline(asked, sides))}</p>\n{drawn(asked, sides)}"
        f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>\n"
        "<p>Nothing was sent or written. It is assumed that providers take every message and that"
        " nobody pays, promises, disputes, approves or resumes.</p></body></html>\n"
    )


def headline(asked: Question, sides: Sequence[Sums]) -> str:
    """What it comes to, in a sentence."""
    mine, name = sides[0], asked.names[0]
    told = (
        f"{mine.touches:,} messages to {mine.customers:,} customers"
        f" from {asked.as_of:%Y-%m-%d} to {asked.end:%Y-%m-%d} under {name}"
    )
    if len(sides) == 1:
        return f"{told}."
    change = mine.touches - sides[1].touches
    newly = f"{mine.only_customers:,} customers are newly contacted"
    return f"{told}, {change:+,} against {asked.names[1]}; {newly}."


def compared(sides: Sequence[Sums]) -> Iterable[tuple[str, list[int]]]:
    """The figures of each policy, row by row."""
    yield "messages", [one.touches for one in sides]
    yield "customers contacted", [one.customers for one in sides]
    for level in sorted({level for one in sides for _, level in one.per_day}):
        yield f"messages of level {level}", [_of_level(one, level) for one in sides]
    yield "levels skipped", [one.levels_skipped for one in sides]
    yield "steps not sent, with a reason", [one.withheld.total() for one in sides]
    yield "tasks for people", [one.tasks.total() for one in sides]
    if len(sides) > 1:
        yield "messages only here", [one.only_touches for one in sides]
        yield "customers contacted only here", [one.only_customers for one in sides]


def _of_level(sums: Sums, level: int) -> int:
    return sum(count for (_, one), count in sums.per_day.items() if one == level)
