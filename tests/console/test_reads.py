from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from commands.api_keys.actions import ApiKeyActions
from commands.audit.pack_lists import registers_of
from commands.people.sign_in import SignIns
from console.app import create_app
from console.desk import Parts
from console.read_log import ReadLog
from console.visit import SESSION
from ledger.ledger import Ledger
from ledger.reads import READ, Read, Sought, append_reads, reads_before
from settings import Settings
from tests.console.small_ledger import HOSTILE, NOW
from tests.console.team import Team
from tests.console.visiting import visiting


def noting(team: Team) -> FastAPI:
    """The desk of an installation that records reads."""
    wiring, home = team.books.wiring, team.books.outbox.parent
    settings = Settings(_env_file=None, home=home, audit_reads=True)  # type: ignore[call-arg]  # Pydantic's own.
    parts = Parts(wiring.ledger, wiring.planner, team.books.outbox, "var", settings=settings)
    return create_app(parts, lambda: NOW)


def signed_in(team: Team, app: FastAPI, role: str) -> AsyncClient:
    desk = visiting(app)
    desk.cookies.set(SESSION, SignIns(team.books.wiring.ledger, NOW).trusted(role, "password"))
    return desk


def recorded(ledger: Ledger, app: FastAPI) -> list[tuple[str, ...]]:
    app.state.reads.flush()
    with ledger.reading() as books:
        rows = reads_before(books.connection, Sought(), 0, 100)
    return [(one.person, one.way, one.what, one.about, one.key) for one in reversed(rows)]


async def test_who_looks_at_somebody_is_recorded_and_nothing_about_the_somebody(
    team: Team,
) -> None:
    ledger, app = team.books.wiring.ledger, noting(team)
    async with signed_in(team, app, "associate") as desk:
        for page in ("/customers/C-1", "/customers/C-1", "/invoices/INV-1", "/contacts/C-1"):
            assert (await desk.get(page)).status_code == 200
        for page in ("/", "/policies", "/settings", "/invoices/NO-SUCH", "/health"):
            await desk.get(page)
        await desk.get("/holds/file.csv")
    found = recorded(ledger, app)
    with ledger.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        lines = [one for one in raw.iterdump() if 'INTO "read_record"' in one]

    assert found == [
        ("associate", "desk", "customers", "C-1", ""),
        ("associate", "desk", "invoices", "INV-1", ""),
        ("associate", "desk", "contacts", "C-1", ""),
        ("associate", "desk", "holds file", "", ""),
    ]
    assert len(lines) == len(found)
    assert "Halden" not in "".join(lines)
    assert HOSTILE not in "".join(lines)


async def test_calls_of_the_api_are_recorded_with_their_key(team: Team) -> None:
    ledger, app = team.books.wiring.ledger, noting(team)
    key = ApiKeyActions(ledger, "administrator", NOW).add("associate", ["read"])
    async with visiting(app) as desk:
        headers = {"Authorization": f"Bearer {key}"}
        await desk.get("/api/v1/invoices/INV-1", headers=headers)
        await desk.get("/api/v1/customers", headers=headers)
        await desk.get("/api/v1/customers/C-1")
    found = recorded(ledger, app)

    assert [(one[0], one[1], one[3], one[4]) for one in found] == [
        ("associate", "api", "INV-1", key.split("_")[1]),
        ("associate", "api", "", key.split("_")[1]),
    ]


async def test_without_the_setting_nothing_is_recorded(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        await desk.get("/customers/C-1")
    async with team.at_desk("auditor") as desk:
        page = (await desk.get("/reads")).text
    with team.books.wiring.ledger.reading() as books:
        assert reads_before(books.connection, Sought(), 0, 10) == []
    assert "Reads are not recorded now" in page


def test_pages_do_not_wait_for_the_register(team: Team) -> None:
    calls: list[int] = []
    log = ReadLog(team.books.wiring.ledger)
    log._write = lambda: calls.append(1)  # type: ignore[method-assign]  # noqa: SLF001
    for number in range(5_000):
        log.note(Read(NOW, "ada", "desk", "customers", f"C-{number}"))
    with team.books.wiring.ledger.reading() as books:
        before = reads_before(books.connection, Sought(), 0, 1)
    log.flush()
    with team.books.wiring.ledger.reading() as books:
        after = reads_before(books.connection, Sought(), 0, 9_999)

    assert before == []
    assert len(after) == 5_000
    assert len(calls) == 1


def test_nobody_takes_a_read_away_again(team: Team) -> None:
    ledger = team.books.wiring.ledger
    read = Read(NOW, "ada", "desk", "customers", "C-1")
    ledger.transact(lambda books: append_reads(books.connection, [read]))
    for change in (update(READ).values(person="eve"), delete(READ)):
        with pytest.raises(DBAPIError, match="append-only"), ledger.engine.begin() as connection:
            connection.execute(change)


async def test_the_register_is_for_who_looks_after_it_with_filters_and_pages(team: Team) -> None:
    ledger = team.books.wiring.ledger
    days = [NOW - timedelta(days=one) for one in range(60, 0, -1)]
    reads = [Read(day, "ada", "desk", "customers", f"C-{at}") for at, day in enumerate(days)]
    reads.append(Read(NOW, "eve", "desk", "invoices", "=1+1"))
    ledger.transact(lambda books: append_reads(books.connection, reads))
    statuses = {}
    for role in ("associate", "senior", "manager", "viewer", "controller", "auditor"):
        async with team.at_desk(role) as desk:
            statuses[role] = (await desk.get("/reads")).status_code
    async with team.at_desk("auditor") as desk:
        first = (await desk.get("/reads")).text
        place = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = (await desk.get(place)).text
        eves = (await desk.get("/reads?person=EVE&since=2026-05-01")).text
        damaged = await desk.get("/reads?after=x")
        odd_day = await desk.get("/reads?since=tomorrow")
        packed = (await desk.get("/reads/file.csv?person=eve")).content
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        table = "".join(files.read(name).decode() for name in files.namelist())

    assert [one for one, status in statuses.items() if status == 200] == ["controller", "auditor"]
    assert first.count("data-row") == 50
    assert second.count("data-row") == 11
    assert eves.count("data-row") == 1
    assert {damaged.status_code, odd_day.status_code} == {400}
    assert "'=1+1" in table
    assert "C-1" not in table


def test_the_evidence_pack_lists_the_reads_of_its_time(team: Team) -> None:
    ledger = team.books.wiring.ledger
    reads = [Read(NOW - timedelta(days=9), "ada", "desk", "customers", "C-1")]
    reads.append(Read(NOW, "ada", "desk", "customers", "=C-2"))
    ledger.transact(lambda books: append_reads(books.connection, reads))
    with ledger.reading() as books:
        listed = registers_of(books, NOW - timedelta(days=1), NOW)["reads"].decode()

    assert listed.splitlines()[0] == "at,person,way,what,about,key"
    assert "'=C-2" in listed
    assert "C-1" not in listed
