"""What reports read: an invoice's standing by its movements, and who collects from a customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_AGED = ["customer", "currency", "due_date", "issue_date", "entity", "open_minor", "invoice"]
_OPEN = sa.text("open_minor != 0")


def upgrade() -> None:
    """Apply; the rebuild that follows fills the columns from the facts."""
    with op.batch_alter_table("dunning_case") as cases:
        cases.add_column(
            sa.Column("open_minor", sa.BigInteger(), nullable=False, server_default="0")
        )
    with op.batch_alter_table("customer") as customers:
        customers.add_column(sa.Column("collector", sa.String(), nullable=False, server_default=""))
    op.create_index(
        "ix_case_aged", "dunning_case", _AGED, sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index("ix_case_opened", "dunning_case", ["opened_at"])
    op.create_index("ix_application_recorded", "application", ["recorded_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_application_recorded", "application")
    op.drop_index("ix_case_opened", "dunning_case")
    op.drop_index("ix_case_aged", "dunning_case")
    op.drop_column("customer", "collector")
    op.drop_column("dunning_case", "open_minor")
