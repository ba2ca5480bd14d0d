"""Books for the desk at any size: everything of a sample, its facts too, copied by the database.

Every copy has customers and invoices of its own. Only the largest customer stays one customer,
with 27 in a hundred of all open invoices. Of what is closed a quarter is copied. Lists and pages
read no hashes, so copied facts have those of the sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text

_SHARE_OF_LARGEST = 0.27
_CLOSED = 4
_KEYS = (
    "invoice customer task dispute payment attempt claimant hold plan finding adjustment".split()
)
# What of the largest customer has a name of its own in every copy; other customers' all have.
_OF_INVOICES = frozenset("invoice dispute payment finding adjustment number".split())


class _List(NamedTuple):
    """A table, the columns that name what every copy has its own of, and what rows belong to."""

    table: str
    names: tuple[str, ...]
    belongs: str


_LISTS = (
    _List("customer", ("customer", "key"), "customer"),
    _List("dunning_case", ("invoice", "customer"), "invoice"),
    _List("application", ("invoice", "source"), "invoice"),
    _List("dispute", ("dispute", "invoice", "customer"), "invoice"),
    _List("promise", ("promise", "invoice", "customer"), "invoice"),
    _List("payment", ("payment", "reference"), ""),
    _List("message", ("attempt", "customer", "claimant"), "customer"),
    _List("message_item", ("attempt", "invoice"), "invoice"),
    _List("task", ("task", "customer"), "customer"),
    _List("task_item", ("task", "invoice"), "invoice"),
    _List("reply", ("reply", "customer"), ""),
    _List("finding", ("finding", "invoice", "customer"), ""),
    _List("audit_run", ("run",), ""),
    _List("import_run", ("file",), ""),
    _List("import_reject", ("code",), ""),
    _List("hold", ("customer", "hold"), "customer"),
    _List("payment_plan", ("plan", "customer"), "customer"),
    _List("search_word", ("number",), "word"),
    _List("fact", (), "stream"),
)
# Indexes are made anew once everything is copied, which is quicker than keeping them meanwhile.
_INDEXES = {
    "sqlite": """SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table
    AND sql IS NOT NULL""",
    "postgresql": """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table
    AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
}
# A name of a copy is found by the whole of it as well as by the words of the sample's.
_WHOLE_WORDS = """INSERT INTO search_word (word, kind, number)
    SELECT DISTINCT lower(CAST(n.i AS VARCHAR(9)) || '-' || b.name), b.found,
    CAST(n.i AS VARCHAR(9)) || '-' || b.name
    FROM (SELECT substr(kind, 1, length(kind) - 1) AS found, name, times FROM bench_stream
    WHERE kind IN ('invoice:', 'customer:')) b JOIN bench_number n ON n.i <= b.times"""


_OFTEN = (
    """INSERT INTO bench_stream SELECT 'invoice:' || invoice, 'invoice:', invoice,
    (CASE WHEN customer = :largest THEN :often ELSE :others END)
    / (CASE WHEN closed_on IS NULL THEN 1 ELSE :closed END),
    CASE WHEN customer = :largest THEN 1 ELSE 0 END FROM dunning_case""",
    """INSERT INTO bench_stream SELECT 'customer:' || customer, 'customer:', customer, :others, 0
    FROM customer WHERE customer <> :largest""",
    """INSERT INTO bench_stream SELECT DISTINCT stream, substr(stream, 1, 8), substr(stream, 9),
    :others, 0 FROM fact WHERE stream LIKE 'payment:%' OR stream LIKE 'finding:%'""",
)


def desk_books(engine: Engine, largest: str, invoices: int) -> int:
    """Copy the sample in these books until so many invoices are open; how many are."""
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bench_number (i INTEGER PRIMARY KEY)"))
        _belongings(connection, largest, invoices)
    for one in _LISTS:
        with engine.begin() as connection, _without_indexes(connection, one.table):
            _copy(connection, one)
    with engine.begin() as connection:
        connection.execute(text(_WHOLE_WORDS))
        for name in ("bench_number", "bench_stream"):
            connection.execute(text(f"DROP TABLE {name}"))
        counted = text("SELECT count(*) FROM dunning_case WHERE closed_on IS NULL")
        return int(connection.execute(counted).scalar_one())


