"""For random histories the roll-forward ends at 0.00 and closed figures never change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from activities.planning import Planner
from dunning.period_facts import PeriodClosed, PeriodPrepared
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.periods import record_period
from ledger.schema import upgrade
from tests.commands.month_ends import HAPPENINGS, Happening, History, moment, packed, taken_back

MONTHS = ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
AFTER_ALL = datetime(2026, 7, 1, tzinfo=UTC)
# Every example reads whole months: making a found one smaller would take minutes.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)


@pytest.fixture(scope="module")
def books_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Empty books that every example fills and leaves empty."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'books.sqlite'}")
    upgrade(engine)
    yield Ledger(engine)
    engine.dispose()


@given(happenings=HAPPENINGS)
@settings(max_examples=10, phases=QUICK)
def test_every_month_rolls_forward_to_nothing_left(
    books_file: Ledger, planner: Planner, happenings: list[Happening]
) -> None:
    with taken_back(books_file) as books:
        History(books).record(happenings)
        packs = [packed(books, planner.policies, month, AFTER_ALL) for month in MONTHS]

    for before, pack in zip([None, *packs], packs, strict=False):
        assert_whole(pack)
        if before:
            assert_follows(before, pack)


@given(happenings=HAPPENINGS, closed_on=st.integers(60, 125))
@settings(max_examples=10, phases=QUICK)
def test_closed_figures_stay_and_the_next_month_goes_on_from_them(
    books_file: Ledger, planner: Planner, happenings: list[Happening], closed_on: int
) -> None:
    known_at = moment(closed_on).replace(hour=18)
    early = [one for one in happenings if one.day <= closed_on]
    late = [one for one in happenings if one.day > closed_on]
    with taken_back(books_file) as books:
        history = History(books)
        history.record(early)
        then = packed(books, planner.policies, "2026-02", known_at)
        close(books, planner, then, known_at)
        history.record(late)
        now = packed(books, planner.policies, "2026-02", known_at)
        march = packed(books, planner.policies, "2026-03", AFTER_ALL)

    assert [now[name] for name in ("roll_forward", "aging", "unapplied", "digest")] == [
        then[name] for name in ("roll_forward", "aging", "unapplied", "digest")
    ]
    assert_whole(march)
    assert_follows(now, march)


def assert_whole(pack: dict[str, Any]) -> None:
    """Movements explain the change; buckets and unapplied cash are the subledger."""
    assert not pack["differences"]
    for roll in pack["roll_forward"]:
        assert Decimal(roll["difference"]) == 0, roll
    closing = {one["currency"]: Decimal(one["closing"]) for one in pack["roll_forward"]}
    for basis in ("due", "invoice"):
        aged = {one["currency"]: Decimal(one["total"]) for one in pack["aging"][basis]}
        nothing = Decimal(0)
        for currency in {*aged, *closing}:
            assert aged.get(currency, nothing) == closing.get(currency, nothing)


def assert_follows(before: dict[str, Any], pack: dict[str, Any]) -> None:
    """What one month closes with, the next one opens with."""
    ends = {
        (one["currency"], part): Decimal(one[part]["closing"])
        for one in before["roll_forward"]
        for part in ("invoices", "unapplied")
    }
    begins = {
        (one["currency"], part): Decimal(one[part]["opening"])
        for one in pack["roll_forward"]
        for part in ("invoices", "unapplied")
    }
    for key in {*ends, *begins}:
        assert ends.get(key, 0) == begins.get(key, 0), key


def close(books: Any, planner: Planner, pack: dict[str, Any], known_at: datetime) -> None:  # noqa: ANN401 - books
    """Sign the month by two people."""
    entity, month = planner.policies.default_entity, pack["month"]
    named = {"at": known_at, "entity": entity, "month": month, "digest": pack["digest"]}
    record_period(books, entity, month, PeriodPrepared(by="ada", **named))
    record_period(books, entity, month, PeriodClosed(by="bea", **named))
