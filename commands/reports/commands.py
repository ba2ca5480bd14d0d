"""Commands that report: aging, key figures, statements of account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.reports.aging import (
    Aging,
    Key,
    aging_answer,
    aging_of,
    aging_table,
    items_table,
    translated_totals,
)
from commands.reports.csv_file import write_csv
from commands.reports.in_one_currency import number_of, rates_of, translated_figures
from commands.reports.kpis import kpi_answer, kpi_table
from commands.reports.money import LossMatrix
from commands.reports.pdf import write_pdf
from commands.reports.rates import costs_of
from commands.reports.table import ReportTable, made_by
from dunning.may import NotAllowed
from dunning.reports.aging import AgingRow
from dunning.reports.buckets import BUCKETS, Basis, buckets_by
from worker import utc_now

app = typer.Typer()

AsOf = Annotated[str, typer.Option("--as-of", help="End of this day, YYYY-MM-DD; today without.")]
User = Annotated[str, typer.Option("--user", help="Who asks; files say so.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write a table, and its control file.")]
Xlsx = Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook.")]
Pdf = Annotated[Path | None, typer.Option("--pdf", help="Write a PDF.")]
LateToo = Annotated[
    bool, typer.Option("--with-late", help="Of closed months too: what came since.")
]
Into = Annotated[str, typer.Option(help="One total in this currency, at --rate.")]
Rates = Annotated[list[str] | None, typer.Option("--rate", help="USD=0.92: one USD is 0.92.")]
_SHOWN = 40


@app.command("aging")
def aging_command(
    context: typer.Context,
    as_of: AsOf = "",
    basis: Annotated[Basis, typer.Option(help="Age by due date or by invoice date.")] = "due",
    by: Annotated[Key, typer.Option(help="What a row is.")] = "customer",
    items: Annotated[bool, typer.Option("--items", help="Files list every open item.")] = False,
    into: Into = "",
    rate: Rates = None,
    late_too: LateToo = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
    pdf: Pdf = None,
    user: User = "",
    json: Json = None,
) -> None:
    """Say what is open at the end of a day, by age; the same answer whenever it is asked."""
    wiring, day = installation_of(context).wiring, optional_day(as_of) or utc_now().date()
    rates = rates_of(rate or [])
    with wiring.ledger.reading() as books:
        policies, named = wiring.planner.policies, bool(csv or xlsx or pdf)
        aging = aging_of(books, policies, day, basis, by, late_too=late_too, named=named)
        answer = aging_answer(aging)
        if into:
            answer["translated"] = translated_totals(aging, into.upper(), rates)

        def table() -> ReportTable:
            return items_table(books, aging) if items else aging_table(aging)

        write_files(table, day, user, csv, xlsx, pdf)
    if not printing.answer(answer, json):
        _print_aging(aging, answer)


@app.command("kpis")
def kpis_command(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="First day; three months without.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day; last month's without.")] = "",
    provision: Annotated[
        str, typer.Option(help="Loss of each bucket in per cent: 0.3,1.6,3.6,6.6,10.6.")
    ] = "",
    write_off: Annotated[
        str, typer.Option("--write-off", help="Per cent of the oldest bucket that is lost.")
    ] = "",
    cost: Annotated[
        list[str] | None, typer.Option(help="EUR=12000: what collecting cost in the period.")
    ] = None,
    into: Into = "",
    rate: Rates = None,
    late_too: LateToo = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
    pdf: Pdf = None,
    user: User = "",
    json: Json = None,
) -> None:
    """Print DSO, CEI, days to pay, roll rates, promises kept, coverage and the like."""
    end = optional_day(last) or utc_now().date().replace(day=1) - timedelta(days=1)
    start = optional_day(first) or _three_months(end)
    if start > end:
        raise NotAllowed(f"The period begins on {start}, after its end on {end}.")
    wiring, matrix = installation_of(context).wiring, _matrix(provision, write_off)
    with wiring.ledger.reading() as books:
        given = costs_of(cost or [])
        answer = kpi_answer(books, wiring.planner, start, end, matrix, given, late_too=late_too)
    if into:
        answer["translated"] = translated_figures(answer, into.upper(), rates_of(rate or []))
    write_files(lambda: kpi_table(answer), end, user, csv, xlsx, pdf)
    if not printing.answer(answer, json):
        print_table(kpi_table(answer))


def write_files(
    table: Callable[[], ReportTable],
    day: date,
    user: str,
    csv: Path | None,
    xlsx: Path | None,
    pdf: Path | None,
) -> None:
    """Write the files that were asked for; the rows of a table may be read only once."""
    try:
        if csv:
            write_csv(made_by(table(), user, utc_now()), csv)
        if xlsx:
            # Most commands need no workbooks and start sooner without.
            from commands.reports.xlsx import write_xlsx  # noqa: PLC0415

            write_xlsx(made_by(table(), user, utc_now()), xlsx)
        if pdf:
            write_pdf(made_by(table(), user, utc_now()), pdf, day)
    except OSError as error:
        raise NotAllowed(f"{error.filename}: {error.strerror}.") from None


def _three_months(end: date) -> date:
    """The first day of the third month back, the month of `end` included."""
    months = end.year * 12 + end.month - 3
    return date(months // 12, months % 12 + 1, 1)


def _matrix(provision: str, write_off: str) -> LossMatrix:
    rates = tuple(number_of(one, "rate") / 100 for one in provision.split(",") if one)
    if rates and len(rates) != len(BUCKETS):
        raise NotAllowed(f"Give a rate for each of the {len(BUCKETS)} buckets, not {len(rates)}.")
    return LossMatrix(rates, number_of(write_off, "rate") / 100 if write_off else None)


def _print_aging(aging: Aging, answer: dict[str, Any]) -> None:
    buckets = buckets_by(aging.basis)
    heads = [f">{one.label}" for one in buckets]
    largest = _largest(aging.rows)
    rows = [
        (
            *(row.key or "–", row.currency),
            *(row.money(row.buckets[one.key]).major for one in buckets),
            *(row.money(minor).major for minor in (row.unapplied, row.total, row.disputed)),
        )
        for row in (*largest, *aging.totals)
    ]
    columns = (aging.by, "currency", *heads, ">unapplied", ">total", ">disputed")
    printing.table(f"Open at the end of {aging.day}", columns, rows)
    if len(aging.rows) > len(largest):
        shown, all_ = len(largest), len(aging.rows)
        printing.say(f"The {shown} largest of {all_} rows are shown; --csv writes all.")
    if late := answer["backdated"]["count"]:
        printing.say(
            f"{late} entries count on this day but were recorded later; --json lists them."
        )
    if aging.closed:
        names = ", ".join(aging.closed)
        printing.say(f"As closed for {names}; --with-late adds what was recorded since.")
    if found := answer.get("translated"):
        rates = ", ".join(f"1 {one} = {rate}" for one, rate in found["rates"].items())
        printing.say(f"In all {found['total']} {found['currency']} ({rates}).")


def _largest(rows: Sequence[AgingRow]) -> list[AgingRow]:
    """The largest rows of each currency: amounts of two currencies have no order."""
    currencies = sorted({row.currency for row in rows})
    each = max(_SHOWN // max(len(currencies), 1), 1)
    ranked = sorted(rows, key=lambda row: -row.total)
    return [
        row
        for currency in currencies
        for row in [one for one in ranked if one.currency == currency][:each]
    ]


def print_table(table: ReportTable) -> None:
    """Show a table on the screen."""
    columns = [
        f">{one.name}" if one.kind in ("amount", "number") else one.name for one in table.columns
    ]
    printing.table(table.title, columns, list(table.rows))
