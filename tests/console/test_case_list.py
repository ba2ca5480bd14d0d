from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import Connection, insert

from console.reading.aging import aging
from console.reading.cases import CaseFilter, case_page, open_by_due_date, stage_counts
from console.reading.messages import message_page_of
from console.reading.paging import DamagedLink, Place
from console.reading.tasks import TaskFilter, about, task_page
from dunning.money import Money
from ledger.engine import open_engine
from ledger.schema import upgrade
from ledger.search_words import rewrite_words
from ledger.tables import CaseRow, MessageRow, TaskItemRow, TaskRow, table

TODAY = date(2026, 6, 1)
MORNING = datetime(2026, 6, 1, 8, tzinfo=UTC)
ALL = 120


@pytest.fixture
def books(database_url: str) -> Iterator[Connection]:
    """Books with nothing but rows of lists; several share each due date."""
    engine = open_engine(database_url)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(insert(table(CaseRow)), [_case(number) for number in range(ALL)])
        rewrite_words(connection)
        yield connection
    engine.dispose()


def _case(number: int, **changes: object) -> dict[str, object]:
    row = {
        "invoice": f"INV-{number:03}",
        "customer": f"C-{number % 4}",
        "entity": "",
        "currency": ("EUR", "JPY")[number % 2],
        "amount_minor": 1000,
        "balance_minor": 1000,
        "disputed_minor": 0,
        "issue_date": date(2026, 1, 1),
        "due_date": TODAY - timedelta(days=number % 7 * 20 - 20),
        "reference": f"PO_{number}%",
        "level": 0,
        "opened_at": MORNING,
        "closed_on": None,
        "closed_why": "",
        "stage": ("current", "reminding")[number % 3 == 0],
        "policy": "",
        "next_kind": "wait",
        "next_at": None,
        "next_code": "",
        "next_why": "",
    }
    return row | changes


def test_pages_hold_every_case_once_forwards_and_backwards(books: Connection) -> None:
    forwards, place = [], Place()
    while True:
        page = case_page(books, CaseFilter(), TODAY, place)
        forwards.append([row.invoice for row in page.rows])
        if not page.next:
            break
        place = Place(after=page.next)
    backwards: list[list[str]] = []
    while page.previous:
        page = case_page(books, CaseFilter(), TODAY, Place(before=page.previous))
        backwards.insert(0, [row.invoice for row in page.rows])

    listed = [invoice for invoices in forwards for invoice in invoices]
    assert [len(invoices) for invoices in forwards] == [50, 50, 20]
    assert len(set(listed)) == ALL
    assert backwards == forwards[:2]


def test_the_longest_overdue_come_first(books: Connection) -> None:
    dates = [row.due_date for row in case_page(books, CaseFilter(), TODAY, Place()).rows]

    assert dates == sorted(dates)
    assert dates[0] == date(2026, 2, 21)


@pytest.mark.parametrize("cursor", ["yesterday~INV-1", "2026-01-01T08:00:00~INV-1", "x"])
def test_a_damaged_place_is_refused(books: Connection, cursor: str) -> None:
    with pytest.raises(DamagedLink):
        message_page_of(books, "", Place(after=cursor))


@pytest.mark.parametrize(
    ("which", "count"),
    [
        (CaseFilter(stage="reminding"), 40),
        (CaseFilter(customer="C-1"), 30),
        (CaseFilter(q="inv-00"), 10),
        (CaseFilter(q="PO_1%"), 1),
        (CaseFilter(q="007"), 1),
        (CaseFilter(q="c-2"), 30),
        (CaseFilter(currency="JPY"), 60),
        (CaseFilter(closed=True), 0),
        (CaseFilter(q="no such thing"), 0),
    ],
)
def test_filters_narrow_the_list(books: Connection, which: CaseFilter, count: int) -> None:
    listed = sum(stage_counts(books, which, TODAY).values())

    assert min(count, 50) == len(case_page(books, which, TODAY, Place()).rows)
    # A count of stages shows what each of them would list.
    assert listed == (ALL if which.stage else count)


