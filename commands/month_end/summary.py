"""All entities of a month: each currency by itself, and in one at rates that were given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from commands import printing
from commands.month_end.sheets import Cells, Closings, Formula, Table
from commands.reports.in_one_currency import rates_used, total_in
from dunning.money import Money, minor_digits, totals
from dunning.reports.buckets import BUCKETS

Row = dict[str, Any]
ENDS = ("opening", "closing")
_AGED = (*(one.key for one in BUCKETS), "unapplied", "total")
_ALL = "all entities"


def summary_of(
    packs: Sequence[Row], into: str = "", rates: Mapping[str, Decimal] | None = None
) -> Row:
    """The subledger of every entity and currency, and their totals by currency.

    With `into` also in one currency: each currency's total at its rate, rounded half up, then
    added. Raises NotAllowed where a rate is missing.
    """
    rows = [
        {"entity": pack["entity"], **{name: roll[name] for name in ("currency", *ENDS)}}
        for pack in packs
        for roll in pack["roll_forward"]
    ]
    sums = {end: totals([Money.parse(one[end], one["currency"]) for one in rows]) for end in ENDS}
    summed = [
        {"currency": iso, **{end: str(sums[end][iso].major) for end in ENDS}}
        for iso in sorted(sums["closing"])
    ]
    in_one = _ends_in(summed, into, rates or {}) if into else None
    return {"rows": rows, "totals": summed, "translated": in_one}


def translated_pack(pack: Row, into: str, rates: Mapping[str, Decimal]) -> Row:
    """The pack with its ends and aging by due date in one currency, at the rates given.

    Raises NotAllowed where a rate is missing.
    """
    aged = {
        key: total_in(
            [Money.parse(one[key], one["currency"]) for one in pack["aging"]["due"]], into, rates
        )
        for key in _AGED[:-1]
    }
    total = sum(aged.values(), start=Money.zero(into))
    shown = {key: str(one.major) for key, one in {**aged, "total": total}.items()}
    return pack | {"translated": _ends_in(pack["roll_forward"], into, rates) | shown}


def summary_table(summary: Row, closings: Closings) -> Table:
    """The summary as a sheet: closings are those of the roll-forward, sums and rates are live."""
    rows: list[tuple[str, Cells]] = [
        (
            one["currency"],
            (one["entity"], one["currency"], Decimal(one["opening"]), _cell(one, closings)),
        )
        for one in summary["rows"]
    ]
    end = len(rows) + 1
    rows += [_summed(one, end) for one in summary["totals"]]
    if summary["translated"]:
        rows += _converted(summary, end)
    return Table("Summary", ("entity", "currency", *ENDS), rows)


def print_summary(summary: Row) -> None:
    """Print the entities below each other, and what they come to."""
    names = ("entity", "currency", *ENDS)
    rows = [tuple(one[name] for name in names) for one in summary["rows"]]
    rows += [(_ALL, *(one[name] for name in names[1:])) for one in summary["totals"]]
    found = summary["translated"]
    if found:
        rows.append((_ALL, f"in {found['currency']}", *(found[end] for end in ENDS)))
    printing.table(
        "Subledger of all entities", ("entity", "currency", ">opening", ">closing"), rows
    )
    if found:
        printing.say(rates_told(found))


def rates_told(found: Row) -> str:
    """The rates of a translation in a sentence."""
    rates = ", ".join(
        f"1 {one} = {rate} {found['currency']}" for one, rate in found["rates"].items()
    )
    return f"At the rates given: {rates}." if rates else f"Everything is in {found['currency']}."


def _ends_in(rows: Sequence[Row], into: str, rates: Mapping[str, Decimal]) -> Row:
    ends = {
        end: total_in([Money.parse(one[end], one["currency"]) for one in rows], into, rates)
        for end in ENDS
    }
    used = rates_used((one["currency"] for one in rows), into, rates)
    return {"currency": into, "rates": used} | {end: str(one.major) for end, one in ends.items()}


def _cell(one: Row, closings: Closings) -> Formula:
    place = closings.get((one["entity"], one["currency"]), "0")
    return Formula(f"={place}", Decimal(one["closing"]))


def _summed(one: Row, end: int) -> tuple[str, Cells]:
    currency = one["currency"]
    sums = (
        Formula(f'=SUMIF(B2:B{end},"{currency}",{column}2:{column}{end})', Decimal(one[name]))
        for column, name in (("C", "opening"), ("D", "closing"))
    )
    return currency, (_ALL, currency, *sums)


def _converted(summary: Row, end: int) -> Iterator[tuple[str, Cells]]:
    """A row for each currency's total at its rate, and their sum."""
    found, first = summary["translated"], end + len(summary["totals"]) + 1
    into, digits = found["currency"], minor_digits(found["currency"])
    for place, one in enumerate(summary["totals"], start=end + 1):
        rate = found["rates"].get(one["currency"], "1")
        parts = {
            name: total_in([Money.parse(one[name], one["currency"])], into, _rates(found))
            for name in ENDS
        }
        cells = (
            Formula(f"=ROUND({column}{place}*{rate},{digits})", parts[name].major)
            for column, name in (("C", "opening"), ("D", "closing"))
        )
        yield into, (_ALL, f"{one['currency']} at {rate}", *cells)
    last = first + len(summary["totals"]) - 1
    sums = (
        Formula(f"=SUM({column}{first}:{column}{last})", Decimal(found[name]))
        for column, name in (("C", "opening"), ("D", "closing"))
    )
    yield into, (_ALL, f"in {into}", *sums)


def _rates(found: Row) -> dict[str, Decimal]:
    return {one: Decimal(rate) for one, rate in found["rates"].items()}
