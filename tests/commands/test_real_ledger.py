"""A real, closed ledger through import and cash application: its aging at every month end."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from activities.planning import Planner
from commands.imports.imports import import_into
from commands.reports.aging import aging_of
from commands.reports.as_closed import view_of
from commands.reports.money import LossMatrix, money_figures, receivables
from dunning.money import Money
from intake.mapping import load_mapping
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.commands.test_real_statements import Rooms
from tests.intake.ledgers import SHARED

FILE = SHARED / "ibm_late_payment" / "WA_Fn-UseC_-Accounts-Receivable.csv"
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
Open = Counter[tuple[str, str]]
pytestmark = pytest.mark.skipif(not FILE.exists(), reason="the shared real ledger is absent")


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory, planner: Planner) -> Iterator[Rooms]:
    """The ledger's invoices, and the payment of each, applied by its reference."""
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('real') / 'books.db'}")
    upgrade(engine)
    rooms, mapping = Rooms(Ledger(engine), planner), load_mapping("ibm_late_payment")
    for kind in ("invoices", "payments"):
        answer = import_into(rooms, kind, FILE, mapping, "import", NOW, dry_run=False)
        assert (answer["accepted"], answer["rejected"]) == (2466, [])
    yield rooms
    engine.dispose()


def test_aging_at_every_month_end_is_what_the_file_says(rooms: Rooms) -> None:
    rows, ends = _rows(), list(_month_ends(date(2011, 12, 1), date(2014, 2, 1)))
    found: dict[date, Open] = {}
    for day in ends:
        with rooms.ledger.reading() as books:
            aging = aging_of(books, rooms.planner.policies, day, "due", "customer")
        found[day] = Counter()
        for row in aging.rows:
            assert row.unapplied == row.disputed == 0
            found[day] += Counter({(row.key, key): minor for key, minor in row.buckets.items()})

    assert len(ends) == 26
    assert found == {day: _recomputed(rows, day) for day in ends}
    assert sum(found[date(2012, 12, 31)].values()) == 572_506
    assert not found[ends[0]]
    assert not found[ends[-1]]


def test_days_beyond_terms_of_every_month_are_the_files_own(rooms: Rooms) -> None:
    rows = _rows()
    ends = list(_month_ends(date(2012, 1, 1), date(2014, 1, 1)))
    for before, last in pairwise(ends):
        first = before + timedelta(days=1)
        paid = [row for row in rows if first <= _settled(row) <= last]
        with rooms.ledger.reading() as books:
            (figures,) = [
                money_figures(one, LossMatrix())
                for one in receivables(books, first, last, view_of(rooms.planner.policies))
            ]
        weights = [_cents(row["InvoiceAmount"]) for row in paid]
        late = [int(row["DaysToSettle"]) - 30 for row in paid]
        exact = sum(w * days for w, days in zip(weights, late, strict=True)) / sum(weights)

        assert float(figures["days_beyond_terms"]) == pytest.approx(exact, abs=0.0051), last


def _recomputed(rows: list[dict[str, str]], day: date) -> Open:
    """What was open at the end of the day, from the file alone."""
    found: Open = Counter()
    for row in rows:
        if _day(row["InvoiceDate"]) <= day < _settled(row):
            late = (day - _day(row["DueDate"])).days
            bucket = next(key for most, key in _BUCKETS if late <= most)
            found[row["customerID"], bucket] += _cents(row["InvoiceAmount"])
    return found


_BUCKETS = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (99_999, "90+"))


def _settled(row: dict[str, str]) -> date:
    """When it was paid: who paid late, so many days late as the file says."""
    late = int(row["DaysLate"])
    return _day(row["DueDate"]) + timedelta(days=late) if late else _day(row["SettledDate"])


def _month_ends(first: date, until: date) -> Iterator[date]:
    """The last day of each month from the first one on, before `until`."""
    month = first
    while month < until:
        after = (month + timedelta(days=31)).replace(day=1)
        yield after - timedelta(days=1)
        month = after


def _rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _cents(amount: str) -> int:
    return Money.parse(amount, "EUR").minor


def _day(text: str) -> date:
    month, day, year = (int(part) for part in text.split("/"))
    return date(year, month, day)
