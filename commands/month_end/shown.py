"""A month-end pack on the screen: the roll-forward, what ties out, and what is left to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from commands import printing
from commands.month_end.pack import problems_of
from dunning.period import Month
from dunning.reports.roll_forward import LINES, UNAPPLIED_LINES

Row = dict[str, Any]
LABELS = {line.key: line.label for line in LINES}
_SHOWN = 40
_ZERO = {"0", "0.00", "0.000"}


def print_packs(packs: Sequence[Row]) -> None:
    """Print packs, or what became of months that were only reopened."""
    for pack in packs:
        _print_pack(pack)


def print_late(rows: Sequence[Row], month: Month) -> None:
    """Print what came after the close."""
    if not rows:
        printing.say(f"Nothing of {month} or earlier was recorded after it was closed.")
        return
    columns = ("entity", "invoice", "kind", "on", "recorded", "currency", ">amount")
    shown = [
        (
            *(one[name] for name in ("entity", "invoice", "kind", "on")),
            one["recorded_at"][:16],
            one["currency"],
            one["amount"],
        )
        for one in rows[:_SHOWN]
    ]
    printing.table(f"Recorded after {month} was closed, counted in it or before", columns, shown)
    if len(rows) > _SHOWN:
        printing.say(f"… and {len(rows) - _SHOWN} more; --json lists all.")


def state_of(pack: Row) -> str:
    """Where the month stands, in a sentence."""
    name = f"{pack['month']} of {pack['entity']}"
    prepared, closed, reopened = pack["prepared"], pack["closed"], pack["reopened"]
    if closed:
        return f"{name} is closed: prepared by {prepared['by']}, reviewed by {closed['by']}."
    if prepared:
        return f"{name} was prepared by {prepared['by']}; another person has to review it."
    if reopened:
        why = reopened["reason"].rstrip(".")
        return (
            f"{name} was reopened by {reopened['by']}, agreed by {reopened['approved_by']}: {why}."
        )
    return f"{name} is open; these are its figures as they are now."


def roll_rows(roll: Row) -> list[tuple[str, str, str]]:
    """The lines of a roll-forward with what they add up, for people: part, line, amount."""
    rows = []
    for part, labels in (("invoices", LABELS), ("unapplied", UNAPPLIED_LINES)):
        one = roll[part]
        lines = [(labels[key], amount) for key, amount in one["lines"].items()]
        rows += [(part, "Opening", one["opening"])]
        rows += [(part, label, amount) for label, amount in lines if amount not in _ZERO]
        rows += [(part, "Closing", one["closing"]), (part, "Difference", one["difference"])]
    return rows


def _print_pack(pack: Row) -> None:
    printing.say(state_of(pack))
    for roll in pack.get("roll_forward", ()):
        _print_roll(pack, roll)
    for tied in pack.get("tie_out", ()):
        rows = [(f"general ledger {one['account']}", one["amount"]) for one in tied["accounts"]]
        rows += [("subledger", tied["subledger"]), ("difference", tied["difference"])]
        rows += [(f"{one['type']} {one['reference']}", one["amount"]) for one in tied["items"]]
        rows += [("unexplained", tied["unexplained"])]
        printing.table(f"Tie-out in {tied['currency']}", ("what", ">amount"), rows)
    if "cut_off" in pack:
        _print_rest(pack)


def _print_roll(pack: Row, roll: Row) -> None:
    rows = [*roll_rows(roll), ("subledger", "Closing", roll["closing"])]
    title = f"Roll-forward of {pack['month']} in {roll['currency']}"
    printing.table(title, ("part", "line", ">amount"), rows)


def _print_rest(pack: Row) -> None:
    for one in pack["provision"]:
        rows = [(name, one[name]) for name in ("opening", "charge", "used", "released", "closing")]
        printing.table(f"Provision in {one['currency']}", ("what", ">amount"), rows)
    cut = {name: found["count"] for name, found in pack["cut_off"].items()}
    printing.say(
        f"{len(pack['unapplied'])} payments unapplied, {len(pack['write_offs'])} write-offs,"
        f" {len(pack['disputes'])} open disputes, {cut['dated_after']} entries dated after the"
        f" month, {cut['late']} posted late, {cut['of_closed_months']} of closed months."
    )
    if pack["audit"]:
        printing.say(pack["audit"])
    for problem in problems_of(pack):
        printing.complain(problem)
