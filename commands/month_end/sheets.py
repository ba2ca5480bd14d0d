"""The lists of the month-end workbook, with the formulas that add them up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from dunning.reports.buckets import BUCKETS

Row = dict[str, Any]
Cells = tuple[object, ...]
Closings = Mapping[tuple[str, str], str]
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_PROVISION = ("opening", "charge", "used", "released", "closing")
_ENTRY = ("invoice", "customer", "kind", "source", "on")


@dataclass(frozen=True)
class Formula:
    """A live formula and the value it has now."""

    text: str
    value: Decimal


@dataclass(frozen=True)
class Table:
    """A sheet: its name, its columns, and rows with the currency of their amounts."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str, Cells]]


def tie_out_table(packs: Sequence[Row], closings: Closings) -> Table:
    """General ledger less subledger less reconciling items: what is left must be 0.00."""
    columns = ("entity", "currency", "what", "reference", "since", "age", "owner", "amount")
    rows: list[tuple[str, Cells]] = []
    for pack in packs:
        for tied in pack["tie_out"]:
            rows += _tied(pack["entity"], tied, closings, len(rows) + 2)
    return Table("Tie-out", columns, rows)


def list_tables(packs: Sequence[Row], closings: Closings) -> Iterator[Table]:
    """The other sheets: aging, provision, unapplied cash, write-offs, cut-off, disputes."""
    yield _aging_table(packs, closings)
    yield _provision_table(packs)
    names = ("payment", "customer", "on", "age")
    yield _listed("Unapplied cash", names, ("amount",), packs, "unapplied")
    people = ("requested_by", "approved_by", "reason")
    yield _listed("Write-offs", (*_ENTRY, *people), ("amount",), packs, "write_offs")
    told = ("dispute", "invoice", "customer", "reason", "owner", "opened")
    yield _listed("Credits to accrue", told, ("disputed", "credit"), packs, "disputes")
    yield _cut_off_table(packs)


def _tied(entity: str, tied: Row, closings: Closings, first: int) -> Iterator[tuple[str, Cells]]:
    """The rows of one currency; `first` is the number of the first of them in the sheet."""
    currency, place = tied["currency"], first
    for one in tied["accounts"]:
        told = (entity, currency, "general ledger", one["account"], None, None, None)
        yield currency, (*told, Decimal(one["amount"]))
        place += 1
    accounts = f"SUM(H{first}:H{place - 1})" if place > first else "0"
    cell, subledger = closings.get((entity, currency), "0"), Decimal(tied["subledger"])
    blank = (None,) * 4
    yield currency, (entity, currency, "subledger", *blank, Formula(f"={cell}", subledger))
    items = place + 1
    for one in tied["items"]:
        about = (one[name] for name in ("type", "reference", "on", "age", "owner"))
        yield currency, (entity, currency, *about, Decimal(one["amount"]))
    explained = f"-SUM(H{items}:H{items + len(tied['items']) - 1})" if tied["items"] else ""
    left = Formula(f"={accounts}-H{place}{explained}", Decimal(tied["unexplained"]))
    yield currency, (entity, currency, "unexplained", *blank, left)


def _aging_table(packs: Sequence[Row], closings: Closings) -> Table:
    """Both agings, each with its total, which less the subledger's closing is 0.00."""
    keys = [*(one.key for one in BUCKETS), "unapplied"]
    columns = ("entity", "basis", "currency", *keys, "total", "less subledger", "of which disputed")
    rows: list[tuple[str, Cells]] = []
    for pack in packs:
        for basis, found in pack["aging"].items():
            for one in found:
                number, currency = len(rows) + 2, one["currency"]
                total = Formula(f"=SUM(D{number}:I{number})", Decimal(one["total"]))
                closing = closings.get((pack["entity"], currency), "0")
                check = Formula(f"=J{number}-{closing}", Decimal(0))
                amounts = (Decimal(one[key]) for key in keys)
                named = (pack["entity"], f"{basis} date", currency)
                cells = (*named, *amounts, total, check, Decimal(one["disputed"]))
                rows.append((currency, cells))
    return Table("Aging", columns, rows)


def _provision_table(packs: Sequence[Row]) -> Table:
    """Opening + charge - used - released = closing, and the closing of each bucket by its rate."""
    keys = [one.key for one in BUCKETS]
    columns = ("entity", "currency", *_PROVISION, "difference", *keys, "opening rates")
    rows: list[tuple[str, Cells]] = []
    for pack in packs:
        for one in pack["provision"]:
            number = len(rows) + 2
            moved = [Decimal(one[name]) for name in _PROVISION[:-1]]
            closing = Formula(f"=SUM(I{number}:M{number})", Decimal(one["closing"]))
            check = Formula(f"=SUM(C{number}:F{number})-G{number}", Decimal(0))
            buckets = (Decimal(one["by_bucket"][key]) for key in keys)
            named = (pack["entity"], one["currency"])
            rows.append(
                (one["currency"], (*named, *moved, closing, check, *buckets, one["opening_rates"]))
            )
    return Table("Provision", columns, rows)


def _cut_off_table(packs: Sequence[Row]) -> Table:
    told = [
        {**one, "check": check.replace("_", " "), "recorded": one["recorded_at"][:16], "in": pack}
        for pack in packs
        for check, found in pack["cut_off"].items()
        for one in found["entries"]
    ]
    counts = [
        (pack["entity"], f"{check.replace('_', ' ')}: {found['count']} entries")
        for pack in packs
        for check, found in pack["cut_off"].items()
    ]
    columns = ("entity", "check", *_ENTRY, "recorded", "currency", "amount")
    rows: list[tuple[str, Cells]] = [("EUR", one) for one in counts]
    rows += [
        (
            one["currency"],
            (
                *(one["in"]["entity"], one["check"], *(one[name] for name in _ENTRY)),
                *(one["recorded"], one["currency"], Decimal(one["amount"])),
            ),
        )
        for one in told
    ]
    return Table("Cut-off", columns, rows)


def _listed(
    name: str, names: Sequence[str], amounts: Sequence[str], packs: Sequence[Row], key: str
) -> Table:
    """A list with a total of each currency below it."""
    columns = ("entity", *names, "currency", *amounts)
    rows: list[tuple[str, Cells]] = []
    for pack in packs:
        for one in pack[key]:
            cells = (*(one[column] for column in names), one["currency"])
            minors = (Decimal(one[column]) if one[column] else None for column in amounts)
            rows.append((one["currency"], (pack["entity"], *cells, *minors)))
    return Table(name, columns, [*rows, *_totals(rows, len(names) + 1, len(amounts))])


def _totals(
    rows: Sequence[tuple[str, Cells]], currency_at: int, amounts: int
) -> Iterable[tuple[str, Cells]]:
    last, whose = len(rows) + 1, _LETTERS[currency_at]
    for currency in sorted({currency for currency, _ in rows}):
        sums = []
        for place in range(currency_at + 1, currency_at + 1 + amounts):
            letter = _LETTERS[place]
            text = f'=SUMIF({whose}2:{whose}{last},"{currency}",{letter}2:{letter}{last})'
            known = (cells[place] for iso, cells in rows if iso == currency)
            value = sum((one for one in known if isinstance(one, Decimal)), start=Decimal(0))
            sums.append(Formula(text, value))
        blank = (None,) * (currency_at - 1)
        yield currency, ("total", *blank, currency, *sums)
