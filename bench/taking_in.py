"""Files to take in at any size, and the parts that take them in."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

from bench.copies import AFTER_ALL
from commands.imports.imports import import_into
from settings import Settings
from worker import Wiring

INVOICES, BANK_LINES = "invoices taken in", "bank lines matched"
_FILES = {INVOICES: "invoices", BANK_LINES: "payments"}
_HEADS = {
    "invoices": ("invoice", "customer", "currency", "amount", "issue_date", "due_date"),
    "payments": ("payment", "date", "currency", "amount", "reference", "payer"),
}
_FIRST, _PAID = date(2026, 3, 1), date(2026, 6, 29)
_TERMS = timedelta(days=30)
_PRIME = 7919
# The share of the largest customer.
_PER_CENT = 27


def write_files(folder: Path, invoices: int) -> None:
    """Write a file of invoices, and a bank's lines for every tenth of them.

    More than a quarter of the invoices is one customer's, the others have ten each. Of ten lines
    eight name their invoice, one says nothing about it, one pays a part.
    """
    issued = [_invoice(number, invoices) for number in range(invoices)]
    _write(folder, "invoices", issued)
    _write(folder, "payments", [_paid(place, row) for place, row in enumerate(issued[::10])])


def take_in(part: str, wiring: Wiring, settings: Settings) -> int:
    """Take the part's file in; how many rows of it were new."""
    kind = _FILES[part]
    file = settings.home / f"{kind}.csv"
    report = import_into(wiring, kind, file, None, "import", AFTER_ALL, dry_run=False)
    assert not report["rejected"], report["rejected"][:3]
    return int(report["accepted"])


def _invoice(number: int, invoices: int) -> tuple[str, ...]:
    mixed = number * _PRIME
    customer = 0 if mixed % 100 < _PER_CENT else 1 + mixed % max(invoices // 10, 1)
    issued = _FIRST + timedelta(days=mixed % 118)
    cents = 1_000 + mixed % 900_000
    days = (str(issued), str(issued + _TERMS))
    return (f"INV-{number:07}", f"C{customer:06}", "EUR", f"{cents / 100:.2f}", *days)


def _paid(place: int, row: tuple[str, ...]) -> tuple[str, ...]:
    invoice, customer, currency, amount = row[:4]
    reference = "thank you" if place % 10 == 0 else invoice
    part = "9.50" if place % 10 == 1 else amount
    return (f"B{place:07}", str(_PAID), currency, part, reference, customer)


def _write(folder: Path, kind: str, rows: list[tuple[str, ...]]) -> None:
    with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADS[kind])
        writer.writerows(rows)
