"""Large ledgers to measure with: a rehearsed sample ledger, copied as often as asked.

Every copy has customers and invoices of its own and hash chains of its own. Only the sample's
largest customer stays one customer: its invoices of all copies are covered by the same messages,
so it has more than a quarter of everything, as in real ledgers. The words of messages are stored
once for all copies, though every message has its own: a million invoices' would fill a disk.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.script import Files, read_script
from commands.sample.ledger import write_sample_ledger
from ledger.books import Books
from ledger.chain import GENESIS
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.schema import upgrade
from ledger.tables import CaseRow, FactRow, MessageRow, table
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
_LISTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("dunning_case", ("invoice", "customer")),
    ("message", ("attempt", "customer", "claimant", "contact")),
    ("message_item", ("attempt", "invoice")),
    ("delivery_event", ("event", "attempt")),
    ("payment", ("payment", "reference")),
)
# Where a copy's number goes; no fact has it otherwise.
_MARK = "\x00"
_KEPT_WORDS = (
    "CREATE TABLE kept_words (attempt VARCHAR PRIMARY KEY, content BLOB NOT NULL)",
    "DROP TABLE message_content",
    """CREATE VIEW message_content AS SELECT message.attempt, kept_words.content
    FROM message JOIN kept_words ON kept_words.attempt = substr(message.attempt, -24)""",
)
_FACT_COLUMNS = ("stream", "number", "kind", "body", "recorded_at", "by", "previous_hash", "hash")
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
    with target.begin() as connection:
        sample.keep_words(connection)
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


class _Template(NamedTuple):
    """A fact with a mark wherever a copy's number goes."""

    stream: str
    number: int
    kind: str
    body: str
    recorded_at: str
    by: str
    # Of the largest customer itself, whose facts are there once.
    is_once: bool


class _Sample:
    """The rows of a rehearsed ledger, ready to be copied."""

    def __init__(self, books: Books, *, only_open: bool, touches: int) -> None:
        connection = books.connection
        cases = _rows(connection, "dunning_case")
        customers = _often_touched(connection, cases, touches)
        cases = [row for row in cases if row["customer"] in customers]
        self._largest = _largest(connection, cases)
        kept = {row["invoice"] for row in cases if not only_open or row["closed_on"] is None}
        self.invoices = len(kept)
        # What messages said is read by an audit only.
        self._words = [] if only_open else _rows(connection, "message_content")
        lists = [(name, keys, _rows(connection, name)) for name, keys in _LISTS]
        sent = {row["attempt"] for row in lists[1][2] if row["customer"] in customers}
        self._lists = [
            (name, keys, [row for row in rows if _belongs(row, kept, sent)])
            for name, keys, rows in (lists[:3] if only_open else lists)
        ]
        facts = _rows(connection, "fact ORDER BY stream, number")
        self._facts = [
            self._template(fact) for fact in facts if _invoice_of(fact["stream"]) in {*kept, ""}
        ]

    def keep_words(self, connection: Connection) -> None:
        """Store the words of the sample's messages, and let every copy of one show them."""
        for statement in _KEPT_WORDS:
            connection.exec_driver_sql(statement)
        words = [tuple(row.values()) for row in self._words]
        _insert(connection, "kept_words", ("attempt", "content"), words)

    def copy_into(self, connection: Connection, number: int) -> None:
        """Add the copy of this number."""
        _insert(connection, "fact", _FACT_COLUMNS, self._copied_facts(number))
        for name, keys, rows in self._lists:
            named = (self._named(one, keys, number) for one in rows)
            copied = [tuple(row.values()) for row in named if row]
            _insert(connection, name, tuple(rows[0]) if rows else (), copied)

    def _template(self, fact: Row) -> _Template:
        kind, _, name = fact["stream"].partition(":")
        is_largest = name == self._largest.customer or name in self._largest.invoices
        is_once = is_largest and kind == "customer"
        body = fact["body"]
        for one in _OF_INVOICES if is_largest else _NAMES:
            body = body.replace(f'"{one}":"', f'"{one}":"{_MARK}')
        stream = fact["stream"] if is_once else f"{kind}:{_MARK}{name}"
        envelope = (fact["number"], fact["kind"], body, fact["recorded_at"], fact["by"])
        return _Template(stream, *envelope, is_once)

    def _copied_facts(self, number: int) -> Iterator[tuple[Any, ...]]:
        mark, before, last = _new("", number), GENESIS, ""
        for template in self._facts:
            place, kind, body, at, by = template[1:6]
            if template.is_once and number:
                continue
            stream, body = template.stream.replace(_MARK, mark), body.replace(_MARK, mark)
            before = before if stream == last else GENESIS
            fields = (before, stream, str(place), kind, body, f"{at[:10]}T{at[11:]}", by)
            digest = hashlib.sha256("\x1f".join(fields).encode()).hexdigest()
            yield stream, place, kind, body, at, by, before, digest
            before, last = digest, stream

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


def _belongs(row: Row, invoices: set[str], attempts: set[str]) -> bool:
    """Whether what the row names, as far as it names any, is kept."""
    named = ((row.get("invoice"), invoices), (row.get("attempt"), attempts))
    return all(name is None or name in kept for name, kept in named)


def _invoice_of(stream: str) -> str:
    kind, _, name = stream.partition(":")
    return name if kind == "invoice" else ""


def _rows(books: Connection, name: str) -> list[Row]:
    """The rows of a table as they are stored."""
    found = books.exec_driver_sql(f"SELECT * FROM {name}").mappings()  # noqa: S608 - our own tables
    return [{name: row[name] for name in row if name != "id"} for row in found]


def _insert(
    connection: Connection, name: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    named, places = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
    statement = f"INSERT INTO {name} ({named}) VALUES ({places})"  # noqa: S608 - our own tables
    if values := list(rows):
        connection.exec_driver_sql(statement, values)


def _new(name: str, number: int) -> str:
    return f"{number:05}-{name}"
