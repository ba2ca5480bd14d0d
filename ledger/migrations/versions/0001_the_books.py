"""The books: facts that the database itself refuses to change, projections, queues."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "customer",
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("segment", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("contacts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customer")),
    )
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_customer_key"), ["key"], unique=False)

    op.create_table(
        "doorbell",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("opening", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_doorbell")),
    )
    op.create_table(
        "dunning_case",
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("entity", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_why", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("next_kind", sa.String(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.Column("next_code", sa.String(), nullable=False),
        sa.Column("next_why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("invoice", name=op.f("pk_dunning_case")),
    )
    with op.batch_alter_table("dunning_case", schema=None) as batch_op:
        batch_op.create_index("ix_case_next", ["closed_on", "next_at"], unique=False)
        batch_op.create_index(
            "ix_case_of_customer", ["customer", "closed_on", "next_at"], unique=False
        )

    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("stream", "number", name=op.f("uq_fact_stream")),
    )
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fact_kind"), ["kind"], unique=False)

    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "message",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("claimant", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_claimed", ["claimed_at"], unique=False)
        batch_op.create_index(
            "uq_message_slot",
            ["customer", "channel", "local_date"],
            unique=True,
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )

    op.create_table(
        "outbox",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_outbox")),
    )
    op.create_table(
        "payment",
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("applied_minor", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payer", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("payment", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_reference"), ["reference"], unique=False)

    op.create_table(
        "task",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_open", ["customer", "what", "outcome"], unique=False)

    op.create_table(
        "task_item",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task", "invoice", name=op.f("pk_task_item")),
    )
    with op.batch_alter_table("task_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_item_invoice"), ["invoice"], unique=False)

    op.create_table(
        "import_reject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_import_reject_import_id_import_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_reject")),
    )
    with op.batch_alter_table("import_reject", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_reject_import_id"), ["import_id"], unique=False)

    op.create_table(
        "message_item",
        sa.Column("attempt", sa.String(), nullable=False),
        sa.Column("invoice", sa.String(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("covered", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"], ["message.attempt"], name=op.f("fk_message_item_attempt_message")
        ),
        sa.PrimaryKeyConstraint("attempt", "invoice", name=op.f("pk_message_item")),
    )
    with op.batch_alter_table("message_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_item_invoice"), ["invoice"], unique=False)
    _refuse_changes(op.get_bind().dialect.name)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("message_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_item_invoice"))

    op.drop_table("message_item")
    with op.batch_alter_table("import_reject", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_reject_import_id"))

    op.drop_table("import_reject")
    with op.batch_alter_table("task_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_item_invoice"))

    op.drop_table("task_item")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_open")

    op.drop_table("task")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_reference"))

    op.drop_table("payment")
    op.drop_table("outbox")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_message_slot",
            sqlite_where=sa.text("state <> 'refused'"),
            postgresql_where=sa.text("state <> 'refused'"),
        )
        batch_op.drop_index("ix_message_claimed")

    op.drop_table("message")
    op.drop_table("import_run")
    with op.batch_alter_table("fact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fact_kind"))

    op.drop_table("fact")
    with op.batch_alter_table("dunning_case", schema=None) as batch_op:
        batch_op.drop_index("ix_case_of_customer")
        batch_op.drop_index("ix_case_next")

    op.drop_table("dunning_case")
    op.drop_table("doorbell")
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_key"))

    op.drop_table("customer")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")


def _refuse_changes(dialect: str) -> None:
    """Facts are append-only, whoever holds the connection."""
    if dialect == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER fact_refuses_{verb.lower()} BEFORE {verb} ON fact "
                "BEGIN SELECT RAISE(ABORT, 'facts are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'facts are append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER fact_refuses_change BEFORE UPDATE OR DELETE ON fact "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER fact_refuses_truncate BEFORE TRUNCATE ON fact "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
