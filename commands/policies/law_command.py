"""`duncan policy laws`: what the law of each country lets claim, as a version has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import typer

from commands import printing
from commands.cases.answers import Json, installation_of, optional_day
from commands.policies.laws import Row, law_rows
from dunning.countries.table import half_year_of
from dunning.may import NotAllowed
from worker import utc_now

_COLUMNS = ("country", "debtors", ">% a year", "rate", "fixed sum", "law", "remarks")


def laws_command(
    context: typer.Context,
    on: Annotated[str, typer.Option(help="For invoices due on this day; today without it.")] = "",
    version: Annotated[int, typer.Option(help="Of this version, not of the one in force.")] = 0,
    json: Json = None,
) -> None:
    """What the law of each country lets claim: interest and fixed sums, with their sources."""
    versions, now = installation_of(context).wiring.planner.versions, utc_now()
    if versions is None:
        raise NotAllowed("No versions of the policies are kept here.")
    number = version or versions.in_force(now).version
    versions.known(number)
    day = optional_day(on) or now.date()
    rows = law_rows(versions.load(number).policies.own_rates, day)
    if printing.answer({"version": number, "on": str(day), "laws": rows}, json):
        return
    owed = [_cells(one, day) for one in rows if one["law"]]
    printing.table(
        f"Law of late payment in version {number}, for what is due {day}", _COLUMNS, owed
    )


def _cells(row: Row, day: date) -> tuple[object, ...]:
    return (
        f"{row['name']}{' (own table)' if row['own'] else ''}",
        ", ".join(row["debtors"]),
        row["percent"] or "",
        row["rate"],
        row["sum"],
        "; ".join(filter(None, (row["law"], row["sum_law"]))),
        ". ".join(_remarks(row, day)),
    )


def _remarks(row: Row, day: date) -> Iterator[str]:
    if row["why"]:
        yield f"No rate of {half_year_of(day)} is known: add it with its source"
    if row["agreed"] != "none":
        most = f", at most {row['most']} %" if row["most"] else ""
        how = "Only what was agreed" if row["agreed"] == "only" else "An agreed rate instead"
        yield f"{how}{most}"
    if row["after_letter"]:
        yield f"The sum only after the letter {row['after_letter']}"
    if row["percent"] and row["mark"] != "S":
        yield "The rate is to be verified at its source"
