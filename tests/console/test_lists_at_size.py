"""Lists stay quick however long they are: no page may read a whole list to show a part of it."""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from io import BytesIO, TextIOWrapper
from typing import Any
from zipfile import ZipFile

import pytest
from httpx import AsyncClient
from sqlalchemy import event, select

from commands.cases.hold_commands import HoldActions
from console.kept import Kept
from console.pages import audits, cash
from console.reading.counting import Count, counted, values_of
from console.words.languages import words_of
from dunning.customer_facts import HoldPlaced
from ledger.applications import APPLICATION
from ledger.cash import newest_open
from ledger.holds import HOLD
from ledger.rebuild import differences
from ledger.search_words import INVOICES, found_by
from ledger.search_words import words_of as search_words
from ledger.tables import CaseRow, table
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.team import Team

CASE = table(CaseRow)
# Lists that may have a million rows.
LONG = "application|customer|dispute|dunning_case|fact|finding|hold|message|message_item|payment"
_SCAN = re.compile(rf"^SCAN ({LONG}|payment_plan|promise|reply|search_word|task|task_item)\b(.*)")
_DAY, _MOMENT = "2026-05-01~x", "2026-05-01T00:00:00%2B00:00~x"
LISTS = (
    f"/ /?after={_DAY} /?before={_DAY} /?stage=paused /?stage=paused&after={_DAY} /?q=INV"
    f" /?currency=EUR&age=90%2B /?customer=C-1 /?customer=C-1&stage=current /?closed=yes"
    f" /?closed=yes&after={_DAY} /customers/C-1 /customers/C-1?after={_DAY}"
    " /queue /queue?what=call /queue?who=controller /queue?q=INV"
    f" /inbox /inbox?after={_MOMENT} /inbox?state=handled /approvals /approvals?whose=all"
    f" /tasks /tasks?after={_MOMENT} /tasks?role=ar_lead /tasks?what=call"
    f" /outgoing /outgoing?day=next /outgoing?after={_MOMENT} /outgoing?q=INV"
    f" /messages /messages?after={_MOMENT} /messages?state=sent"
    f" /promises /promises?state=open /promises?state=all&after={_DAY} /promises?customer=C-1"
    f" /disputes /disputes?state=escalated /disputes?state=all&after={_MOMENT}"
    f" /disputes?owner=pricing /plans /plans?state=ended /plans?after={_MOMENT}"
    f" /holds /holds?kind=legal /holds?state=lifted /holds?state=all&after={_MOMENT}"
    f" /cash /cash?after={_DAY} /cash?state=applied /cash?state=returned /cash?state=on_account"
    " /adjustments /adjustments?what=write_off /adjustments?state=done"
    " /adjustments?state=done&what=credit_note /audit /audit/findings"
    f" /audit/findings?state=all&after={_DAY}"
    " /audit/findings?owner=ar_lead /erasures"
).split()


@pytest.fixture(autouse=True)
def _books_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.sums.is_large", lambda _: True)
    for page in (audits, cash):
        monkeypatch.setattr(page, "is_large", lambda _: True)


@contextmanager
def _watched(ledger: SmallLedger) -> Iterator[list[tuple[str, Any]]]:
    """What is asked while a page is made; sums are worked out beside it."""
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _u: object, statement: str, given: object, *_: object) -> None:
        if not threading.current_thread().name.startswith("desk-sum"):
            asked.append((statement, given))

    engine = ledger.wiring.ledger.engine
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def _read_whole(ledger: SmallLedger, statement: str, given: Any) -> list[str]:  # noqa: ANN401 - as a driver takes it
    """The steps of a statement's plan that go through a whole list."""
    if not statement.startswith("SELECT"):
        return []
    with ledger.wiring.ledger.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    steps = [str(row[3]) for row in plan]
    found = [one for one in steps if (seen := _SCAN.match(one)) and not _ends_soon(seen, statement)]
    # What several queries found is sorted once more, but each of them has a limit.
    is_list = "sorted_by" in statement and "IN (" not in statement and " UNION " not in statement
    return found + [one for one in steps if is_list and one == "USE TEMP B-TREE FOR ORDER BY"]


def _ends_soon(seen: re.Match[str], statement: str) -> bool:
    """Whether it goes along an index and stops at a limit."""
    return "USING" in seen[2] and "LIMIT" in statement


@pytest.mark.parametrize("address", LISTS)
async def test_a_list_is_read_by_its_index(
    ledger: SmallLedger, desk: AsyncClient, address: str
) -> None:
    with _watched(ledger) as asked:
        answer = await desk.get(address)
    read = [(found, one[0]) for one in asked for found in _read_whole(ledger, *one)]

    assert answer.status_code == 200, answer.text[:300]
    assert asked
    assert not read


def test_a_count_stops_and_says_so(ledger: SmallLedger) -> None:
    with ledger.wiring.ledger.reading() as books:
        some = counted(books.connection, select(CASE.c.invoice), most=2)
        every = counted(books.connection, select(CASE.c.invoice))
    english, german = words_of("en"), words_of("de")

    assert (some, some.more, every.more) == (2, True, False)
    assert [english.number(one) for one in (some, some + 3000, every)] == ["2+", "3,002+", "6"]
    assert german.number(Count(1000, more=True)) == "1.000+"
    assert sum([every, some], start=Count(0)).more