@pytest.mark.parametrize(
    ("overdue", "key"),
    [
        (-5, "current"),
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "90+"),
        (4000, "90+"),
    ],
)
def test_an_age_lists_what_its_bar_counts(books: Connection, overdue: int, key: str) -> None:
    due = TODAY - timedelta(days=overdue)
    row = _case(999, currency="KWD", customer="C-9", due_date=due)
    books.execute(insert(table(CaseRow)), [row])
    kuwait = next(
        one
        for one in aging(open_by_due_date(books, CaseFilter()), TODAY)
        if one.total.currency == "KWD"
    )
    page = case_page(books, CaseFilter(age=key, currency="KWD"), TODAY, Place())

    assert [part.bucket.key for part in kuwait.parts if part.invoices] == [key]
    assert [row.invoice for row in page.rows] == ["INV-999"]


def test_currencies_are_aged_apart(books: Connection) -> None:
    aged = aging(open_by_due_date(books, CaseFilter()), TODAY)

    assert [one.total for one in aged] == [Money(60_000, "EUR"), Money(60_000, "JPY")]
    assert [one.invoices for one in aged] == [60, 60]
    assert all(sum(part.width for part in one.parts) == 1000 for one in aged)


def test_the_bar_leaves_the_ages_it_offers_in_place(books: Connection) -> None:
    whole = open_by_due_date(books, CaseFilter())
    narrowed = open_by_due_date(books, CaseFilter(age="90+", currency="EUR"))

    assert sorted(narrowed) == sorted(whole)


def test_closed_cases_are_listed_the_latest_first(books: Connection) -> None:
    closed = [
        _case(900 + days, closed_on=TODAY - timedelta(days=days), closed_why="paid in full")
        for days in range(3)
    ]
    books.execute(insert(table(CaseRow)), closed)
    page = case_page(books, CaseFilter(closed=True), TODAY, Place())

    assert [row.invoice for row in page.rows] == ["INV-900", "INV-901", "INV-902"]
    assert len(case_page(books, CaseFilter(q="INV-900"), TODAY, Place()).rows) == 0


def test_messages_are_paged_the_latest_first(books: Connection) -> None:
    rows = [
        {
            "attempt": f"{number:03}",
            "customer": f"C-{number}",
            "channel": "email",
            "local_date": TODAY,
            "letter": "reminder",
            "level": 1,
            "contact": "c",
            "address": "a@customer.example",
            "claimant": "INV-1",
            "state": "sent",
            # Pairs share a moment: the attempt decides between them.
            "claimed_at": MORNING + timedelta(minutes=number // 2),
        }
        for number in range(60)
    ]
    books.execute(insert(table(MessageRow)), rows)
    first = message_page_of(books, "sent", Place())
    second = message_page_of(books, "sent", Place(after=first.next))

    listed = [row.attempt for row in (*first.rows, *second.rows)]
    assert listed == [f"{number:03}" for number in reversed(range(60))]
    assert message_page_of(books, "sent", Place(before=second.previous)).rows == first.rows


def test_a_task_sums_what_is_still_open_by_currency(books: Connection) -> None:
    books.execute(insert(table(CaseRow)), [_case(500, closed_on=TODAY)])
    task = {"task": "T", "customer": "C-1", "what": "call", "role": "associate", "step": "call"}
    row = task | {"why": "", "opened_at": MORNING, "outcome": ""}
    books.execute(insert(table(TaskRow)), [row])
    items = [{"task": "T", "invoice": f"INV-{number:03}"} for number in (1, 2, 4, 500)]
    books.execute(insert(table(TaskItemRow)), items)
    concerned = about(books, ["T"])["T"]

    assert [row.task for row in task_page(books, TaskFilter(), TODAY, Place()).rows] == ["T"]
    assert concerned.owed == (Money(2000, "EUR"), Money(1000, "JPY"))
    assert concerned.closed == 1


async def test_filters_live_in_the_address(desk: AsyncClient) -> None:
    page = (await desk.get("/?stage=paused&q=INV")).text

    assert re.findall(r'href="/invoices/([^"]+)"', page) == ["INV-2"]
    assert 'value="INV"' in page
    assert "/?stage=promised&amp;q=INV" in page


async def test_nothing_found_says_so_and_where_else_to_look(desk: AsyncClient) -> None:
    page = (await desk.get("/?q=INV-5")).text

    assert "No open case matches." in page
    assert "/?q=INV-5&amp;closed=yes" in page


@pytest.mark.parametrize("address", ["/?after=x", "/?age=old", "/messages?before=2026~1"])
async def test_a_damaged_link_is_said_in_plain_words(desk: AsyncClient, address: str) -> None:
    answer = await desk.get(address)

    assert answer.status_code == 400
    assert "Bad request" in answer.text
    assert "See the open cases" in answer.text
