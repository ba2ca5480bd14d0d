"""Whose doing a doorbell was: the trace that its change belongs to, where traces are on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None
# No list is new or says anything else than before.
remakes_lists = False


def upgrade() -> None:
    """Apply."""
    trace = sa.Column("trace", sa.String(), nullable=False, server_default="")
    op.add_column("doorbell", trace)


def downgrade() -> None:
    """Take back."""
    op.drop_column("doorbell", "trace")
