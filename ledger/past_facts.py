"""Facts as they were at a moment, many streams at once, for readers that record nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import String, bindparam, select, type_coerce

from ledger.books import Books
from ledger.rows import chunks
from ledger.tables import FactRow, table
from ledger.wire import AnyFact, stored_fact

FACT = table(FactRow)
# A million moments: as the driver has them, on SQLite as they are stored.
_RECORDED_AT = type_coerce(FACT.c.recorded_at, String()).label("at")
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
            moment = f"{at}+00:00" if isinstance(at, str) else at.astimezone(UTC).isoformat()
            found[stream].append(stored_fact(kind, body, moment, by))
    return found
