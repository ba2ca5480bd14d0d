"""Imports: when which kind of file came in last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from ledger.tables import ImportRow, table

IMPORT = table(ImportRow)
# A file none of whose rows was taken in brought nothing; an empty one says that nothing is new.
_LAST = (
    select(IMPORT.c.kind, func.max(IMPORT.c.imported_at).label("at"))
    .where((IMPORT.c.rejected < IMPORT.c.rows) | (IMPORT.c.rows == 0))
    .group_by(IMPORT.c.kind)
)


def last_imports(connection: Connection) -> dict[str, datetime]:
    """When each kind of file (customers, invoices, payments) was last taken in."""
    return {row.kind: row.at for row in connection.execute(_LAST)}
