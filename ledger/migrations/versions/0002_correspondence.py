"""Correspondence: what came in raw, what providers say, what was said word for word."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "arrival",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrival")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_arrival_fingerprint")),
    )
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.create_index("ix_arrival_waiting", ["state", "id"], unique=False)

    op.create_table(
        "delivery_event",
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_delivery_event")),
    )
    with op.batch_alter_table("delivery_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_event_attempt"), ["attempt"], unique=False)

    op.create_table(
        "reply",
        sa.Column("reply", sa.String(), nullable=False),
        sa.Column("arrival", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("from_address", sa.String(), nullable=False),
        sa.Column("from_name", sa.String(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("matched_by", sa.String(), nullable=False),
        sa.Column("authenticated", sa.Boolean(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("hold_until", UtcDateTime(), nullable=True),
        sa.Column("handled_at", UtcDateTime(), nullable=True),
        sa.Column("handled_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reply", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_arrival"), ["arrival"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_customer"), ["customer"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_from_address"), ["from_address"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_reply_open", ["state", "received_at"], unique=False)

    op.create_table(
        "message_content",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"], ["message.attempt"], name=op.f("fk_message_content_attempt_message")
        ),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_message_content")),
    )
    op.create_table(
        "dispute",
        sa.Column("dispute", sa.String(), nullable=False),
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("waiting_on", sa.String(), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("held_minor", sa.BigInteger(), nullable=False),
        sa.Column("credited_minor", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("followed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("dispute", name=op.f("pk_dispute")),
    )
    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.create_index("ix_dispute_followed", ["followed", "owner"], unique=False)
        batch_op.create_index(batch_op.f("ix_dispute_invoice"), ["invoice"], unique=False)

    op.create_table(
        "application",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("invoice", "number", name=op.f("pk_application")),
    )
    op.create_index("ix_application_on", "application", ["on"])
    op.create_index("ix_application_source", "application", ["source"])

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("delivery", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("addresses", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("raised_to", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_payment_payer", "payment", ["payer"])
    # What bounced reached nobody, and what answers a customer takes no slot of the day.
    _slot("state NOT IN ('refused', 'bounced') AND claimant NOT LIKE 'reply:%'")
    _refuse_changes(op.get_bind().dialect.name)


def downgrade() -> None:
    """Take back."""
    _slot("state <> 'refused'")
    op.drop_index("ix_payment_payer", table_name="payment")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("raised_to")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_column("addresses")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_column("delivery")

    with op.batch_alter_table("dispute", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dispute_invoice"))
        batch_op.drop_index("ix_dispute_followed")

    op.drop_index("ix_application_source", table_name="application")
    op.drop_index("ix_application_on", table_name="application")
    op.drop_table("application")
    op.drop_table("dispute")
    op.drop_table("message_content")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_open")
        batch_op.drop_index(batch_op.f("ix_reply_message_id"))
        batch_op.drop_index(batch_op.f("ix_reply_from_address"))
        batch_op.drop_index(batch_op.f("ix_reply_customer"))
        batch_op.drop_index(batch_op.f("ix_reply_arrival"))

    op.drop_table("reply")
    with op.batch_alter_table("delivery_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_event_attempt"))

    op.drop_table("delivery_event")
    with op.batch_alter_table("arrival", schema=None) as batch_op:
        batch_op.drop_index("ix_arrival_waiting")

    op.drop_table("arrival")


def _slot(taken: str) -> None:
    op.drop_index("uq_message_slot", table_name="message")
    op.create_index(
        "uq_message_slot",
        "message",
        ["customer", "channel", "local_date"],
        unique=True,
        sqlite_where=sa.text(taken),
        postgresql_where=sa.text(taken),
    )


def _refuse_changes(dialect: str) -> None:
    """What a provider said and what was said to a customer is evidence."""
    for name in ("delivery_event", "message_content"):
        if dialect == "postgresql":
            op.execute(
                f"CREATE TRIGGER {name}_refuses_change BEFORE UPDATE OR DELETE ON {name} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            continue
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_refuses_{verb.lower()} BEFORE {verb} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
            )
