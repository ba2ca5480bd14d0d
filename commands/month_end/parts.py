"""The parts of the month-end PDF: tables of finished strings, each with what it says if empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from commands.month_end.shown import LABELS
from commands.month_end.summary import rates_told
from dunning.reports.buckets import AGES, BUCKETS
from dunning.reports.roll_forward import UNAPPLIED_LINES

Row = dict[str, Any]
# So many rows of a list are printed; the workbook has all.
MOST_ROWS = 60
# So many currencies stand beside each other.
_ABREAST = 4


def parts_of(pack: Row) -> Iterator[Row]:
    """The parts in their order."""
    rolls = pack["roll_forward"]
    for start in range(0, max(len(rolls), 1), _ABREAST):
        yield _roll_part(pack, rolls[start : start + _ABREAST])
    if pack["differences"]:
        yield _list_part("Invoices that make a difference", ("invoice", "why"), pack["differences"])
    yield from (_tie_out_part(tied) for tied in pack["tie_out"])
    if not pack["tie_out"]:
        none = "No general ledger balance was given."
        yield _part("Tie-out to the general ledger", (), [], none=none)
    yield _aging_part("Aging by due date", pack["aging"]["due"], BUCKETS)
    yield _aging_part("Aging by invoice date", pack["aging"]["invoice"], AGES)
    if pack.get("translated"):
        yield _translated_part(pack["translated"])
    yield _provision_part(pack)
    yield _list_part(
        "Write-offs", ("invoice", "on", "requested_by", "approved_by", "reason"), pack["write_offs"]
    )
    yield _list_part("Unapplied cash", ("payment", "customer", "on", "age"), pack["unapplied"])
    yield _list_part(
        "Disputes open at the month's end; credits to accrue",
        ("dispute", "customer", "reason", "owner", "credit"),
        pack["disputes"],
        amount="disputed",
    )
    yield _cut_off_part(pack)
    yield _part("Cadence audit", (), [], none=pack["audit"] or "Not made.", note=pack["rounding"])


def _part(
    title: str,
    columns: Sequence[tuple[str, str]],
    rows: Sequence[Sequence[object]],
    *,
    totals: Sequence[int] = (),
    none: str = "None.",
    note: str = "",
) -> Row:
    return {
        "title": title,
        "columns": [name for name, _ in columns],
        "sides": [side for _, side in columns],
        "rows": list(rows),
        "totals": list(totals),
        "none": none,
        "note": note,
    }


def _roll_part(pack: Row, rolls: Sequence[Row]) -> Row:
    """The lines below each other, the currencies beside each other."""
    columns = [("", "wide"), *((roll["currency"], "right") for roll in rolls)]
    rows: list[list[object]] = []
    totals = []
    for part, labels, name in (
        ("invoices", LABELS, "invoices"),
        ("unapplied", UNAPPLIED_LINES, "unapplied cash"),
    ):
        rows.append([f"Opening, {name}", *(_amount(roll[part]["opening"]) for roll in rolls)])
        for key, label in labels.items():
            amounts = [roll[part]["lines"].get(key, "0") for roll in rolls]
            if any(Decimal(one) for one in amounts):
                rows.append([label, *map(_amount, amounts)])
        totals.append(len(rows))
        rows.append([f"Closing, {name}", *(_amount(roll[part]["closing"]) for roll in rolls)])
        rows.append(["Difference", *(_amount(roll[part]["difference"]) for roll in rolls)])
    totals.append(len(rows))
    rows.append(["Closing of the subledger", *(_amount(roll["closing"]) for roll in rolls)])
    known = f"Opening before {pack['first']}, closing at the end of {pack['last']}"
    note = f"{known}, as known at {pack['known_at'][:16].replace('T', ' ')} UTC."
    return _part("Roll-forward", columns, rows if rolls else [], totals=totals, note=note)


def _tie_out_part(tied: Row) -> Row:
    columns = [
        ("What", "wide"),
        ("Reference", "left"),
        ("Since", "left"),
        ("Age", "right"),
        ("Owner", "left"),
        ("Amount", "right"),
    ]
    rows: list[list[object]] = [
        ["General ledger", one["account"], "", "", "", _amount(one["amount"])]
        for one in tied["accounts"]
    ]
    rows.append(["Subledger", "", "", "", "", _amount(tied["subledger"])])
    rows.append(["Difference", "", "", "", "", _amount(tied["difference"])])
    rows += [
        [one["type"], one["reference"], one["on"], one["age"], one["owner"], _amount(one["amount"])]
        for one in tied["items"]
    ]
    rows.append(["Unexplained", "", "", "", "", _amount(tied["unexplained"])])
    title = f"Tie-out to the general ledger in {tied['currency']}"
    return _part(title, columns, rows, totals=[len(rows) - 1])


def _aging_part(title: str, found: Sequence[Row], buckets: Sequence[Any]) -> Row:
    keys = [
        *((one.key, one.label) for one in buckets),
        ("unapplied", "Unapplied"),
        ("total", "Total"),
        ("disputed", "Of which disputed"),
    ]
    columns = [("Currency", "wide"), *((label, "right") for _, label in keys)]
    rows = [[one["currency"], *(_amount(one[key]) for key, _ in keys)] for one in found]
    return _part(title, columns, rows, none="Nothing was open.")


def _translated_part(found: Row) -> Row:
    """Opening, closing and aging of all currencies in one, with the rates that were given."""
    keys = [("opening", "Opening"), ("closing", "Closing")]
    keys += [(one.key, one.label) for one in BUCKETS]
    keys += [("unapplied", "Unapplied")]
    columns = [("", "wide"), *((label, "right") for _, label in keys)]
    rows = [[f"All currencies in {found['currency']}", *(_amount(found[key]) for key, _ in keys)]]
    each = "Each currency's amount is rounded half up, then they are added."
    note = f"{rates_told(found)} {each}"
    return _part(f"In {found['currency']}", columns, rows, note=note)


def _provision_part(pack: Row) -> Row:
    names = ("opening", "charge", "used", "released", "closing")
    columns = [("Currency", "wide"), *((name.capitalize(), "right") for name in names)]
    rows = [[one["currency"], *(_amount(one[name]) for name in names)] for one in pack["provision"]]
    rates = ", ".join(f"{key} {rate} %" for key, rate in pack["provision_rates"].items())
    opening = {one["opening_rates"] for one in pack["provision"]}
    note = f"Rates: {rates}. Opening {', '.join(sorted(opening))}." if rates else ""
    return _part("Provision by matrix", columns, rows, none="No rates were given.", note=note)


def _list_part(
    title: str, names: Sequence[str], found: Sequence[Row], amount: str = "amount"
) -> Row:
    columns = [(name.replace("_", " ").capitalize(), "left") for name in names]
    columns[-1] = (columns[-1][0], "wide")
    ends = [("Currency", "left"), (amount.capitalize(), "right")]
    rows = [
        [*(one[name] for name in names), one["currency"], _amount(one[amount])]
        for one in islice(found, MOST_ROWS)
    ]
    more = f"{len(found) - MOST_ROWS} more in the workbook." if len(found) > MOST_ROWS else ""
    return _part(title, [*columns, *ends], rows, note=more)


def _cut_off_part(pack: Row) -> Row:
    columns = [("Check", "wide"), ("Entries", "right"), ("Come to", "right")]
    names = {
        "dated_after": "Known when the pack was made, dated after the month",
        "late": "Recorded after the month, counted in it",
        "of_closed_months": "Recorded after an earlier month was closed, counted in that month",
    }
    rows = [
        [name, found["count"], ", ".join(f"{_amount(v)} {k}" for k, v in found["totals"].items())]
        for check, name in names.items()
        for found in [pack["cut_off"][check]]
    ]
    return _part("Cut-off", columns, rows)


def _amount(text: str) -> str:
    return f"{Decimal(text):,}"
