"""Roles of a PostgreSQL database that hold no more rights than their processes need."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, inspect

from dunning.may import NotAllowed

WORKER, CONSOLE, AUDITOR = "worker", "console", "auditor"
ROLES = (WORKER, CONSOLE, AUDITOR)
# What proves who somebody is: of no use to whoever follows cases.
_SIGNING_IN = (
    "api_call",
    "api_key",
    "desk_form",
    "desk_job",
    "desk_session",
    "desk_upload",
    "one_time_link",
    "password",
    "read_record",
    "saved_view",
    "sign_in_tries",
)
# Nobody but the owner changes these: what stands there, stands.
_APPENDED = ("erased", "fact", "read_record")
_READ_ONLY = ("alembic_version",)
# An auditor reads everything but what opens a door.
_SECRET_TABLES = (
    "api_call",
    "desk_form",
    "desk_job",
    "desk_session",
    "desk_upload",
    "one_time_link",
    "password",
)
_SECRET_COLUMNS = {"api_key": ("hash",), "event_subscription": ("secret", "secret_before")}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,40}")


def statements(connection: Connection, prefix: str = "duncan") -> Iterator[str]:
    """The SQL that makes the roles ``<prefix>_worker``, ``_console`` and ``_auditor``.

    To be run by the owner of the tables, again after each upgrade; running it twice changes
    nothing. Raises NotAllowed for books that are not on PostgreSQL, or for an unusable prefix.
    """
    if connection.dialect.name != "postgresql":
        raise NotAllowed("Only PostgreSQL has roles; these books are on SQLite.")
    if not _NAME.fullmatch(prefix):
        raise NotAllowed("A prefix has small letters, digits and _ only.")
    found = inspect(connection)
    names = found.get_table_names()
    tables = {name: [one["name"] for one in found.get_columns(name)] for name in names}
    everybody = ", ".join(f"{prefix}_{role}" for role in ROLES)
    for role in ROLES:
        yield _made(f"{prefix}_{role}")
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {everybody}"
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {everybody}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {prefix}_{WORKER}, {prefix}_{CONSOLE}"
    for table, columns in sorted(tables.items()):
        for role in ROLES:
            if right := _right(role, table, columns):
                yield f'GRANT {right} ON "{table}" TO {prefix}_{role}'


def _right(role: str, table: str, columns: Sequence[str]) -> str:
    if role == AUDITOR:
        return _auditors(table, columns)
    if role == WORKER and table in _SIGNING_IN:
        return ""
    if table in _READ_ONLY:
        return "SELECT"
    return "SELECT, INSERT" if table in _APPENDED else "SELECT, INSERT, UPDATE, DELETE"


def _auditors(table: str, columns: Sequence[str]) -> str:
    if table in _SECRET_TABLES:
        return ""
    secret = _SECRET_COLUMNS.get(table, ())
    shown = ", ".join(f'"{name}"' for name in columns if name not in secret)
    return f"SELECT ({shown})" if secret else "SELECT"


def _made(role: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN"
        f" CREATE ROLE {role} NOLOGIN; END IF; END $$"
    )
