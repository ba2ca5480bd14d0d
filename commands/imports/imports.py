"""Importing one file: read it, record what is new, keep what was refused for fix-and-replay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import insert

from activities.planning import Planner
from commands import printing
from commands.cash.applying import match_again
from commands.imports import take_in
from commands.imports.bank_statements import keep_statements
from commands.imports.credit_notes import credit_notes_last, owed
from commands.imports.credits import credits  # noqa: A004 - what the file is about
from commands.imports.issued import sellers_of
from commands.imports.take_in import Taken
from commands.installation import Installation
from intake.bank.reading import BankReading, read_received
from intake.credits import read_credits
from intake.customers import read_customers
from intake.einvoices.reading import EInvoiceReading, read_issued
from intake.mapping import Mapping
from intake.reading import Reading
from intake.rows import Rejected
from ledger.books import Books
from ledger.channels import books_are_fresh
from ledger.imports import RejectRow
from ledger.ledger import Ledger
from ledger.rows import CHUNK
from ledger.statistics import MANY_ROWS, count_anew
from ledger.tables import ImportRow, table
from worker import utc_now

AnyReading = Reading[Any] | BankReading | EInvoiceReading

# Each kind with how it is read.
KINDS: dict[str, Callable[..., AnyReading]] = {
    "customers": read_customers,
    "invoices": read_issued,
    "payments": read_received,
    "credits": read_credits,
}
# An invoice touches pages all over the lists: together they are written once.
_AT_ONCE = {"invoices": 1_000}


class Rooms(Protocol):
    """What rows are taken into: the books and the team's policies."""

    @property
    def ledger(self) -> Ledger:
        """The books."""

    @property
    def planner(self) -> Planner:
        """The policies."""


def import_file(
    installation: Installation,
    kind: str,
    file: Path,
    mapping: Mapping | None,
    by: str,
    *,
    dry_run: bool,
) -> dict[str, Any]:
    """Import a file; the answer is that of `duncan import --json`. Raises UnreadableFile."""
    with printing.progress(f"importing {file.name}", None) as bar:

        def tell(done: int) -> None:
            bar.update(bar.task_ids[0], completed=done)

        rooms, now = installation.wiring, utc_now()
        return import_into(rooms, kind, file, mapping, by, now, dry_run=dry_run, tell=tell)


def import_into(
    rooms: Rooms,
    kind: str,
    file: Path,
    mapping: Mapping | None,
    by: str,
    now: datetime,
    *,
    dry_run: bool,
    tell: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Import a file at a moment, telling how many rows are done; the same answer.

    Raises UnreadableFile.
    """
    reading = KINDS[kind](file, mapping)
    taken: Taken[Any] = Taken()
    rows: Iterable[Any] = reading
    if kind == "invoices":
        rows = credit_notes_last(rows)
    batch = _batch(rooms, kind, now, by)
    at_once = _AT_ONCE.get(kind, CHUNK)
    steps = take_in.take_in(rooms.ledger, rows, batch, taken, at_once)
    for done in _look(rows, taken) if dry_run else steps:
        tell(done)
    report = _report(kind, file, reading, taken)
    if not dry_run:
        report["import"] = _keep(rooms, report, file, now, by, taken.rejected)
    if not dry_run and isinstance(reading, BankReading):
        run, balanced = report["import"], reading.balanced
        report["warnings"] += rooms.ledger.transact(
            lambda books: keep_statements(books, run, balanced)
        )
    if not dry_run and reading.rows >= MANY_ROWS:
        count_anew(rooms.ledger.engine)
    return report


def matched_again(installation: Installation, kind: str, by: str) -> int:
    """Apply payments that waited for what was imported now; how many that were."""
    if kind not in {"invoices", "payments"}:
        return 0
    wiring = installation.wiring
    return match_again(wiring.ledger, wiring.planner.policies.cash, utc_now(), by)


def refused_report(kind: str, file: Path, reason: str) -> dict[str, Any]:
    """The answer for a file that cannot be read at all, among others that can."""
    nothing = {"mapping": "", "rows": 0, "accepted": 0, "unchanged": 0, "updated": 0}
    empty: dict[str, Any] = {"rejected": [], "totals": {}, "warnings": []}
    return {"file": file.name, "kind": kind, **nothing, **empty, "refused": reason}


def _batch(rooms: Rooms, kind: str, now: datetime, by: str) -> take_in.Batch[Any]:
    """How rows of this kind become facts; payments are applied by the team's rules."""
    policies = rooms.planner.policies
    match kind:
        case "payments":
            return take_in.payments(now, by, policies.cash)
        case "invoices":
            return owed(now, by, sellers_of(policies))
        case "credits":
            return credits(now, by)
        case _:
            return take_in.customers(now, by)


def _look(rows: Iterable[Any], taken: Taken[Any]) -> Iterator[int]:
    """A dry run: what the file says for itself, without asking the books."""
    for number, row in enumerate(rows, start=1):
        if isinstance(row, Rejected):
            taken.rejected.append(row)
        else:
            taken.counts["accepted"] += 1
        yield number


def _report(kind: str, file: Path, reading: AnyReading, taken: Taken[Any]) -> dict[str, Any]:
    rejected = sorted(taken.rejected, key=lambda one: one.row)
    return {
        "file": file.name,
        "kind": kind,
        "mapping": reading.mapping.title,
        "rows": reading.rows,
        "accepted": taken.counts["accepted"],
        "unchanged": taken.counts["unchanged"] + reading.duplicates,
        "updated": taken.counts["updated"],
        "rejected": [
            {"row": one.row, "column": one.column, "code": one.code, "reason": one.reason}
            for one in rejected
        ],
        "totals": {currency: str(total.major) for currency, total in reading.totals.items()},
        "warnings": [*reading.warnings, *taken.warnings],
        **({"statements": reading.statements} if isinstance(reading, BankReading) else {}),
    }


def _keep(
    rooms: Rooms,
    report: dict[str, Any],
    file: Path,
    now: datetime,
    by: str,
    rejected: list[Rejected],
) -> int:
    """Keep what came of the import, and the rows it refused; its number."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    counts = {name: report[name] for name in ("rows", "accepted", "updated", "unchanged")}
    row = {"kind": report["kind"], "file": file.name, "sha256": digest, "imported_at": now}
    row |= {"by": by, "rejected": len(rejected), **counts}
    row |= {"mapping": report["mapping"], "totals": json.dumps(report["totals"])}

    def work(books: Books) -> int:
        done = books.connection.execute(insert(table(ImportRow)).values(**row))
        (number,) = done.inserted_primary_key or (0,)
        kept = [
            {
                "import_id": number,
                "row": one.row,
                "column": one.column,
                "code": one.code,
                "reason": one.reason,
                "cells": json.dumps(one.cells, ensure_ascii=False),
            }
            for one in rejected
        ]
        if kept:
            books.connection.execute(insert(table(RejectRow)), kept)
        books_are_fresh(books)
        return int(number)

    return rooms.ledger.transact(work)
