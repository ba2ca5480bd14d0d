"""Credit notes without an invoice; credit that was refunded or transferred."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    kept = sa.Column("of", sa.String(), nullable=False, server_default="payment")
    op.add_column("payment", kept)
    op.create_table(
        "credit_outflow",
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("payment", "entry", name=op.f("pk_credit_outflow")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("credit_outflow")
    op.drop_column("payment", "of")
