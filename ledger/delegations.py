"""Delegations: whose work is another person's for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, select

from dunning.task_facts import Delegated
from ledger.tables import FactRow, table
from ledger.wire import fact_of

FACT = table(FactRow)


def delegations(connection: Connection, today: date) -> dict[str, Delegated]:
    """By role or person, the latest delegation, as far as it lasts today."""
    columns = (FACT.c.kind, FACT.c.body, FACT.c.recorded_at, FACT.c.by)
    query = select(*columns).where(FACT.c.kind == "delegated").order_by(FACT.c.id)
    latest: dict[str, Delegated] = {}
    for row in connection.execute(query):
        fact = fact_of(*row)
        assert isinstance(fact, Delegated), "its kind says so"
        latest[fact.of] = fact
    return {of: fact for of, fact in latest.items() if fact.until >= today}


def does_it(known: Mapping[str, Delegated], who: str) -> str:
    """Who does the work of a role or person now; a circle ends where it began."""
    seen = {who}
    while who in known and known[who].to not in seen:
        who = known[who].to
        seen.add(who)
    return who
