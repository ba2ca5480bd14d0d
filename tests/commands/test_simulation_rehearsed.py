"""A simulation foretells what a rehearsal then does: both decide with the same functions."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from activities.planning import Planner
from commands.simulation.simulation import AS_ASSIGNED
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.tables import FactRow, table
from tests.commands.rehearsed import AFTER_CUT, CUT, LAST, Rehearsed
from tests.commands.simulating import simulated

DAYS = (LAST - CUT).days


def test_it_foretells_every_message_and_every_reason_of_a_rehearsal(
    rehearsed: Rehearsed, planner: Planner
) -> None:
    ledger = Ledger(open_engine(rehearsed.settings.books_url))
    told = simulated(ledger, planner, AS_ASSIGNED, as_of=AFTER_CUT, days=DAYS)
    ledger.engine.dispose()
    end = AFTER_CUT + timedelta(days=DAYS)
    columns = ("customer", "channel", "letter", "level", "invoices")
    foretold = [(row["date"], *(row[column] for column in columns)) for row in told["touches"]]
    happened = [
        (row["local_date"], *(row[column] for column in columns))
        for row in rehearsed.report["messages"]
        if AFTER_CUT <= datetime.fromisoformat(row["sent_at"]) < end
    ]
    reasons = {
        (row["invoice"], row["step"], row["code"])
        for row in rehearsed.report["withheld"]
        if AFTER_CUT <= datetime.fromisoformat(row["at"]) < end
    }

    assert len(happened) > 20
    assert sorted(foretold, key=str) == sorted(happened, key=str)
    assert {(row["invoice"], row["step"], row["code"]) for row in told["withheld"]} == reasons


def test_nothing_is_written(rehearsed: Rehearsed, planner: Planner) -> None:
    ledger = Ledger(open_engine(rehearsed.settings.books_url))
    count = select(func.count(), func.max(table(FactRow).c.id))
    with ledger.reading() as books:
        before = books.connection.execute(count).one()
    simulated(ledger, planner, as_of=AFTER_CUT, days=10)
    with ledger.reading() as books:
        after = books.connection.execute(count).one()
    ledger.engine.dispose()

    assert after == before
