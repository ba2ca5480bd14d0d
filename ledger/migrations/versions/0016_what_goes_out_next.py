"""By which channel and at which level a case speaks next: the outgoing list is filtered by them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_HIGHEST_LEVEL = 9


def upgrade() -> None:
    """Apply; what is planned already says so in words, and is planned anew with its next fact."""
    op.add_column(
        "dunning_case",
        sa.Column("next_channel", sa.String(), nullable=False, server_default=""),
    )
    op.add_column(
        "dunning_case", sa.Column("next_level", sa.Integer(), nullable=False, server_default="0")
    )
    case = sa.table(
        "dunning_case",
        *(sa.column(name) for name in ("next_kind", "next_why", "next_channel", "next_level")),
    )
    speaks = case.c.next_kind.in_(("send_touch", "send_invoice"))
    op.execute(sa.update(case).where(speaks).values(next_channel="email"))
    by_text = speaks & case.c.next_why.like("% by sms%")
    op.execute(sa.update(case).where(by_text).values(next_channel="sms"))
    for level in range(1, _HIGHEST_LEVEL + 1):
        said = speaks & case.c.next_why.like(f"%(level {level})%")
        op.execute(sa.update(case).where(said).values(next_level=level))


def downgrade() -> None:
    """Take back."""
    op.drop_column("dunning_case", "next_level")
    op.drop_column("dunning_case", "next_channel")
