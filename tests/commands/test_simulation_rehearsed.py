"""A simulation foretells what a rehearsal then does: both decide with the same functions."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import func, select

from activities.planning import Planner
from commands.simulation.simulation import AS_ASSIGNED
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.tables import FactRow, table
from tests.commands.rehearsed import AFTER_CUT, CUT, LAST, Rehearsed, rehearse_sample
from tests.commands.simulating import simulated

FACT = table(FactRow)
DAYS = (LAST - CUT).days
COLUMNS = ("customer", "channel", "letter", "level", "invoices")
POLICIES = ("eu_formal", "key_account", "small_balance", "consumer", "high_risk", "standard_b2b")


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """The sample ledger with every policy in it, up to the end."""
    folder = tmp_path_factory.mktemp("varied")
    with ThreadPoolExecutor(1) as thread:
        # The tests' own event loop runs in this thread.
        return thread.submit(rehearse_sample, folder, POLICIES).result()


def test_it_foretells_every_message_and_every_reason_of_a_rehearsal(
    rehearsed: Rehearsed, planner: Planner
) -> None:
    told, happened = _compared(rehearsed, planner)

    assert len(happened.messages) > 20
    assert told == happened


@pytest.mark.slow
def test_it_foretells_them_under_every_policy(varied: Rehearsed, planner: Planner) -> None:
    told, happened = _compared(varied, planner)
    kinds = _known_at_the_start(varied)

    assert len(happened.messages) > 20
    assert told == happened
    # What is known when the simulation starts is not only invoices.
    assert kinds >= {"payment_applied", "promise_made", "dispute_opened", "touch_withheld"}


class Seen(NamedTuple):
    """The messages, and the reasons of steps that were not sent."""

    messages: list[tuple[object, ...]]
    reasons: set[tuple[str, str, str]]


def _compared(rehearsed: Rehearsed, planner: Planner) -> tuple[Seen, Seen]:
    ledger = Ledger(open_engine(rehearsed.settings.books_url))
    told = simulated(ledger, planner, AS_ASSIGNED, as_of=AFTER_CUT, days=DAYS)
    ledger.engine.dispose()
    return _foretold(told), _happened(rehearsed.report)


def _foretold(told: dict[str, Any]) -> Seen:
    messages = [(row["date"], *(row[name] for name in COLUMNS)) for row in told["touches"]]
    reasons = {(row["invoice"], row["step"], row["code"]) for row in told["withheld"]}
    return Seen(sorted(messages, key=str), reasons)


def _happened(report: dict[str, Any]) -> Seen:
    end = AFTER_CUT + timedelta(days=DAYS)
    messages = [
        (row["local_date"], *(row[name] for name in COLUMNS))
        for row in report["messages"]
        if AFTER_CUT <= datetime.fromisoformat(row["sent_at"]) < end
    ]
    reasons = {
        (row["invoice"], row["step"], row["code"])
        for row in report["withheld"]
        if AFTER_CUT <= datetime.fromisoformat(row["at"]) < end
    }
    return Seen(sorted(messages, key=str), reasons)


def _known_at_the_start(rehearsed: Rehearsed) -> set[str]:
    ledger = Ledger(open_engine(rehearsed.settings.books_url))
    kinds = select(FACT.c.kind).where(FACT.c.recorded_at <= AFTER_CUT).distinct()
    with ledger.reading() as books:
        found = set(books.connection.execute(kinds).scalars())
    ledger.engine.dispose()
    return found


def test_nothing_is_written(rehearsed: Rehearsed, planner: Planner) -> None:
    ledger = Ledger(open_engine(rehearsed.settings.books_url))
    count = select(func.count(), func.max(FACT.c.id))
    with ledger.reading() as books:
        before = books.connection.execute(count).one()
    simulated(ledger, planner, as_of=AFTER_CUT, days=10)
    with ledger.reading() as books:
        after = books.connection.execute(count).one()
    ledger.engine.dispose()

    assert after == before
