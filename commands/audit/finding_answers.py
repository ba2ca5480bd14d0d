"""How findings are shown: one finding with its life, the list, and the trend by month."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from commands.audit.engine_tests import TITLES as ENGINE_TITLES
from commands.reports.table import Column, ReportTable
from dunning.audit.finding import TITLES
from dunning.finding_life import KnownFinding
from ledger.books import Books
from ledger.findings import finding_facts, known_finding

COLUMNS = (
    "finding state severity owner due test code invoice customer since found_on closed_on"
    " explanation remedy accepted_by detail".split()
)


def finding_row(known: KnownFinding, today: date) -> dict[str, Any]:
    """A finding for a list; days as YYYY-MM-DD."""
    found = known.found
    return {
        "finding": found.finding,
        "state": known.state,
        "severity": found.severity,
        "owner": known.owner,
        "due": str(known.due),
        "overdue": known.is_overdue(today),
        "test": found.test,
        "title": TITLES.get(found.test) or ENGINE_TITLES.get(found.test, ""),
        "code": found.code,
        "invoice": found.invoice,
        "customer": found.customer,
        "since": str(found.since) if found.since else None,
        "found_on": str(known.found_at.date()),
        "closed_on": str(known.closed_at.date()) if known.closed_at else None,
        "explanation": known.explanation,
        "remedy": known.remedy,
        "accepted_by": known.accepted_by,
        "run": found.run,
        "detail": found.detail,
    }


def finding_answer(books: Books, finding: str, today: date) -> dict[str, Any]:
    """A finding with all its facts. Raises NotAllowed."""
    told = []
    for fact in finding_facts(books, finding):
        fields = {name: value for name, value in asdict(fact).items() if value not in ("", None)}
        told.append({**fields, "at": fact.at.isoformat()})
    return finding_row(known_finding(books, finding), today) | {"facts": told}


def findings_table(
    rows: Iterable[Mapping[str, Any]], today: date, filters: tuple[tuple[str, str], ...] = ()
) -> ReportTable:
    """The list as a table to write to a file, with the filters it was made with."""
    columns = tuple(Column(name) for name in COLUMNS)
    cells = ([row[name] for name in COLUMNS] for row in rows)
    return ReportTable("Findings of the audit", columns, cells, (("as of", str(today)), *filters))


def trend(known: Sequence[KnownFinding], today: date) -> list[dict[str, Any]]:
    """By month: found, closed, open and overdue at its end (or today), mean days to close.

    A finding that was opened again counts where its last closing is.
    """
    return [_month(known, first, min(last, today)) for first, last in _months(known, today)]


def trend_table(months: Sequence[Mapping[str, Any]], today: date) -> ReportTable:
    """The trend as a table to write to a file."""
    names = ("month", "found", "closed", "open", "overdue", "mean_days_to_close")
    cells = [[str(row[name] if row[name] is not None else "") for name in names] for row in months]
    columns = tuple(Column(name) for name in names)
    return ReportTable("Findings by month", columns, cells, (("as of", str(today)),))


def _month(known: Sequence[KnownFinding], first: date, last: date) -> dict[str, Any]:
    open_then = [one for one in known if _is_open(one, last)]
    closed = [
        (one.closed_at.date() - one.found_at.date()).days
        for one in known
        if one.closed_at and first <= one.closed_at.date() <= last
    ]
    return {
        "month": f"{first:%Y-%m}",
        "found": sum(first <= one.found_at.date() <= last for one in known),
        "closed": len(closed),
        "open": len(open_then),
        "overdue": sum(one.due < last for one in open_then),
        "mean_days_to_close": round(sum(closed) / len(closed), 1) if closed else None,
    }


def _is_open(one: KnownFinding, day: date) -> bool:
    closed = one.closed_at.date() if one.closed_at else None
    return one.found_at.date() <= day and (closed is None or closed > day)


def _months(known: Sequence[KnownFinding], today: date) -> Iterator[tuple[date, date]]:
    if not known:
        return
    day = min(one.found_at.date() for one in known).replace(day=1)
    while day <= today:
        last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
        yield day, last
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
