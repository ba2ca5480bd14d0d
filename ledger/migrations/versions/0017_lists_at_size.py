"""Lists of any length: indexes to any place in them, holds, plans, and words to search by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_OPEN, _CLOSED = "closed_on IS NULL", "closed_on IS NOT NULL"
_TASK, _LIVING = "outcome = ''", "state != 'accepted' AND state != 'gone'"
_HELD, _LIFTED = "lifted_at IS NULL", "lifted_at IS NOT NULL"
_RETURNED = "returned_on IS NOT NULL"
_PLAN_ENDED = "state NOT IN ('waits', 'stands')"
_SUPERSEDED = (
    ("ix_case_of_customer", "dunning_case", ["customer", "closed_on", "next_at"]),
    ("ix_case_next", "dunning_case", ["closed_on", "next_at"]),
    ("ix_message_claimed", "message", ["claimed_at"]),
    ("ix_reply_open", "reply", ["state", "received_at"]),
    ("ix_finding_state", "finding", ["state", "due"]),
)
_DISPUTE, _RESOLVED = "followed AND outcome = ''", "outcome != ''"
_INDEXES = (
    ("ix_case_next", "dunning_case", "next_at customer next_kind", _OPEN),
    ("ix_case_open", "dunning_case", "due_date invoice", _OPEN),
    ("ix_case_open_stage", "dunning_case", "stage due_date invoice", _OPEN),
    ("ix_case_open_currency", "dunning_case", "currency due_date invoice", _OPEN),
    ("ix_case_open_customer", "dunning_case", "customer due_date invoice", _OPEN),
    ("ix_case_open_customer_stage", "dunning_case", "customer stage due_date invoice", _OPEN),
    ("ix_case_open_customer_next", "dunning_case", "customer next_at next_kind", _OPEN),
    ("ix_case_closed", "dunning_case", "closed_on invoice", _CLOSED),
    ("ix_case_closed_customer", "dunning_case", "customer closed_on invoice", _CLOSED),
    ("ix_case_invoice_stage", "dunning_case", "stage invoice", ""),
    ("ix_case_of_customer_invoice", "dunning_case", "customer invoice", ""),
    ("ix_task_open_since", "task", "opened_at task", _TASK),
    ("ix_task_open_owner", "task", "owner opened_at task", _TASK),
    ("ix_task_open_what", "task", "what opened_at task", _TASK),
    ("ix_task_open_customer", "task", "customer opened_at task", _TASK),
    ("ix_task_open_owed", "task", "owed_minor task", _TASK),
    ("ix_task_open_owner_owed", "task", "owner owed_minor task", _TASK),
    ("ix_task_open_what_owed", "task", "what owed_minor task", _TASK),
    ("ix_message_listed", "message", "claimed_at attempt", ""),
    ("ix_message_state", "message", "state claimed_at attempt", ""),
    ("ix_message_of_customer", "message", "customer claimed_at", ""),
    ("ix_reply_listed", "reply", "state received_at reply", ""),
    ("ix_reply_of_customer", "reply", "customer received_at reply", ""),
    ("ix_dispute_open", "dispute", "followed opened_at dispute", _DISPUTE),
    ("ix_dispute_open_owner", "dispute", "owner opened_at dispute", _DISPUTE),
    ("ix_dispute_waiting", "dispute", "followed waiting_on opened_at dispute", _DISPUTE),
    ("ix_dispute_escalated", "dispute", "followed escalated opened_at dispute", _DISPUTE),
    ("ix_dispute_resolved", "dispute", "opened_at dispute", _RESOLVED),
    ("ix_dispute_grace", "dispute", "followed opened_at dispute", _RESOLVED),
    ("ix_dispute_since", "dispute", "opened_at dispute", ""),
    ("ix_dispute_owner", "dispute", "owner opened_at dispute", ""),
    ("ix_dispute_reason", "dispute", "reason opened_at dispute", ""),
    ("ix_dispute_customer", "dispute", "customer opened_at dispute", ""),
    ("ix_finding_living", "finding", "due finding", _LIVING),
    ("ix_finding_due", "finding", "due finding", ""),
    ("ix_finding_listed", "finding", "state due finding", ""),
    ("ix_finding_owner", "finding", "owner due finding", ""),
    ("ix_finding_test", "finding", "test due finding", ""),
    ("ix_audit_run_listed", "audit_run", "recorded_at run", ""),
    ("ix_payment_alike", "payment", "payer reference amount_minor", ""),
    ("ix_standing_returned", "payment_standing", "returned_on payment", _RETURNED),
    ("ix_payment_applied", "payment", "on payment", "amount_minor = applied_minor"),
    ("ix_hold_in_force", "hold", "at hold", _HELD),
    ("ix_hold_kind", "hold", "kind at hold", _HELD),
    ("ix_hold_lifted", "hold", "at hold", _LIFTED),
    ("ix_hold_at", "hold", "at hold", ""),
    ("ix_payment_plan_state", "payment_plan", "state at plan", ""),
    ("ix_payment_plan_at", "payment_plan", "at plan", ""),
    ("ix_payment_plan_customer", "payment_plan", "customer at plan", ""),
    ("ix_payment_plan_ended", "payment_plan", "at plan", _PLAN_ENDED),
)


def upgrade() -> None:
    """Apply; the rebuild that follows fills the lists and the words."""
    op.add_column("task", sa.Column("owner", sa.String(), nullable=False, server_default=""))
    op.add_column(
        "task", sa.Column("owed_minor", sa.BigInteger(), nullable=False, server_default="0")
    )
    now = "CASE WHEN raised_to = '' THEN role ELSE raised_to END"
    op.execute(f"UPDATE task SET owner = {now}")  # noqa: S608 - our own text
    _tables()
    for name, of, _ in _SUPERSEDED:
        op.drop_index(name, of)
    for name, of, columns, where in _INDEXES:
        rows = sa.text(where) if where else None
        # SQLite knows no truth values: a query asks for 1.
        there = sa.text(where.replace("followed ", "followed = 1 ")) if where else None
        op.create_index(name, of, columns.split(), sqlite_where=there, postgresql_where=rows)


def _tables() -> None:
    op.create_table(
        "hold",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("customer", "hold")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("code", "kind")),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lifted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("customer", "hold", name=op.f("pk_hold")),
    )
    op.create_table(
        "payment_plan",
        *(sa.Column(name, sa.String(), nullable=False) for name in ("plan", "customer", "state")),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("plan", name=op.f("pk_payment_plan")),
    )
    text = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "search_word",
        sa.Column("word", text, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "number")),
        sa.PrimaryKeyConstraint("word", "kind", "number", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back."""
    for name in ("search_word", "payment_plan", "hold"):
        op.drop_table(name)
    for name, of, _, _ in _INDEXES:
        if of not in ("payment_plan", "hold"):
            op.drop_index(name, of)
    for name, of, columns in _SUPERSEDED:
        op.create_index(name, of, columns)
    op.drop_column("task", "owed_minor")
    op.drop_column("task", "owner")