@contextmanager
def _without_indexes(connection: Connection, table: str) -> Iterator[None]:
    named = text(_INDEXES[connection.dialect.name])
    found = connection.execute(named, {"table": table}).all()
    for name, _ in found:
        connection.execute(text(f"DROP INDEX {name}"))
    yield
    for _, made in found:
        connection.execute(text(made))


def _belongings(connection: Connection, largest: str, invoices: int) -> None:
    """How often what belongs to each stream is copied."""
    counted = text(
        "SELECT count(*) FILTER (WHERE customer = :largest), count(*) FROM dunning_case"
        " WHERE closed_on IS NULL"
    )
    mine, every = connection.execute(counted, {"largest": largest}).one()
    often = max(1, round(invoices * _SHARE_OF_LARGEST / mine) - 1)
    others = max(1, round(invoices * (1 - _SHARE_OF_LARGEST) / (every - mine)) - 1)
    numbers = (
        "INSERT INTO bench_number WITH RECURSIVE n(i) AS"
        " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) SELECT i FROM n"
    )
    connection.execute(text(numbers), {"most": max(often, others)})
    given = {"largest": largest, "often": often, "others": others, "closed": _CLOSED}
    connection.execute(
        text(
            "CREATE TABLE bench_stream (stream VARCHAR PRIMARY KEY, kind VARCHAR, name VARCHAR,"
            " times INTEGER, large INTEGER)"
        )
    )
    for statement in _OFTEN:
        used = {name: value for name, value in given.items() if f":{name}" in statement}
        connection.execute(text(statement), used)


def _copy(connection: Connection, one: _List) -> None:
    rows = connection.execute(text(f"SELECT * FROM {one.table} LIMIT 0"))  # noqa: S608 - our own tables
    columns = [name for name in tuple(rows.keys()) if name != "id"]
    connection.execute(text(f"CREATE TABLE bench_sample AS SELECT * FROM {one.table}"))  # noqa: S608
    stream = {"stream": "s.stream", "word": "s.kind || ':' || s.number", "": "''"}.get(
        one.belongs, f"'{one.belongs}:' || s.{one.belongs}"
    )
    named = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(_value(name, one) for name in columns)
    joined = (
        f"JOIN bench_stream b ON b.stream = {stream} JOIN bench_number n ON n.i <= b.times"
        if one.belongs
        else "JOIN (SELECT 0 AS large) b ON 1 = 1"
        " JOIN bench_number n ON n.i <= (SELECT max(times) FROM bench_stream WHERE large = 0)"
    )
    statement = f"INSERT INTO {one.table} ({named}) SELECT {values} FROM bench_sample s {joined}"  # noqa: S608
    connection.execute(text(statement))
    connection.execute(text("DROP TABLE bench_sample"))


def _value(column: str, one: _List) -> str:
    new = "CAST(n.i AS VARCHAR(9)) || '-'"
    if one.table == "fact" and column == "stream":
        return f"b.kind || {new} || b.name"
    if one.table == "fact" and column == "body":
        return _body()
    if column not in one.names:
        return f's."{column}"'
    renamed = f'{new} || s."{column}"'
    if column == "task":
        # A reply's task is named after the customer and the reply.
        renamed = f"replace({renamed}, ':reply:', ':reply:' || {new})"
    if column in _OF_INVOICES or not one.belongs:
        return renamed
    return f'CASE WHEN b.large = 1 THEN s."{column}" ELSE {renamed} END'


def _body() -> str:
    """The fact with the names of the copy."""
    every, some = "s.body", "s.body"
    for key in _KEYS:
        found = f'\'"{key}":"\''
        put = f"'\"{key}\":\"' || CAST(n.i AS VARCHAR(9)) || '-'"
        every = f"replace({every}, {found}, {put})"
        if key in _OF_INVOICES:
            some = f"replace({some}, {found}, {put})"
    return f"CASE WHEN b.large = 1 THEN {some} ELSE {every} END"
