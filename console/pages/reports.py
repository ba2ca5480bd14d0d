"""Reports: aging with its drill-down, key figures over months, expected cash, promises, people."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from fastapi import APIRouter, Response

from commands.reports.aging import Aging, Key, aging_of, aging_table, items_table
from commands.reports.aging_page import aging_page
from commands.reports.kpis import kpi_table
from commands.reports.pdf import report_pdf
from commands.reports.table import ReportTable, made_by
from console.addresses import list_page
from console.columns import Chart, chart_of
from console.desk import Desk, TheDesk
from console.prepared import prepared
from console.reading.days import day_of
from console.reading.figures import MOST_MONTHS, Figures, figures_of, month_before
from console.reading.paging import PAGE_ROWS, DamagedLink
from console.table_file import FORMATS, download, table_file
from dunning.period import Month
from dunning.reports.aging import AgingRow
from dunning.reports.buckets import Basis, buckets_by
from ledger.report_aging_page import PageAsked, Place

router = APIRouter(prefix="/reports")
BASES = ("due", "invoice")
KEYS = ("customer", "collector", "entity", "segment")
# So many rows of customers are read at once: ten pages.
_READ = 10 * PAGE_ROWS
_PLACE = re.compile(r"(-?[0-9]{1,18})~(.*)", re.DOTALL)
# The pages about key figures, each with the figures whose course it draws.
VIEWS: dict[str, Sequence[tuple[str, str]]] = {
    "figures": (
        ("dso.simple", "DSO, days"),
        ("dso.best_possible", "Best possible DSO, days"),
        ("cei.period", "CEI, per cent"),
        ("past_due_percent", "Past due, per cent"),
        ("days_to_pay", "Days to pay"),
        ("days_beyond_terms", "Days beyond terms"),
    ),
    "expected": (("expected.by_history.total", "Expected by history"),),
    "promises": (
        ("promises.kept_by_count", "Promises kept, per cent of their number"),
        ("promises.kept_by_value", "Promises kept, per cent of their amount"),
    ),
    "disputes": (
        ("disputes.cycle_times.count", "Disputes resolved"),
        ("disputes.cycle_times.business_days.median", "Business days to resolve, median"),
        ("disputes.cycle_times.business_days.p90", "Business days to resolve, 90th percentile"),
    ),
    "people": (
        ("contact.coverage_percent", "Contact coverage, per cent"),
        ("contact.touches_to_cash_median", "Reminders until paid, median"),
        ("contact.days_to_first_touch_median", "Days to the first reminder, median"),
    ),
}
# These are no amounts in a currency.
_PLAIN = ("disputes", "people")


@router.get("")
def aging(
    desk: TheDesk,
    as_of: str = "",
    basis: str = "due",
    by: str = "customer",
    currency: str = "",
    file: str = "",
    after: str = "",
    start: str = "",
) -> Response:
    """What is open at the end of a day, by age; the largest of a currency first.

    Of customers so many pages are read at once, from the place `start` on.
    """
    day, basis = day_of(as_of, desk.today), basis if basis in BASES else "due"
    by = by if by in KEYS else "customer"
    if file:
        return _aging_file(desk, day, basis, by, file)
    asked = PageAsked(currency, _place(start), _READ) if by == "customer" else None
    found = prepared(
        desk, Aging, (day, basis, by, asked), "Aging", lambda: _aged(desk, day, basis, by, asked)
    )
    if isinstance(found, Response):
        return found
    chosen = {"basis": basis, "by": by, "as_of": as_of, "currency": currency, "start": start}
    chosen["made"] = desk.visit.query.get("made", "")

    def link(**changes: str) -> str:
        return list_page("/reports", **(chosen | changes))

    known = [one.currency for one in found.totals]
    shown = currency if currency in known else known[0] if known else ""
    rows, place = _page_of(found.rows, shown, after)
    return desk.page(
        "aging.html",
        aging=found,
        buckets=buckets_by(found.basis),
        rows=rows,
        currency=shown,
        chosen=chosen,
        bases=BASES,
        keys=KEYS,
        following={"after": place} if place else _next_read(asked, found.rows),
        link=link,
    )


@router.get("/{view}")
def key_figures(
    desk: TheDesk, view: str, month: str = "", months: int = 6, file: str = ""
) -> Response:
    """Key figures up to a month, with their course over the months before it."""
    if view not in VIEWS:
        raise DamagedLink(f"There is no report {view!r}; there are {', '.join(VIEWS)}.")
    last = Month.parse(month) if month else month_before(desk.today)
    # Nothing is known of months to come.
    last = min(last, Month.of(desk.today), key=lambda one: one.first)
    count = min(max(months, 1), MOST_MONTHS)
    found = prepared(
        desk, Figures, (last, count), "Key figures", lambda: _figured(desk, last, count)
    )
    if isinstance(found, Response):
        return found
    if file:
        return _file(desk, kpi_table(found.whole), last.last, file, "key-figures")

    chosen = {"month": month, "months": str(count), "made": desk.visit.query.get("made", "")}

    def link(**changes: str) -> str:
        return list_page(f"/reports/{changes.pop('view', view)}", **(chosen | changes))

    return desk.page(
        "figures.html",
        view=view,
        figures=found,
        charts=_charts(desk, found, view),
        last=last,
        months=count,
        link=link,
    )


def _aged(desk: Desk, day: date, basis: str, by: str, asked: PageAsked | None = None) -> Aging:
    policies = desk.parts.planner.policies_at(desk.now())
    with desk.parts.ledger.reading() as books:
        if asked:
            return aging_page(books, policies, day, cast("Basis", basis), asked)
        return aging_of(books, policies, day, cast("Basis", basis), cast("Key", by))


def _figured(desk: Desk, last: Month, count: int) -> Figures:
    with desk.parts.ledger.reading() as books:
        return figures_of(books, desk.parts.planner, last, count)


def _aging_file(desk: Desk, day: date, basis: str, by: str, file: str) -> Response:
    """The aging as a file; with `items` in its name, every open item behind it."""
    found = _aged(desk, day, basis, by)
    form, _, items = file.partition("-")
    if not items:
        return _file(desk, aging_table(found), day, form, "aging")
    with desk.parts.ledger.reading() as books:
        return _file(desk, items_table(books, found), day, form, "open-items")


def _file(desk: Desk, table: ReportTable, day: date, form: str, name: str) -> Response:
    if form == "pdf":
        signed = made_by(table, desk.visit.by, desk.now())
        return download(report_pdf(signed, day), f"{name}-{day}.pdf", "application/pdf")
    if form not in FORMATS:
        raise DamagedLink(f"There is no file of the form {form!r}.")
    return table_file(desk, table, f"{name}-{day}", form)


def _page_of(rows: Sequence[AgingRow], currency: str, after: str) -> tuple[list[AgingRow], str]:
    """A page of the rows of one currency, the largest first, and where the next one begins."""
    mine = sorted(
        (row for row in rows if row.currency == currency), key=lambda row: (-row.total, row.key)
    )
    if place := _place(after):
        mine = [row for row in mine if (-row.total, row.key) > (-place.total, place.key)]
    shown = mine[:PAGE_ROWS]
    return shown, _marked(shown[-1]) if len(mine) > PAGE_ROWS else ""


def _next_read(asked: PageAsked | None, rows: Sequence[AgingRow]) -> dict[str, str]:
    """Where the pages go on that were not read yet; nothing where all were."""
    more = asked is not None and len(rows) == _READ
    return {"start": _marked(rows[-1]), "after": ""} if more else {}


def _place(marked: str) -> Place | None:
    """The place that a link names, None for the beginning."""
    found = _PLACE.fullmatch(marked)
    return Place(int(found[1]), found[2]) if found else None


def _marked(row: AgingRow) -> str:
    return f"{row.total}~{row.key}"


def _charts(desk: Desk, found: Figures, view: str) -> list[tuple[str, list[Chart]]]:
    """The charts of a page, by currency; those that know none stand under no name."""
    drawn = VIEWS[view]
    if view in _PLAIN:
        return [("", [_chart(desk, found, title, found.contact(path)) for path, title in drawn])]
    return [
        (iso, [_chart(desk, found, title, found.of(iso, path)) for path, title in drawn])
        for iso in found.currencies
    ]


def _chart(desk: Desk, found: Figures, title: str, values: Sequence[Decimal | None]) -> Chart:
    labels = [f"{one.number:02}/{one.year % 100:02}" for one in found.months]
    shown: Callable[[Decimal | None], str] = desk.words.decimal
    points = [(one, value, shown(value)) for one, value in zip(labels, values, strict=True)]
    return chart_of(desk.words(title), points)
