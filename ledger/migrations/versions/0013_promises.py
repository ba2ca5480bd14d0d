"""The list of promises to pay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEXES = (
    ("ix_promise_state", ["state", "promised_on", "promise"]),
    ("ix_promise_day", ["promised_on", "promise"]),
    ("ix_promise_of_customer", ["customer", "promised_on"]),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "promise",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("promise", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("promised_on", sa.Date(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("invoice", "number", name=op.f("pk_promise")),
    )
    for name, columns in _INDEXES:
        op.create_index(name, "promise", columns)


def downgrade() -> None:
    """Take back."""
    for name, _ in _INDEXES:
        op.drop_index(name, table_name="promise")
    op.drop_table("promise")
