"""Versions of policies, letters and calendars under control."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSAL = "contents of policy versions are never changed"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "policy_content",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_policy_content")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER policy_content_refuses_{verb.lower()} BEFORE {verb}"
                f" ON policy_content BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_policy_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
    )
    for name, when in (("change", "UPDATE OR DELETE"), ("truncate", "TRUNCATE")):
        each = "ROW" if name == "change" else "STATEMENT"
        op.execute(
            f"CREATE TRIGGER policy_content_refuses_{name} BEFORE {when} ON policy_content "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_policy_change()"
        )


def downgrade() -> None:
    """Take back."""
    op.drop_table("policy_content")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_policy_change()")
