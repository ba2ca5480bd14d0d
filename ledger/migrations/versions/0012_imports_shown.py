"""Imports keep what they added up to, refused rows where they went; adjustments are listed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ADJUSTED = sa.text(
    "kind IN ('credit_note', 'debit_note', 'refund', 'transfer', 'cancellation', 'reopening',"
    " 'write_off', 'small_balance', 'write_off_reversal')"
)


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "import_run", sa.Column("mapping", sa.String(), nullable=False, server_default="")
    )
    op.add_column("import_run", sa.Column("totals", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("import_reject", sa.Column("replayed_in", sa.Integer(), nullable=True))
    op.create_index(
        "ix_application_adjusted",
        "application",
        ["on", "invoice"],
        sqlite_where=_ADJUSTED,
        postgresql_where=_ADJUSTED,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_application_adjusted", "application")
    op.drop_column("import_reject", "replayed_in")
    op.drop_column("import_run", "totals")
    op.drop_column("import_run", "mapping")
