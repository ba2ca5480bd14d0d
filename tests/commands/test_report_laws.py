"""Any past day gives the same reports after later facts; a closed month also after late ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from activities.planning import Planner
from commands.reports.aging import Key, aging_answer, aging_of, aging_table, items_table
from commands.reports.as_closed import view_of
from commands.reports.kpis import kpi_answer
from commands.reports.money import LossMatrix
from commands.reports.statement import statement_answer, statement_of
from dunning.period_facts import PeriodClosed, PeriodPrepared
from ledger.books import Books
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.periods import record_period
from ledger.schema import upgrade
from tests.commands.month_ends import HAPPENINGS, Happening, History, moment, packed, taken_back
from tests.commands.told_facts import CUSTOMERS, Told, greet, tell

KEYS: tuple[Key, ...] = ("customer", "collector", "entity", "segment")
FIRST, LAST = date(2026, 2, 1), date(2026, 2, 28)
END = (LAST - date(2026, 1, 1)).days
MATRIX = LossMatrix(written_off=None)
# Every example reads all reports twice: making a found one smaller would take minutes.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
# What a failure prints of the policies is long.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
TOLD = st.lists(st.tuples(st.integers(0, 130), st.integers(0, 5), st.integers(0, 99)), max_size=15)


@pytest.fixture(scope="module")
def books_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Empty books that every example fills and leaves empty."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('laws') / 'books.sqlite'}")
    upgrade(engine)
    yield Ledger(engine)
    engine.dispose()


@given(happenings=HAPPENINGS, told=TOLD)
@settings(max_examples=4, phases=QUICK)
def test_later_facts_change_no_report_of_a_past_day(
    books_file: Ledger, planner: Planner, happenings: list[Happening], told: Told
) -> None:
    # What comes later counts later: entries with an earlier date are the other law's.
    early = [one for one in happenings if one.day <= END]
    late = [one for one in happenings if one.day > END and one.day + one.lag > END]
    with taken_back(books_file) as books:
        history = History(books)
        greet(books)
        history.record(early)
        tell(books, history, [one for one in told if one[0] <= END])
        then = every_report(books, planner)
        history.record(late)
        tell(books, history, [one for one in told if one[0] > END])
        now = every_report(books, planner)

    assert not changed(then, now)


@given(happenings=HAPPENINGS, told=TOLD)
@settings(max_examples=4, phases=QUICK)
def test_late_facts_change_no_report_of_a_closed_month(
    books_file: Ledger, planner: Planner, happenings: list[Happening], told: Told
) -> None:
    known_at = moment(END + 3).replace(hour=18)
    early = [one for one in happenings if one.day <= END + 3]
    late = [one for one in happenings if one.day > END + 3]
    with taken_back(books_file) as books:
        history = History(books)
        greet(books)
        history.record(early)
        tell(books, history, [one for one in told if one[0] <= END])
        close(books, planner, packed(books, planner.policies, "2026-02", known_at), known_at)
        then = every_report(books, planner)
        history.record(late)
        tell(books, history, [one for one in told if one[0] > END + 3])
        now = every_report(books, planner)

    for answer in (then, now):
        for report in answer.values():
            # These say what came since; the figures do not have it.
            report.pop("backdated", None)
    assert not changed(then, now)


def test_what_came_late_is_there_for_who_asks(books_file: Ledger, planner: Planner) -> None:
    opened = [Happening(5, 0, "invoice", 0, 10)]
    paid_late = [Happening(80, -40, "payment", 0, 60)]
    known_at = moment(END + 3)
    with taken_back(books_file) as books:
        history = History(books)
        greet(books)
        history.record(opened)
        close(books, planner, packed(books, planner.policies, "2026-02", known_at), known_at)
        history.record(paid_late)
        (closed,) = kpis(books, planner)["currencies"]
        (all_,) = kpis(books, planner, late_too=True)["currencies"]
        view, whole = view_of(planner.policies), view_of(planner.policies, late_too=True)
        shown = [statement_of(books, "C-0", LAST, "", one) for one in (view, whole)]

    assert (closed["ending"], closed["received"]) == ("100.70", "0.00")
    assert (all_["ending"], all_["received"]) == ("40.28", "60.42")
    assert [one.items[0].balance.minor for one in shown] == [10_070, 4_028]
    assert [one.closed for one in shown] == [("demo",), ()]


def changed(then: object, now: object, place: str = "") -> list[str]:
    """What is not the same any more, as it was and is."""
    if isinstance(then, dict) and isinstance(now, dict):
        keys = sorted({*then, *now})
        return [t for key in keys for t in changed(then.get(key), now.get(key), f"{place}.{key}")]
    return [] if then == now else [f"{place}: {then} {now}"]


def every_report(books: Books, planner: Planner) -> dict[str, Any]:
    """The answers of all reports of the last day of February."""
    found: dict[str, Any] = {"kpis": kpis(books, planner)}
    view = view_of(planner.policies)
    for customer in CUSTOMERS:
        found[customer] = statement_answer(statement_of(books, customer, LAST, "", view))
    for key in KEYS:
        aging = aging_of(
            books, planner.policies, LAST, "invoice" if key == "entity" else "due", key
        )
        found[key] = aging_answer(aging)
        found[f"{key} rows"] = {"rows": [*aging_table(aging).rows]}
    whole = aging_of(books, planner.policies, LAST, "due", "customer")
    found["items"] = {"rows": [*items_table(books, whole).rows]}
    # Lists become mappings, so that what changed is named.
    told: dict[str, Any] = json.loads(json.dumps(found, default=str))
    told["kpis"]["currencies"] = {one["currency"]: one for one in told["kpis"]["currencies"]}
    return told


def kpis(books: Books, planner: Planner, *, late_too: bool = False) -> dict[str, Any]:
    return kpi_answer(books, planner, FIRST, LAST, MATRIX, late_too=late_too)


def close(books: Books, planner: Planner, pack: dict[str, Any], known_at: datetime) -> None:
    """Sign the month by two people."""
    entity, month = planner.policies.default_entity, pack["month"]
    named = {"at": known_at, "entity": entity, "month": month, "digest": pack["digest"]}
    record_period(books, entity, month, PeriodPrepared(by="ada", **named))
    record_period(books, entity, month, PeriodClosed(by="bea", **named))
