"""Long work of the desk, which every desk over the books can tell about; movements of a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None
# No list is new or says anything else than before.
remakes_lists = False

_KINDS = (
    *("credit_note", "debit_note", "refund", "transfer", "cancellation", "reopening"),
    *("write_off", "small_balance", "write_off_reversal"),
)
_ADJUSTED = f"kind IN ({', '.join(repr(one) for one in _KINDS)})"
_MOVED = ["on", "invoice", "number", "kind"]


def upgrade() -> None:
    """Apply."""
    texts = ("job", "person", "kind", "title", "problem", "location", "about")
    op.create_table(
        "desk_job",
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("done", "total", "size")),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_desk_job")),
    )
    op.create_index("ix_desk_job_ended", "desk_job", ["ended_at"])
    issued = ["currency", "issue_date", "invoice"]
    _indexed("ix_case_open_issued", issued, "closed_on IS NULL", "dunning_case")
    op.create_index("ix_case_entity", "dunning_case", ["entity"])
    op.drop_index("ix_application_adjusted", "application")
    _indexed("ix_application_adjusted", _MOVED)


def _indexed(name: str, columns: list[str], rows: str = _ADJUSTED, of: str = "application") -> None:
    where = sa.text(rows)
    op.create_index(name, of, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_application_adjusted", "application")
    _indexed("ix_application_adjusted", _MOVED[:2])
    for name in ("ix_case_entity", "ix_case_open_issued"):
        op.drop_index(name, "dunning_case")
    op.drop_table("desk_job")
