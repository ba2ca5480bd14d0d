"""Cash application: proposals, aliases, unapplied cash."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_FREE = sa.text("amount_minor != applied_minor")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "payment_standing",
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("on_account_at", UtcDateTime(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("payment", name=op.f("pk_payment_standing")),
    )
    op.create_index("ix_payment_standing_customer", "payment_standing", ["customer"])
    op.create_table(
        "invoice_file",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("kept_at", UtcDateTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_invoice_file")),
    )
    op.create_index("ix_case_reference", "dunning_case", ["reference"])
    op.create_index("ix_customer_name", "customer", ["name"])
    op.create_index(
        "ix_payment_free", "payment", ["on"], sqlite_where=_FREE, postgresql_where=_FREE
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_payment_free", "payment")
    op.drop_index("ix_customer_name", "customer")
    op.drop_index("ix_case_reference", "dunning_case")
    op.drop_table("invoice_file")
    op.drop_table("payment_standing")
