"""The summary of an audit as PDF: two pages that a controller can sign."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst

from commands.audit.audit import found_of, headline
from dunning.finding_life import CLOSED

_FOLDER = Path(__file__).parents[2] / "templates" / "audit"
# What two pages hold beside the tests; the rest is counted.
MOST_FINDINGS, MOST_TOTALS, MOST_MONTHS, MOST_GROUNDS = 24, 8, 12, 8
_LONGEST = 110


@dataclass(frozen=True)
class Summary:
    """What is printed. `registers` says how many entries each has; amounts are in major units."""

    answer: Mapping[str, Any]
    findings: Sequence[Mapping[str, Any]]
    population: Sequence[Mapping[str, Any]]
    registers: Mapping[str, int]
    sampled: int
    seed: str
    root: str
    trend: Sequence[Mapping[str, Any]] = ()


def summary_pdf(summary: Summary, day: date) -> bytes:
    """The PDF, dated `day`; the same summary has the same bytes."""
    printed: bytes = _compile(summary, day, timestamp=datetime.combine(day, time(), UTC))
    return printed


def summary_pictures(summary: Summary, day: date, ppi: int = 90) -> list[bytes]:
    """Its pages as PNG, to look at."""
    pages = _compile(summary, day, format="png", ppi=ppi)
    return [pages] if isinstance(pages, bytes) else list(pages)


def _compile(summary: Summary, day: date, **options: Any) -> Any:  # noqa: ANN401 - typst's own
    data = json.dumps(_data(summary, day), ensure_ascii=False)
    return typst.compile(
        _FOLDER / "summary.typ",
        root=_FOLDER,
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        **options,
    )


def _data(summary: Summary, day: date) -> dict[str, Any]:
    answer = summary.answer
    score = [(name.replace("_", " "), f"{count:,}") for name, count in answer["score"].items()]
    grounds = sorted(answer["explained"].items(), key=lambda one: (-one[1], one[0]))
    explained = [(code, f"{count:,}") for code, count in grounds]
    left = len(summary.findings) - MOST_FINDINGS
    return {
        "title": f"Cadence audit {answer['from']} to {answer['to']}",
        "date": [day.year, day.month, day.day],
        "headline": headline(answer),
        "scope": _scope(summary),
        "score": score,
        "tests": [_test(one) for one in answer["tests"]],
        "findings": [
            _finding(one) for one in sorted(summary.findings, key=_urgency)[:MOST_FINDINGS]
        ],
        "more": f"… and {left:,} more {_where(answer)}." if left > 0 else "",
        "population": list(_population(summary.population)),
        "explained": explained[:MOST_GROUNDS],
        "registers": [
            (name.replace("_", " "), f"{count:,}") for name, count in summary.registers.items()
        ],
        "trend": [
            tuple("–" if value is None else str(value) for value in one.values())
            for one in summary.trend[-MOST_MONTHS:]
        ],
        "identity": [("root of the books", summary.root), ("seed of the sample", summary.seed)],
        "signatures": ["Prepared by", "Reviewed by"],
    }


def _scope(summary: Summary) -> str:
    moment = datetime.fromisoformat(summary.answer["as_of"]).astimezone(UTC)
    drawn = f" {summary.sampled} touches were drawn for reading; they are in the evidence pack."
    return (
        "Every invoice and every touch was looked at, recomputed from the recorded facts by rules"
        " that share nothing with what sends. Facts recorded until"
        f" {moment:%Y-%m-%d %H:%M} UTC count.{drawn if summary.sampled else ''}"
    )


def _where(answer: Mapping[str, Any]) -> str:
    cut = any(found_of(one) > len(one["findings"]) for one in answer["tests"])
    return "in findings.csv, which has the first of each test" if cut else "in findings.csv"


def _test(one: Mapping[str, Any]) -> tuple[str, ...]:
    found = found_of(one)
    result = "failed" if found else "passed" if one["checked"] else "no case"
    return one["id"], result, f"{one['checked']:,}", f"{found:,}", one["title"]


def _finding(one: Mapping[str, Any]) -> tuple[str, ...]:
    about = one["invoice"] or one["customer"] or "the books"
    what = f"{one['test']}: {one['detail']}"
    short = what if len(what) <= _LONGEST else f"{what[: _LONGEST - 1]}…"
    row = (one["finding"], one["state"], one["owner"].replace("_", " "), one["due"] or "–")
    return tuple(_printable(cell) for cell in (*row, about, short))


def _urgency(one: Mapping[str, Any]) -> tuple[bool, int, str, str]:
    """What is still to be closed first, and of that the worst and the earliest."""
    worst = ("high", "medium", "low").index(one["severity"])
    return one["state"] in CLOSED, worst, one["due"] or "", one["finding"]


def _population(totals: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for one in totals[:MOST_TOTALS]:
        amount = f"{Decimal(one['amount']):,} {one['currency']}"
        yield _printable(one["entity"] or "default"), f"{one['invoices']:,}", amount
    if len(totals) > MOST_TOTALS:
        yield f"and {len(totals) - MOST_TOTALS} more", "", ""


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
