"""Facts as they were at a moment, many streams at once, for readers that record nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import DateTime, bindparam, select, type_coerce

from ledger.books import Books
from ledger.rows import chunks
from ledger.tables import FactRow, table
from ledger.wire import AnyFact, fact_of

FACT = table(FactRow)
# A million moments: the driver's own reading of them is the quickest.
_RECORDED_AT = type_coerce(FACT.c.recorded_at, DateTime(timezone=True)).label("at")
_UNTIL = (
    select(FACT.c.stream, FACT.c.kind, FACT.c.body, _RECORDED_AT, FACT.c.by)
    .where(
        FACT.c.stream.in_(bindparam("streams", expanding=True)),
        FACT.c.recorded_at <= bindparam("as_of"),
    )
    .order_by(FACT.c.stream, FACT.c.number)
)


def histories_until(
    books: Books, streams: Sequence[str], as_of: datetime
) -> dict[str, list[AnyFact]]:
    """The facts of each stream recorded up to the moment, oldest first; a stream may have none."""
    found: dict[str, list[AnyFact]] = {stream: [] for stream in streams}
    for some in chunks(streams):
        rows = books.connection.execute(_UNTIL, {"streams": some, "as_of": as_of}).all()
        for stream, kind, body, at, by in rows:
            moment = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
            found[stream].append(fact_of(kind, body, moment, by))
    return found
