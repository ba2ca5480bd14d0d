"""Rebuilding the lists from the facts, and finding where they say something else than the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, delete, select, text, tuple_
from sqlmodel import SQLModel

from dunning.case import Case
from dunning.customer import fold_customer
from dunning.customer_facts import CustomerFact
from ledger.applications import ApplicationRow, application_rows
from ledger.books import Books
from ledger.disputes import DisputeRow, dispute_rows
from ledger.ledger import Ledger
from ledger.projections import case_row, customer_row, note_owed, project_cases
from ledger.promises import PromiseRow, promise_rows
from ledger.rebuilt_rows import ALONE, customers_of, tasks
from ledger.rows import Row, chunks, upsert
from ledger.search_words import rewrite_words
from ledger.statistics import count_anew
from ledger.tables import CaseRow, CustomerRow, FactRow, PaymentRow, TaskItemRow, TaskRow, table

FACT = table(FactRow)
Model = type[SQLModel]
Key = tuple[Any, ...]
# Lists that are made together.
_CASES: tuple[Model, ...] = (CaseRow, ApplicationRow, DisputeRow, PromiseRow)
_TASKS = (TaskRow, TaskItemRow)
_OTHERS: tuple[tuple[Model, ...], ...] = ((CustomerRow,), _TASKS, *((one,) for one in ALONE))
_STREAMS: dict[Model, str] = {CaseRow: "invoice", CustomerRow: "customer", PaymentRow: "payment"}


class Difference(NamedTuple):
    """A row that is not what the facts make of it: `missing`, `unfounded`, or these columns."""

    table: str
    key: str
    what: str


def rebuild(
    ledger: Ledger,
    replan: Callable[[Books, Sequence[Case]], object],
    progress: Callable[[int], None],
) -> int:
    """Make every list again from the facts, in batches; how many cases there are.

    `replan` notes the plans of a batch of cases; `progress` hears how many cases are done. The
    facts, the messages and what else rows hold are left alone.
    """
    done = 0
    with snapshot(ledger) as books:
        invoices = _names(books, CaseRow)
    for some in chunks(invoices):
        ledger.transact(lambda books, some=some: _rebuild_cases(books, some, replan))  # type: ignore[misc]
        done += len(some)
        progress(done)
    for models in (_CASES, *_OTHERS):
        ledger.transact(lambda books, models=models: _rebuild_lists(books, models))  # type: ignore[misc]
    ledger.transact(lambda books: rewrite_words(books.connection))
    ledger.transact(lambda books: note_owed(books.connection))
    count_anew(ledger.engine)
    return done


def differences(books: Books) -> Iterator[Difference]:
    """Every row of a list that a rebuild would change; what was planned is not looked at."""
    for models in (_CASES, *_OTHERS):
        for model, rows in _expected(books, models):
            yield from _differing(books.connection, model, rows)
        for model, key in _unfounded(books, models):
            yield Difference(_name(model), _worded(key), "unfounded")


@contextmanager
def snapshot(ledger: Ledger, of: str = "") -> Iterator[Books]:
    """The books as they stand at one moment, however long the reading takes.

    On PostgreSQL `of` names the moment of another reading that still goes on (`name_of_snapshot`).
    """
    engine = ledger.engine.execution_options(read_only=True)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection:
        if of:
            connection.execute(text(f"SET TRANSACTION SNAPSHOT '{of}'"))
        yield Books(connection)


def name_of_snapshot(books: Books) -> str:
    """What others call the moment that these books are read at; SQLite has no name for it."""
    if books.connection.dialect.name != "postgresql":
        return ""
    return str(books.connection.execute(text("SELECT pg_export_snapshot()")).scalar_one())


def _rebuild_cases(
    books: Books, invoices: Sequence[str], replan: Callable[[Books, Sequence[Case]], object]
) -> None:
    # The rows may be wrong or missing, so the customers to lock are taken from the facts.
    books.lock_customers(customers_of(books, invoices).values())
    cases = list(books.cases(invoices).values())
    project_cases(books.connection, cases)
    replan(books, cases)


def _rebuild_lists(books: Books, models: tuple[Model, ...]) -> None:
    if models != _CASES:
        _lock(books.connection, models)
        for model, rows in _expected(books, models):
            upsert(books.connection, model, rows)
    for model, key in list(_unfounded(books, models)):
        columns = tuple_(*table(model).primary_key)
        books.connection.execute(delete(table(model)).where(columns == tuple_(*key)))


def _lock(connection: Connection, models: tuple[Model, ...]) -> None:
    """Let nobody write to these lists until the transaction ends, but everybody read."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(_name(model) for model in models)
        connection.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))


