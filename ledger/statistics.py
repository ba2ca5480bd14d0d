"""What the database knows of its tables: after much was written at once it has to count anew."""

from __future__ import annotations

from sqlalchemy import Engine, text

# Of so many rows the plans of queries may change.
MANY_ROWS = 1_000


def count_anew(engine: Engine) -> None:
    """Let PostgreSQL look at its tables now, and not when it comes round to it.

    Until then it reads whole lists, because it takes them for empty. SQLite's plans follow the
    indexes alone.
    """
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("ANALYZE"))
