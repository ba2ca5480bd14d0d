"""Two connections read large books at once, and both see the same moment."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, get_ident

import pytest
from sqlalchemy import Connection, QueuePool, func, select

from dunning.reports.aging import AgingRow, aging_rows
from ledger import report_at_once
from ledger.ledger import Ledger
from ledger.rebuild import snapshot
from ledger.report_aging import By, aged_rows
from ledger.report_aging_page import LargestRows, PageAsked
from ledger.report_at_once import at_once
from ledger.report_reading import CASE
from tests.ledger.entries import opened
from tests.ledger.test_report_aging_page import ALL, asked, filled
from tests.ledger.test_report_parts import LAST

COUNT = select(func.count()).select_from(CASE)
KEYS: tuple[By, ...] = ("", "customer", "collector", "entity", "segment")


@pytest.fixture
def large(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Books that count as large."""
    ledger.transact(filled)
    monkeypatch.setattr(report_at_once, "LARGE", 1)
    return ledger


def test_two_connections_read_at_once(large: Ledger) -> None:
    met = Barrier(2, timeout=10)

    with large.reading() as books:
        first, second = at_once(books.connection, [partial(meeting, met)] * 2)

    assert first[0] != second[0]
    assert first[1] == second[1] > 0


def test_answers_stand_in_the_order_of_the_questions(large: Ledger) -> None:
    with large.reading() as books:
        assert at_once(books.connection, [saying(one) for one in range(20)]) == list(range(20))


def test_what_is_recorded_meanwhile_is_seen_by_neither(large: Ledger) -> None:
    with snapshot(large) as books:
        before = counted(books.connection)
        large.transact(lambda b: b.open_case(opened("I-new")))
        found = at_once(books.connection, [counted] * 6)

    assert found == [before] * 6


def test_a_read_that_fails_is_heard_of(large: Ledger) -> None:
    met = Barrier(2, timeout=10)
    reads = [partial(meeting, met), partial(failing, met)]

    with large.reading() as books, pytest.raises(LookupError, match="no such row"):
        at_once(books.connection, reads)
    pool = large.engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedout() == 0


def test_the_last_free_connection_is_left_to_others(large: Ledger) -> None:
    pool = large.engine.pool
    assert isinstance(pool, QueuePool)
    others = [large.engine.connect() for _ in range(pool.size() - 1)]

    with large.reading() as books:
        threads = at_once(books.connection, [lambda _: get_ident()] * 4)
    for one in others:
        one.close()

    assert set(threads) == {get_ident()}


def test_large_books_have_the_same_agings(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger.transact(filled)
    small = agings(ledger)
    monkeypatch.setattr(report_at_once, "LARGE", 1)

    assert agings(ledger) == small
    assert len(small[1][KEYS.index("customer")]) > len(KEYS)


def agings(ledger: Ledger) -> tuple[LargestRows, list[list[AgingRow]]]:
    with ledger.reading() as books:
        rows = [aging_rows((), aged_rows(books.connection, LAST, "due", by)) for by in KEYS]
    return asked(ledger, LAST, PageAsked("EUR", None, ALL)), rows


def meeting(met: Barrier, connection: Connection) -> tuple[int, int]:
    met.wait()
    return get_ident(), counted(connection)


def failing(met: Barrier, connection: Connection) -> tuple[int, int]:
    met.wait()
    raise LookupError(f"no such row among {counted(connection)}")


def saying(number: int) -> Callable[[Connection], int]:
    return lambda _: number


def counted(connection: Connection) -> int:
    return int(connection.execute(COUNT).scalar_one())
