"""Imports: when which kind of file came in last; the rows they refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, Text, func, select
from sqlmodel import Field, SQLModel

from ledger.tables import ImportRow, minor, table


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


class BankStatementRow(SQLModel, table=True):
    """A bank's statement that came in, with its own balances.

    `before_minor` is what the last one of its account closed with, where no statement that came
    in leads from there to this one's opening balance: one may be missing.
    """

    __tablename__ = "bank_statement"
    __table_args__ = (Index("ix_bank_statement_account", "account", "currency", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="import_run.id", index=True)
    account: str
    number: str
    currency: str
    opening_minor: int = minor()
    closing_minor: int = minor()
    before_minor: int | None = Field(default=None, sa_type=BigInteger)


IMPORT, STATEMENT = table(ImportRow), table(BankStatementRow)
# A file none of whose rows was taken in brought nothing; an empty one says that nothing is new.
_LAST = (
    select(IMPORT.c.kind, func.max(IMPORT.c.imported_at).label("at"))
    .where((IMPORT.c.rejected < IMPORT.c.rows) | (IMPORT.c.rows == 0))
    .group_by(IMPORT.c.kind)
)


def last_imports(connection: Connection) -> dict[str, datetime]:
    """When each kind of file (customers, invoices, payments) was last taken in."""
    return {row.kind: row.at for row in connection.execute(_LAST)}


def statements_of_account(
    connection: Connection, account: str, currency: str
) -> Sequence[Row[Any]]:
    """The bank's statements of an account that came in, in their order."""
    mine = (STATEMENT.c.account == account, STATEMENT.c.currency == currency)
    return connection.execute(select(STATEMENT).where(*mine).order_by(STATEMENT.c.id)).all()


def statements_of_import(connection: Connection, run: int) -> Sequence[Row[Any]]:
    """The bank's statements that came in with an import, in their order."""
    query = select(STATEMENT).where(STATEMENT.c.import_id == run)
    return connection.execute(query.order_by(STATEMENT.c.id)).all()
