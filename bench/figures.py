"""Figures: what was measured, beside the aim it is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from commands import printing


@dataclass(frozen=True)
class Figure:
    """One measured figure; `at_most` says on which side of the aim it should be."""

    name: str
    value: float
    aim: float
    unit: str
    at_most: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether the aim is reached."""
        return self.value <= self.aim if self.at_most else self.value >= self.aim

    @property
    def verdict(self) -> str:
        """`met` or `missed`."""
        return "met" if self.is_met else "missed"


def ratio(name: str, ours: Sequence[float], bare: Sequence[float], aim: float) -> Figure:
    """Our rate as a share of the bare engine's; each is the median of its rounds, a second."""
    mine, engine = median(ours), median(bare)
    details = {
        "ours_per_second": round(mine, 1),
        "bare_per_second": round(engine, 1),
        "rounds": [[round(one, 1), round(other, 1)] for one, other in zip(ours, bare, strict=True)],
    }
    return Figure(name, mine / engine, aim, "× bare", details=details)


def show(figures: Sequence[Figure]) -> None:
    """Print a plain table of the figures."""
    columns = ("measured", ">figure", ">aim", "verdict", "details")
    rows = [
        (one.name, f"{one.value:.2f} {one.unit}", _aim(one), one.verdict, _spoken(one.details))
        for one in figures
    ]
    printing.table("Benchmarks", columns, rows)


def as_json(figures: Sequence[Figure], machine: dict[str, Any]) -> dict[str, Any]:
    """The answer of `python -m bench --json`."""
    found = [
        {
            "name": one.name,
            "value": round(one.value, 3),
            "unit": one.unit,
            "aim": one.aim,
            "verdict": one.verdict,
            **one.details,
        }
        for one in figures
    ]
    return {"machine": machine, "figures": found}


def _aim(figure: Figure) -> str:
    return f"{'≤' if figure.at_most else '≥'} {figure.aim:g}"


def _spoken(details: dict[str, Any]) -> str:
    plain = {name: value for name, value in details.items() if not isinstance(value, list)}
    return ", ".join(f"{value} {name.replace('_', ' ')}" for name, value in plain.items())
