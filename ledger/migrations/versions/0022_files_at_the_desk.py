"""Files that people upload at a desk, kept for a day where every desk finds them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None
# No list is new or says anything else than before.
remakes_lists = False


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "desk_upload",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("upload", "person", "name")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("upload", name=op.f("pk_desk_upload")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("desk_upload")
