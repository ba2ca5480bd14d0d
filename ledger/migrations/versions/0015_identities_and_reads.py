"""Identities of people at a provider, the register of reads, an order of deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_OF = ["subscription", "happened_at", "delivery"]
_INDEXES = {
    "ix_read_record_at": ["at", "id"],
    "ix_read_record_about": ["about", "id"],
    "ix_read_record_person": ["person", "id"],
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "person_identity",
        sa.Column("identity", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("identity", name=op.f("pk_person_identity")),
    )
    op.create_index(op.f("ix_person_identity_person"), "person_identity", ["person"])
    op.create_table(
        "read_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_record")),
    )
    for name, columns in _INDEXES.items():
        op.create_index(name, "read_record", columns)
    _refuse_changes()
    op.drop_index("ix_event_delivery_subscription", "event_delivery")
    op.create_index("ix_event_delivery_of", "event_delivery", _OF)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_event_delivery_of", "event_delivery")
    op.create_index("ix_event_delivery_subscription", "event_delivery", ["subscription"])
    op.drop_table("read_record")
    op.drop_index(op.f("ix_person_identity_person"), table_name="person_identity")
    op.drop_table("person_identity")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_reads()")


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER read_record_refuses_{verb.lower()} BEFORE {verb} ON read_record "
                "BEGIN SELECT RAISE(ABORT, 'reads are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_reads() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'reads are append-only'; END $$"
    )
    for event, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = "truncate" if event == "TRUNCATE" else "change"
        op.execute(
            f"CREATE TRIGGER read_record_refuses_{name} BEFORE {event} ON read_record "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change_of_reads()"
        )
