"""What reports of past days read without a look at movements; balances between bank statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None
# The new columns are filled here: to make all lists of a million again takes long.
remakes_lists = False

_EVER_MOVED = sa.text("last_moved_on IS NOT NULL")
_FREE = sa.text("amount_minor != applied_minor")
_TOLD = "on recorded_at payment last_used_on payer currency amount_minor applied_minor reference of"
_MOVED = ["last_moved_on", "first_moved_on", "amended", "issue_date", "customer", "currency"]
_BEFORE = [*_MOVED, "entity", "due_date", "amount_minor", "invoice"]
_AFTER = [*_BEFORE, "moved_before_on", "last_moved_minor", "open_minor", "last_moved_at"]
# By invoice: asked for a day, SQLite would walk along the index of days for each of them.
_OF_CASE = "FROM application WHERE application.invoice = dunning_case.invoice)"
_FILL_CASES = (
    "UPDATE dunning_case SET moved_before_on = (SELECT"  # noqa: S608 - our own text
    f' max(CASE WHEN "on" < last_moved_on THEN "on" END) {_OF_CASE}, last_moved_minor = (SELECT'
    " coalesce(sum(CASE WHEN \"on\" = last_moved_on AND kind != 'amendment'"
    f" THEN application.amount_minor END), 0) {_OF_CASE} WHERE last_moved_on IS NOT NULL"
)
_FILL_PAYMENTS = (
    "UPDATE payment SET recorded_at = (SELECT fact.recorded_at FROM fact WHERE fact.stream ="
    " 'payment:' || payment.payment AND fact.number = 1)"
)
_BALANCES = ("opening", "closing")


def upgrade() -> None:
    """Apply."""
    op.add_column("dunning_case", sa.Column("moved_before_on", sa.Date(), nullable=True))
    minor: sa.Column[int] = sa.Column(
        "last_moved_minor", sa.BigInteger(), nullable=False, server_default="0"
    )
    op.add_column("dunning_case", minor)
    op.add_column("payment", sa.Column("recorded_at", UtcDateTime(), nullable=True))
    op.drop_index("ix_payment_free", "payment")
    op.drop_index("ix_case_moved", "dunning_case")
    op.execute(_FILL_CASES)
    op.execute(_FILL_PAYMENTS)
    _partial("ix_case_moved", "dunning_case", _AFTER, _EVER_MOVED)
    _partial("ix_payment_free", "payment", _TOLD.split(), _FREE)
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("account", "number")),
        sa.Column("currency", sa.String(), nullable=False),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=False) for name in _BALANCES),
        sa.Column("before_minor", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_statement")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_bank_statement_import_id_import_run")
        ),
    )
    op.create_index("ix_bank_statement_import_id", "bank_statement", ["import_id"])
    op.create_index("ix_bank_statement_account", "bank_statement", ["account", "currency", "id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("bank_statement")
    op.drop_index("ix_payment_free", "payment")
    op.drop_index("ix_case_moved", "dunning_case")
    op.drop_column("payment", "recorded_at")
    for name in ("last_moved_minor", "moved_before_on"):
        op.drop_column("dunning_case", name)
    _partial("ix_case_moved", "dunning_case", _BEFORE, _EVER_MOVED)
    _partial("ix_payment_free", "payment", ["on", "payment"], _FREE)


def _partial(name: str, of: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, of, columns, sqlite_where=where, postgresql_where=where)
