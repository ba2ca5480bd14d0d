"""Large ledgers to measure with: a rehearsed sample ledger, copied as often as asked.

Every copy has customers and invoices of its own and hash chains of its own. Only the sample's
largest customer stays one customer: its invoices of all copies are covered by the same messages,
so it has more than a quarter of everything, as in real ledgers.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select

from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.script import Files, read_script
from commands.sample.ledger import write_sample_ledger
from ledger.books import Books
from ledger.chain import GENESIS, hash_of
from ledger.correspondence import DeliveryEventRow, MessageContentRow
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.schema import upgrade
from ledger.tables import CaseRow, FactRow, MessageItemRow, MessageRow, PaymentRow, table
from settings import Settings, read_settings

LAST = date(2026, 6, 30)
AFTER_ALL = datetime(2026, 7, 1, 18, tzinfo=UTC)
# From the issue of an invoice nobody pays to the last step of its cadence.
WHOLE_CADENCE = timedelta(days=100)
CASE, FACT, MESSAGE = table(CaseRow), table(FactRow), table(MessageRow)
# What of the largest customer has a name of its own in every copy; other customers' all have.
_OF_INVOICES = frozenset({"invoice", "payment", "reference", "claimant", "dispute"})
_NAMES = ("invoice", "customer", "attempt", "payment", "claimant", "contact", "dispute", "task")
# Lists with the columns that name a customer, an invoice, an attempt, a payment or an event.
_LISTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (CaseRow, ("invoice", "customer")),
    (MessageRow, ("attempt", "customer", "claimant", "contact")),
    (MessageItemRow, ("attempt", "invoice")),
    (MessageContentRow, ("attempt",)),
    (DeliveryEventRow, ("event", "attempt")),
    (PaymentRow, ("payment", "reference")),
)
Row = dict[str, Any]


class _Largest(NamedTuple):
    customer: str
    invoices: frozenset[str]
    attempts: frozenset[str]


def large_ledger(
    folder: Path, invoices: int, days: int, *, only_open: bool, touches: int = 0
) -> Settings:
    """Settings of an installation whose books have about so many (open) invoices.

    The sample runs for so many days until LAST, and what happened by then is all there is. With
    `touches`, nobody pays, disputes or promises, it ends earlier, so that cadences run to their
    end by LAST, and only customers are kept who got so many touches an invoice on the average.
    """
    settings = rehearsed(folder, days, unpaid=touches > 0)
    large = fresh_home(settings, folder / "large")
    source, target = open_engine(settings.books_url), open_engine(large.books_url)
    upgrade(target)
    with snapshot(Ledger(source)) as books:
        sample = _Sample(books, only_open=only_open, touches=touches)
    for number in range(-(-invoices // sample.invoices)):
        with target.begin() as connection:
            sample.copy_into(connection, number)
    source.dispose()
    target.dispose()
    return large


def rehearsed(folder: Path, days: int, *, unpaid: bool = False) -> Settings:
    """Settings of an installation that lived through so many days of the sample ledger."""
    settings = fresh_home(read_settings(), folder / "template")
    asyncio.run(_rehearse(settings, folder / "files", days, unpaid=unpaid))
    return settings


async def _rehearse(settings: Settings, folder: Path, days: int, *, unpaid: bool) -> None:
    sample = write_sample_ledger(folder, LAST - WHOLE_CADENCE if unpaid else LAST, days=days)
    happened = (None, None) if unpaid else (sample.payments_file, sample.events_file)
    files = Files(sample.invoices_file, happened[0], sample.customers_file, happened[1])
    script = read_script(files, None, LAST)
    played = await rehearse(script, Stage(settings), lambda _: None)
    played.wiring.ledger.engine.dispose()


class _Sample:
    """The rows of a rehearsed ledger, ready to be copied."""

    def __init__(self, books: Books, *, only_open: bool, touches: int) -> None:
        connection = books.connection
        cases = _rows(connection, CaseRow)
        customers = _often_touched(connection, cases, touches)
        cases = [row for row in cases if row["customer"] in customers]
        self._largest = _largest(connection, cases)
        kept = {row["invoice"] for row in cases if _counts(row, only_open)}
        self.invoices = len(kept)
        # What messages said is read by an audit only.
        lists = _LISTS[:3] if only_open else _LISTS
        found = [(model, names, _rows(connection, model)) for model, names in lists]
        sent = {row["attempt"] for row in _rows(connection, MessageRow)}
        sent -= {row["attempt"] for row in found[1][2] if row["customer"] not in customers}
        self._lists = [
            (model, names, [row for row in rows if _belongs(row, kept, sent)])
            for model, names, rows in found
        ]
        facts = _rows(connection, FactRow)
        self._facts = [fact for fact in facts if _invoice_of(fact["stream"]) in {*kept, ""}]

    def copy_into(self, connection: Connection, number: int) -> None:
        """Add the copy of this number."""
        connection.execute(insert(FACT), list(self._copied_facts(number)))
        for model, names, rows in self._lists:
            copied = [row for one in rows if (row := self._named(one, names, number))]
            if copied:
                connection.execute(insert(table(model)), copied)

    def _copied_facts(self, number: int) -> Iterator[Row]:
        previous: dict[str, str] = {}
        for fact in self._facts:
            kind, _, name = fact["stream"].partition(":")
            is_largest = name == self._largest.customer or name in self._largest.invoices
            if is_largest and kind == "customer" and number:
                continue
            stream = f"{kind}:{name if kind == 'customer' and is_largest else _new(name, number)}"
            rename = _renamer(number, _OF_INVOICES if is_largest else frozenset(_NAMES))
            before = previous.get(stream, GENESIS)
            envelope = (fact["number"], fact["kind"], rename(fact["body"]), fact["recorded_at"])
            digest = hash_of(before, stream, *envelope, fact["by"])
            previous[stream] = digest
            row = dict(zip(("number", "kind", "body", "recorded_at"), envelope, strict=True))
            hashes = {"previous_hash": before, "hash": digest}
            yield {**row, "stream": stream, "by": fact["by"], **hashes}

    def _named(self, row: Row, names: tuple[str, ...], number: int) -> Row | None:
        """The row of this copy; None where the largest customer has it already."""
        largest = self._largest
        if row.get("customer") == largest.customer or row.get("attempt") in largest.attempts:
            if "invoice" not in row and number:
                return None
            names = tuple(name for name in names if name in _OF_INVOICES and name != "claimant")
            if "claimant" in row:
                names = (*names, "claimant")
        return {**row, **{name: _new(row[name], number) for name in names}}


def _often_touched(connection: Connection, cases: list[Row], least: int) -> set[str]:
    """All customers, or those with the most touches an invoice, so many that it is `least`."""
    started = select(FACT.c.stream).where(FACT.c.kind == "touch_started")
    touches = Counter(connection.execute(started).scalars())
    own: dict[str, list[int]] = defaultdict(list)
    for row in cases:
        own[row["customer"]].append(touches[f"invoice:{row['invoice']}"])
    kept = sorted(own, key=lambda one: (-sum(own[one]) / len(own[one]), one))
    while least and kept and _mean(own, kept) < least:
        kept.pop()
    return set(kept)


def _mean(own: dict[str, list[int]], customers: list[str]) -> float:
    counts = [count for customer in customers for count in own[customer]]
    return sum(counts) / len(counts)


def _largest(connection: Connection, cases: list[Row]) -> _Largest:
    counted = Counter(row["customer"] for row in cases)
    customer = max(counted, key=lambda one: (counted[one], one))
    sent = select(MESSAGE.c.attempt).where(MESSAGE.c.customer == customer)
    attempts = frozenset(connection.execute(sent).scalars())
    invoices = frozenset(row["invoice"] for row in cases if row["customer"] == customer)
    return _Largest(customer, invoices, attempts)


def _counts(row: Row, only_open: bool) -> bool:  # noqa: FBT001 - asked for every row
    return not only_open or row["closed_on"] is None


def _belongs(row: Row, invoices: set[str], attempts: set[str]) -> bool:
    """Whether what the row names, as far as it names any, is kept."""
    named = ((row.get("invoice"), invoices), (row.get("attempt"), attempts))
    return all(name is None or name in kept for name, kept in named)


def _invoice_of(stream: str) -> str:
    kind, _, name = stream.partition(":")
    return name if kind == "invoice" else ""


def _rows(books: Connection, model: Any) -> list[Row]:  # noqa: ANN401 - any table's class
    order = [FACT.c.stream, FACT.c.number] if model is FactRow else []
    found = books.execute(select(table(model)).order_by(*order)).mappings()
    return [{name: row[name] for name in row if name != "id"} for row in found]


def _renamer(number: int, names: frozenset[str]) -> Callable[[str], str]:
    def rename(body: str) -> str:
        for name in names:
            key = f'"{name}":"'
            if key in body:
                body = body.replace(key, f"{key}{_new('', number)}")
        return body

    return rename


def _new(name: str, number: int) -> str:
    return f"{number:05}-{name}"
