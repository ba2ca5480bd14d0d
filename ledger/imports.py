"""Imports: when which kind of file came in last; the rows they refused."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Text, func, select
from sqlmodel import Field, SQLModel

from ledger.tables import ImportRow, table


class RejectRow(SQLModel, table=True):
    """A row that was not taken in, kept for fix-and-replay."""

    __tablename__ = "import_reject"
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="import_run.id", index=True)
    row: int
    column: str
    code: str
    reason: str = Field(sa_type=Text)
    cells: str = Field(sa_type=Text)
    # The import that took the row in after it was mended.
    replayed_in: int | None = None


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
