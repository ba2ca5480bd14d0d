"""Closed periods; statements of account take no slot of the day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

_BEFORE = "state NOT IN ('refused', 'bounced') AND claimant NOT LIKE 'reply:%'"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "period",
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("prepared_by", sa.String(), nullable=False),
        sa.Column("prepared_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("known_at", UtcDateTime(), nullable=True),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "month", name=op.f("pk_period")),
    )
    op.create_index("ix_period_month", "period", ["month"])
    _slot(f"{_BEFORE} AND claimant NOT LIKE 'statement:%'")


def downgrade() -> None:
    """Take back."""
    _slot(_BEFORE)
    op.drop_index("ix_period_month", table_name="period")
    op.drop_table("period")


def _slot(taken: str) -> None:
    op.drop_index("uq_message_slot", table_name="message")
    op.create_index(
        "uq_message_slot",
        "message",
        ["customer", "channel", "local_date"],
        unique=True,
        sqlite_where=sa.text(taken),
        postgresql_where=sa.text(taken),
    )