def _expected(books: Books, models: tuple[Model, ...]) -> Iterator[tuple[Model, list[Row]]]:
    """The rows the facts make, in pieces."""
    first = models[0]
    if first is TaskRow:
        made, items = tasks(books)
        yield from ((TaskRow, some) for some in chunks(made))
        yield from ((TaskItemRow, some) for some in chunks(items))
    elif first in ALONE:
        yield from ((first, some) for some in chunks(ALONE[first](books)))
    elif first is CustomerRow:
        yield from ((CustomerRow, _customers(books, some)) for some in chunks(_names(books, first)))
    else:
        for some in chunks(_names(books, CaseRow)):
            cases = books.cases(some).values()
            yield CaseRow, [case_row(case) for case in cases]
            yield ApplicationRow, [row for case in cases for row in application_rows(case)]
            yield DisputeRow, [row for case in cases for row in dispute_rows(case)]
            yield PromiseRow, [row for case in cases for row in promise_rows(case)]


def _customers(books: Books, customers: Sequence[str]) -> list[Row]:
    histories = books.histories(f"customer:{customer}" for customer in customers)
    return [
        customer_row(fold_customer(cast("list[CustomerFact]", history)))
        for history in histories.values()
    ]


def _names(books: Books, model: Model) -> list[str]:
    """What the streams of this list are about."""
    kind = f"{_STREAMS[model]}:"
    query = select(FACT.c.stream).where(FACT.c.number == 1, FACT.c.stream.startswith(kind))
    found = books.connection.execute(query.order_by(FACT.c.stream)).scalars()
    return [stream.removeprefix(kind) for stream in found]


def _differing(connection: Connection, model: Model, rows: Sequence[Row]) -> Iterator[Difference]:
    keys = list(table(model).primary_key)
    within = keys[0].in_({row[keys[0].name] for row in rows})
    stored = {
        tuple(row[key.name] for key in keys): row
        for row in connection.execute(select(table(model)).where(within)).mappings()
    }
    for row in rows:
        key = tuple(row[column.name] for column in keys)
        found = stored.get(key)
        other = [name for name in row if found is not None and found[name] != row[name]]
        if found is None or other:
            yield Difference(_name(model), _worded(key), ", ".join(other) or "missing")


def _unfounded(books: Books, models: tuple[Model, ...]) -> Iterator[tuple[Model, Key]]:
    """Rows of which no fact speaks."""
    for model in models:
        # Before the facts: a row that is added meanwhile has its fact.
        keys = [tuple(row) for row in books.connection.execute(select(*table(model).primary_key))]
        founded: set[Key] = set()
        if model in _STREAMS:
            founded = {(name,) for name in _names(books, model)}
        elif model in _CASES or model in ALONE:
            together = _CASES if model in _CASES else (model,)
            rows = (row for one, some in _expected(books, together) if one is model for row in some)
            founded = {tuple(row[c.name] for c in table(model).primary_key) for row in rows}
        else:
            made, items = tasks(books)
            founded |= {(row["task"],) for row in made}
            founded |= {(row["task"], row["invoice"]) for row in items}
        yield from ((model, key) for key in keys if key not in founded)


def _worded(key: Key) -> str:
    return " / ".join(str(part) for part in key)


def _name(model: Model) -> str:
    return str(model.__tablename__)