async def test_movements_of_one_day_are_paged_by_their_key(team: Team) -> None:
    day, moved = NOW.date(), {"kind": "credit_note", "source": "", "due_before": None}
    rows = [
        {"invoice": "INV-1", "number": number, "on": day, "amount_minor": number, **moved}
        for number in range(101, 221)
    ]
    rows = [row | {"recorded_at": NOW} for row in rows]
    team.books.wiring.ledger.transact(lambda b: b.connection.execute(APPLICATION.insert(), rows))
    seen: list[str] = []
    async with team.at_desk("viewer") as desk:
        address = "/adjustments?state=done"
        while address:
            page = (await desk.get(address)).text
            seen += re.findall(r"(\d\.\d\d) EUR", page)
            found = re.search(r'rel="next" href="([^"]+)"', page)
            address = unescape(found[1]) if found else ""

    assert seen == [f"{number / 100:.2f}" for number in range(220, 100, -1)]


@pytest.mark.parametrize("place", ["2026-05-01~x", '2026-05-01~["INV-1"]', '2026-05-01~["1","x"]'])
async def test_a_damaged_place_among_movements_is_told(team: Team, place: str) -> None:
    async with team.at_desk("viewer") as desk:
        answer = await desk.get("/adjustments", params={"state": "done", "after": place})

    assert answer.status_code == 400


def test_payments_are_compared_with_the_newest_invoices_without_sorting_them_all(
    ledger: SmallLedger,
) -> None:
    with _watched(ledger) as asked, ledger.wiring.ledger.reading() as books:
        newest = newest_open(books, "EUR", 2)
        plans = [
            str(row[3])
            for statement, given in [*asked]
            if statement.startswith("SELECT")
            for row in books.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        ]

    assert len(newest) == 2
    assert plans == ["SEARCH dunning_case USING INDEX ix_case_open_issued (currency=?)"]


def test_the_values_of_a_column_are_found_step_by_step(ledger: SmallLedger) -> None:
    with ledger.wiring.ledger.reading() as books:
        assert values_of(books.connection, CASE.c.customer) == ["C-1", "C-3", "C/2"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("INV-10014", {"inv-10014", "10014"}),
        ("Müller & Söhne", {"müller & söhne", "söhne"}),
        ("RE2026 #7", {"re2026 #7", "2026 #7", "7"}),
        (" ", set()),
    ],
)
def test_a_number_or_name_is_found_by_each_of_its_words(text: str, words: set[str]) -> None:
    assert search_words(text) == words


def test_what_is_searched_is_found_whatever_its_case(ledger: SmallLedger) -> None:
    with ledger.wiring.ledger.reading() as books:
        found = books.connection.execute(found_by(INVOICES, "inv-", 3)).scalars().all()
        by_number = books.connection.execute(found_by(INVOICES, "4", 3)).scalars().all()

    assert len(found) == len({*found}) == 3
    assert by_number[0] == "INV-4"


def test_sums_of_large_books_come_beside_the_page_with_their_time(ledger: SmallLedger) -> None:
    kept, books = Kept(), ledger.wiring.ledger
    first = kept.of(books, "key", lambda _: 7, NOW)
    kept._threads.shutdown()  # noqa: SLF001 - waits until it was worked out
    second = kept.of(books, "key", lambda _: 8, NOW + timedelta(seconds=1))

    assert first is None
    assert second is not None
    assert (second.value, second.at) == (7, NOW)


async def test_the_register_of_holds_is_listed_and_exported_whole(team: Team) -> None:
    wiring = team.books.wiring
    placing = HoldActions(wiring.ledger, wiring.planner, "associate", NOW)
    placing.place("C-1", "COMPLAINT", "asked us to wait")
    placing.place("C-3", "HARDSHIP", "lost the job")
    hold = "C-3:HARDSHIP:20260504T100000"
    HoldActions(wiring.ledger, wiring.planner, "manager", NOW).lift("C-3", hold, "over")
    async with team.at_desk("viewer") as desk:
        placed, lifted = [
            (await desk.get(f"/holds?state={one}")).text for one in ("placed", "lifted")
        ]
        file = await desk.get("/holds/file.csv?state=all")
    with ZipFile(BytesIO(file.content)) as packed:
        name = next(one for one in packed.namelist() if "control" not in one)
        rows = list(csv.DictReader(TextIOWrapper(packed.open(name), "utf-8-sig")))

    assert "asked us to wait" in placed
    assert "lost the job" not in placed
    assert "lost the job" in lifted
    assert {(row["customer"], row["state"]) for row in rows} == {
        ("C-1", "in force"),
        ("C-3", "lifted"),
    }
    assert file.headers["content-length"] == str(len(file.content))


def test_the_register_of_holds_is_what_the_facts_make_it(team: Team) -> None:
    wiring = team.books.wiring
    fact = HoldPlaced(at=NOW, by="x", hold="C-1:COMPLAINT:1", code="COMPLAINT", why="")
    wiring.ledger.transact(lambda books: books.record_customer("C-1", fact))
    with wiring.ledger.reading() as books:
        before = [one for one in differences(books) if one.table in ("hold", "payment_plan")]
    wiring.ledger.transact(lambda books: books.connection.execute(HOLD.delete()))
    with wiring.ledger.reading() as books:
        after = [one.what for one in differences(books) if one.table == "hold"]

    assert (before, after) == ([], ["missing"])
