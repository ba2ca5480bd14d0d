"""Alembic's entry: it is handed an open connection by `ledger.schema`."""

from __future__ import annotations

from typing import Literal

from alembic import context
from sqlmodel import AutoString, SQLModel

from ledger import (
    api_keys,
    applications,
    correspondence,
    desk,
    desk_jobs,
    desk_uploads,
    disputes,
    doorbells,
    erased,
    event_subscriptions,
    findings,
    holds,
    identities,
    imports,
    list_indexes,
    payment_standing,
    people,
    periods,
    plan_list,
    promises,
    reads,
    search_words,
    sign_ins,
    tables,
)
from ledger.engine import UtcDateTime
from ledger.policy_versions import PolicyContentRow

assert tables.__name__, "importing the tables fills the metadata"
assert api_keys.__name__, "the same"
assert correspondence.__name__, "the same"
assert disputes.__name__, "the same"
assert doorbells.__name__, "the same"
assert erased.__name__, "the same"
assert event_subscriptions.__name__, "the same"
assert applications.__name__, "the same"
assert payment_standing.__name__, "the same"
assert desk.__name__, "the same"
assert desk_jobs.__name__, "the same"
assert desk_uploads.__name__, "the same"
assert search_words.__name__, "the same"
assert plan_list.__name__, "the same"
assert list_indexes.__name__, "the same"
assert holds.__name__, "the same"
assert findings.__name__, "the same"
assert identities.__name__, "the same"
assert imports.__name__, "the same"
assert people.__name__, "the same"
assert promises.__name__, "the same"
assert reads.__name__, "the same"
assert sign_ins.__name__, "the same"
assert periods.__name__, "the same"
assert PolicyContentRow.__name__, "the same"


def _render(kind: str, value: object, _: object) -> str | Literal[False]:
    if kind == "type" and isinstance(value, UtcDateTime):
        return "UtcDateTime()"
    return "sa.String()" if kind == "type" and isinstance(value, AutoString) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()
