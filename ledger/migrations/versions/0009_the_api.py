"""Keys and calls of the API; who is told of events, and the queue of what they have to get."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "api_key",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_api_key")),
    )
    op.create_index(op.f("ix_api_key_person"), "api_key", ["person"])
    op.create_table(
        "api_call",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "call", name=op.f("pk_api_call")),
    )
    op.create_index("ix_api_call_at", "api_call", ["at"])
    op.create_table(
        "event_subscription",
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("secret_before", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("subscription", name=op.f("pk_event_subscription")),
    )
    op.create_table(
        "event_delivery",
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("subscription", sa.String(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_event_delivery")),
    )
    op.create_index(op.f("ix_event_delivery_subscription"), "event_delivery", ["subscription"])
    op.create_index("ix_event_delivery_due", "event_delivery", ["state", "next_at"])


def downgrade() -> None:
    """Take back."""
    for name in ("event_delivery", "event_subscription", "api_call", "api_key"):
        op.drop_table(name)
