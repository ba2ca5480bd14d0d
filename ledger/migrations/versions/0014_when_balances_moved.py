"""Between which days a case moved and how long a payment was used: past days are read by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OPEN = sa.text("open_minor != 0")
_EVER_MOVED = sa.text("last_moved_on IS NOT NULL")
_FREE = sa.text("amount_minor != applied_minor")
_LATER = sa.text('last_used_on > "on"')
_STANDS = ["due_date", "issue_date", "open_minor", "last_moved_on"]
_AGED = ["customer", "currency", "due_date", "issue_date", "entity", "open_minor", "invoice"]
_MOVED = ["last_moved_on", "first_moved_on", "amended", "issue_date", "customer", "currency"]
_USED = ["last_used_on", "on", "payment"]
_ENTITY = "ix_case_aged_entity"


def upgrade() -> None:
    """Apply; the rebuild that follows fills the columns from the facts."""
    for name in ("first_moved_on", "last_moved_on"):
        op.add_column("dunning_case", sa.Column(name, sa.Date(), nullable=True))
    op.add_column("dunning_case", sa.Column("last_moved_at", UtcDateTime(), nullable=True))
    amended: sa.Column[bool] = sa.Column(
        "amended", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("dunning_case", amended)
    op.add_column("payment", sa.Column("last_used_on", sa.Date(), nullable=True))
    op.drop_index("ix_case_aged", "dunning_case")
    op.drop_index("ix_case_opened", "dunning_case")
    op.drop_index("ix_application_recorded", "application")
    op.drop_index("ix_payment_free", "payment")
    _partial("ix_case_aged", ["customer", "currency", *_STANDS, "entity"], _OPEN)
    _partial(_ENTITY, ["entity", "currency", *_STANDS], _OPEN)
    moved = [*_MOVED, "entity", "due_date", "amount_minor", "invoice"]
    _partial("ix_case_moved", moved, _EVER_MOVED)
    op.create_index("ix_case_opened", "dunning_case", ["opened_at", "issue_date"])
    op.create_index("ix_application_recorded", "application", ["recorded_at", "on"])
    _partial("ix_payment_free", ["on", "payment"], _FREE, "payment")
    _partial("ix_payment_used_later", _USED, _LATER, "payment")


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_payment_used_later", "payment")
    op.drop_index("ix_payment_free", "payment")
    _partial("ix_payment_free", ["on"], _FREE, "payment")
    op.drop_index("ix_application_recorded", "application")
    for name in ("ix_case_opened", "ix_case_moved", _ENTITY, "ix_case_aged"):
        op.drop_index(name, "dunning_case")
    op.create_index("ix_application_recorded", "application", ["recorded_at"])
    op.create_index("ix_case_opened", "dunning_case", ["opened_at"])
    _partial("ix_case_aged", _AGED, _OPEN)
    op.drop_column("payment", "last_used_on")
    for name in ("amended", "last_moved_at", "last_moved_on", "first_moved_on"):
        op.drop_column("dunning_case", name)


def _partial(name: str, columns: list[str], where: sa.TextClause, of: str = "dunning_case") -> None:
    op.create_index(name, of, columns, sqlite_where=where, postgresql_where=where)
