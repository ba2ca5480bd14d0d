"""Creating and upgrading the books' tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from dunning.may import NotAllowed

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest file in migrations/versions; a test compares.
NEWEST = "0022"

_MAY_NOT = "42501"


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest version; a database that is new or current is fine.

    Of several processes that start at once, one does it. Lists that an older version did not
    have, or not whole, are made from the facts; a version whose migration says
    `remakes_lists = False` leaves them as they are. Raises NotAllowed for books of a newer version,
    and for a database user who may not.
    """
    before = _version(engine)
    if before == NEWEST:
        return
    if before > NEWEST:
        raise NotAllowed(
            f"These books are of version {before}, written by a newer Duncan; this one knows"
            f" {NEWEST}. Start the newer one."
        )
    # Commands that only look at current books start sooner without it.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    from ledger.ledger import Ledger  # noqa: PLC0415
    from ledger.rebuild import rebuild  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    try:
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                lock = text("SELECT pg_advisory_xact_lock(hashtextextended('schema', 0))")
                connection.execute(lock)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _MAY_NOT:
            raise
        raise NotAllowed(
            f"These books are of version {before or 'none'}, and this database user may not bring"
            f" them to {NEWEST}: run `duncan database upgrade` as the owner of the tables."
        ) from None
    if before and _remakes_lists(config, before):
        rebuild(Ledger(engine), lambda _, __: None, lambda _: None)


def _remakes_lists(config: Config, before: str) -> bool:
    """Whether any version after `before` asks for lists to be made from the facts."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    applied = ScriptDirectory.from_config(config).iterate_revisions("head", before)
    return any(getattr(one.module, "remakes_lists", True) for one in applied)


def is_current(engine: Engine) -> bool:
    """Whether the database is of the newest version."""
    return _version(engine) == NEWEST


def _version(engine: Engine) -> str:
    """The version of the database's tables; empty when there are none."""
    with engine.execution_options(read_only=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found or "")
