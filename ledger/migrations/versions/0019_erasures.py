"""What was erased, and the only change of facts, contents and events that it allows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ledger.engine import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
# No list is new or says anything else than before.
remakes_lists = False


def _listed(what: str, name: str, number: str, left: str) -> str:
    which = f"what = '{what}' AND name = OLD.{name} AND number = {number}"
    return f"EXISTS (SELECT 1 FROM erased WHERE {which}{left})"  # noqa: S608 - our own names


# What may change of a row whose erasure is listed, and the columns that never do.
_CHANGES = {
    "fact": (
        "UPDATE",
        _listed("fact", "stream", "OLD.number", " AND body = NEW.body"),
        ("id", "stream", "number", "kind", "recorded_at", "by", "previous_hash", "hash"),
    ),
    "delivery_event": (
        "UPDATE",
        _listed("event", "event", "0", " AND body = NEW.why"),
        ("event", "attempt", "channel", "kind", "at", "recorded_at", "code"),
    ),
    "message_content": ("DELETE", _listed("message", "attempt", "0", ""), ()),
}


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "erased",
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("erasure", sa.String(), nullable=False),
        sa.Column("erasure_number", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("what", "name", "number", name=op.f("pk_erased")),
    )
    op.create_index(op.f("ix_erased_erasure"), "erased", ["erasure"])
    if op.get_bind().dialect.name == "postgresql":
        _upgrade_postgresql()
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER erased_refuses_{verb.lower()} BEFORE {verb} ON erased "
            "BEGIN SELECT RAISE(ABORT, 'erasures are append-only'); END"
        )
    for name, (verb, listed, kept) in _CHANGES.items():
        op.execute(f"DROP TRIGGER {name}_refuses_{verb.lower()}")
        op.execute(_refusing_sqlite(name, verb, _allowed(listed, kept)))


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        for name in _CHANGES:
            op.execute(f"DROP TRIGGER {name}_refuses_change ON {name}")
            op.execute(f"DROP FUNCTION refuse_change_of_{name}()")
            op.execute(
                f"CREATE TRIGGER {name}_refuses_change BEFORE UPDATE OR DELETE ON {name} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        op.drop_table("erased")
        op.execute("DROP FUNCTION refuse_change_of_erasures()")
        return
    for name, (verb, _, _) in _CHANGES.items():
        op.execute(f"DROP TRIGGER {name}_refuses_{verb.lower()}")
        op.execute(_refusing_sqlite(name, verb, ""))
    op.drop_table("erased")


def _upgrade_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change_of_erasures() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'erasures are append-only'; END $$"
    )
    for event, each in (("UPDATE OR DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        name = "truncate" if event == "TRUNCATE" else "change"
        op.execute(
            f"CREATE TRIGGER erased_refuses_{name} BEFORE {event} ON erased "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change_of_erasures()"
        )
    for name, (verb, listed, kept) in _CHANGES.items():
        answer = "NEW" if verb == "UPDATE" else "OLD"
        op.execute(
            f"CREATE FUNCTION refuse_change_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN IF TG_OP = '{verb}' THEN IF {_allowed(listed, kept)} THEN RETURN {answer};"
            f" END IF; END IF; RAISE EXCEPTION '{_refusal(name)}'; END $$"
        )
        op.execute(f"DROP TRIGGER {name}_refuses_change ON {name}")
        op.execute(
            f"CREATE TRIGGER {name}_refuses_change BEFORE UPDATE OR DELETE ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_change_of_{name}()"
        )


def _refusing_sqlite(name: str, verb: str, allowed: str) -> str:
    unless = f"WHEN NOT ({allowed}) " if allowed else ""
    return (
        f"CREATE TRIGGER {name}_refuses_{verb.lower()} BEFORE {verb} ON {name} {unless}"
        f"BEGIN SELECT RAISE(ABORT, '{_refusal(name)}'); END"
    )


def _allowed(listed: str, kept: tuple[str, ...]) -> str:
    same = (f'OLD."{column}" = NEW."{column}"' for column in kept)
    return " AND ".join((*same, listed))


def _refusal(name: str) -> str:
    return "facts are append-only" if name == "fact" else f"{name} is append-only"
