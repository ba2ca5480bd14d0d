"""`python -m bench.audit`: how long an audit takes, and how much memory, in copies of a ledger.

The sample ledger is rehearsed once; its books are then copied into one file as often as asked,
every copy with customers and invoices of its own and a chain of its own.
"""

from __future__ import annotations

import asyncio
import resource
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, insert, select

from commands.audit.audit import Scope, found_in
from commands.audit.shares import WORTH_SHARING, shared_audit, shares_for
from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.script import Files, read_script
from commands.sample.ledger import write_sample_ledger
from engine import keep_engine_quiet
from ledger.chain import GENESIS, hash_of
from ledger.correspondence import DeliveryEventRow, MessageContentRow
from ledger.engine import open_engine
from ledger.schema import upgrade
from ledger.tables import CaseRow, FactRow, MessageItemRow, MessageRow, PaymentRow, table
from settings import Settings, read_settings
from worker import wire

LAST = date(2026, 6, 30)
AFTER_ALL = datetime(2026, 7, 1, 18, tzinfo=UTC)
FACT = table(FactRow)
# Lists with the columns that name a customer, an invoice, an attempt, a payment or an event.
_LISTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (CaseRow, ("invoice", "customer")),
    (MessageRow, ("attempt", "customer", "claimant", "contact")),
    (MessageItemRow, ("attempt", "invoice")),
    (MessageContentRow, ("attempt",)),
    (DeliveryEventRow, ("event", "attempt")),
    (PaymentRow, ("payment", "reference")),
)
_NAMES = ("invoice", "customer", "attempt", "payment", "claimant", "contact", "dispute", "task")
_PROCESSES = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
Row = dict[str, Any]


def measure(copies: int, days: int) -> None:
    """Rehearse, copy, audit, and print the figures."""
    with TemporaryDirectory(prefix="bench-") as folder:
        settings = fresh_home(read_settings(), Path(folder) / "template")
        asyncio.run(_rehearse(settings, Path(folder) / "files", days))
        large = fresh_home(settings, Path(folder) / "large")
        _copy(settings, large, copies)
        _audit(large)


async def _rehearse(settings: Settings, folder: Path, days: int) -> None:
    sample = write_sample_ledger(folder, LAST, days=days)
    files = (sample.invoices_file, sample.payments_file, sample.customers_file)
    script = read_script(Files(*files, events=sample.events_file), None, None)
    played = await rehearse(script, Stage(settings), lambda _: None)
    played.wiring.ledger.engine.dispose()


def _copy(template: Settings, large: Settings, copies: int) -> None:
    source, target = open_engine(template.books_url), open_engine(large.books_url)
    upgrade(target)
    with source.execution_options(read_only=True).connect() as books:
        facts = _rows(books, FactRow)
        lists = [(model, names, _rows(books, model)) for model, names in _LISTS]
    for number in range(copies):
        with target.begin() as books:
            books.execute(insert(FACT), list(_copied_facts(facts, number)))
            for model, names, rows in lists:
                if rows:
                    books.execute(
                        insert(table(model)), [_named(row, names, number) for row in rows]
                    )
    source.dispose()
    target.dispose()


def _rows(books: Connection, model: Any) -> list[Row]:  # noqa: ANN401 - any table's class
    order = [FACT.c.stream, FACT.c.number] if model is FactRow else []
    found = books.execute(select(table(model)).order_by(*order)).mappings()
    return [dict(row) for row in found]


def _copied_facts(facts: Sequence[Row], number: int) -> Iterator[Row]:
    previous: dict[str, str] = {}
    rename = _renamer(number)
    for fact in facts:
        kind, _, name = fact["stream"].partition(":")
        stream = f"{kind}:{number}-{name}"
        before = previous.get(stream, GENESIS)
        envelope = (fact["number"], fact["kind"], rename(fact["body"]), fact["recorded_at"])
        digest = hash_of(before, stream, *envelope, fact["by"])
        previous[stream] = digest
        names = ("number", "kind", "body", "recorded_at")
        copied = dict(zip(names, envelope, strict=True))
        yield {
            **copied,
            "stream": stream,
            "by": fact["by"],
            "previous_hash": before,
            "hash": digest,
        }


def _renamer(number: int) -> Callable[[str], str]:
    def rename(body: str) -> str:
        for name in _NAMES:
            body = body.replace(f'"{name}":"', f'"{name}":"{number}-')
        return body

    return rename


def _named(row: Row, names: tuple[str, ...], number: int) -> Row:
    return {**row, **{name: f"{number}-{row[name]}" for name in names}}


def _audit(settings: Settings) -> None:
    wiring = wire(settings)
    scope = Scope(LAST - timedelta(days=365), LAST, AFTER_ALL)
    shares, began = shares_for(WORTH_SHARING), time.perf_counter()
    answer = shared_audit(wiring, settings, scope, lambda _: None, shares)
    seconds = time.perf_counter() - began
    own, others = (resource.getrusage(who).ru_maxrss for who in _PROCESSES)
    memory = (own + others * (shares - 1)) / 1024
    population, size = answer["population"], Path(settings.home / "books.db").stat().st_size
    rate = seconds / max(1, population["invoices"])
    print(f"{population} in {size / 2**20:,.0f} MB of books; {found_in(answer)} findings")
    print(f"{shares} processes: {seconds:,.1f} s, {memory:,.0f} MB at most")
    print(f"{rate * 1e6:,.0f} µs an invoice; {rate * 1e6 / 60:,.1f} minutes for a million of these")


if __name__ == "__main__":
    keep_engine_quiet()
    parser = ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--copies", type=int, default=200, help="copies of the sample ledger")
    parser.add_argument("--days", type=int, default=60, help="days of the sample ledger")
    asked = parser.parse_args()
    measure(asked.copies, asked.days)
