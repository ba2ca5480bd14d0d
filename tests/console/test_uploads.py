"""Uploaded files wait in the books: for every desk, a day at most, for whoever uploaded them."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import AsyncClient

from commands.people.sign_in import SignIns
from console.uploads import MOST_BYTES, Uploads, cleaned
from console.visit import SESSION
from dunning.customer_facts import CustomerRecorded
from dunning.may import NotAllowed
from dunning.person_facts import PersonAdded, RoleGiven
from ledger.books import Books
from ledger.desk import claim_form
from ledger.desk_jobs import JOB
from ledger.desk_uploads import UPLOAD
from ledger.people import record_person
from settings import Settings
from tests.console.small_ledger import NOW, START, SmallLedger
from tests.console.team import HIDDEN, Team, waited
from tests.console.visiting import visiting
from worker import wire

ROWS = (
    "invoice,customer,currency,amount,issue_date,due_date\n"
    "NEW-1,C-1,EUR,10.00,2026-04-01,2026-05-01\n"
)
LATER = NOW + timedelta(days=1, minutes=1)


def _machine(database_url: str, home: Path) -> SmallLedger:
    """A machine with a disk of its own, over books that it shares."""
    settings = Settings(_env_file=None, home=home, database_url=database_url)  # type: ignore[call-arg]  # Pydantic's own.
    return SmallLedger(wire(settings), settings.outbox_folder)


@pytest.fixture
def machines(database_url: str, tmp_path: Path) -> Iterator[tuple[SmallLedger, SmallLedger]]:
    """Two machines over the same books, in which an associate may take in files."""
    first, second = (_machine(database_url, tmp_path / name) for name in ("one", "two"))

    def work(books: Books) -> None:
        for role in ("administrator", "associate"):
            added = PersonAdded(at=START, by="setup", person=role, name=role)
            record_person(books, role, added, RoleGiven(at=START, by="setup", role=role))
        customer = CustomerRecorded(at=START, by="setup", customer="C-1", name="A", country="DE")
        books.record_customer("C-1", customer)

    first.wiring.ledger.transact(work)
    yield first, second
    for one in (first, second):
        one.wiring.ledger.engine.dispose()


def _visit(machine: SmallLedger) -> AsyncClient:
    desk = visiting(machine.app())
    token = SignIns(machine.wiring.ledger, NOW).trusted("associate", "password")
    desk.cookies.set(SESSION, token)
    return desk


async def test_a_file_looked_at_on_a_machine_that_died_is_taken_in_by_another(
    machines: tuple[SmallLedger, SmallLedger],
) -> None:
    first, second = machines
    async with _visit(first) as desk:
        fields = {"form": "a" * 32, "do": "look", "kind": "invoices"}
        file = {"file": ("april.csv", ROWS.encode())}
        looked = await waited(desk, await desk.post("/imports/look", data=fields, files=file))
    first.wiring.ledger.engine.dispose()
    shutil.rmtree(first.outbox.parent, ignore_errors=True)
    async with _visit(second) as desk:
        shown = (await desk.get(looked.url.path)).text
        hidden = dict(HIDDEN.findall(shown.partition("/imports/take")[2]))
        taken = await waited(desk, await desk.post("/imports/take", data=hidden))
        again = await desk.post("/imports/take", data=hidden | {"form": "b" * 32})
    with second.wiring.ledger.reading() as books:
        amount = str(books.case("NEW-1").amount.major)
        left = books.connection.execute(UPLOAD.select()).all()

    assert "april.csv" in shown
    assert "april.csv" in taken.text
    assert amount == "10.00"
    assert left == []
    assert again.status_code == 422
    assert "was taken in already" in again.text


async def test_what_a_machine_left_half_done_leads_back_to_the_file(team: Team) -> None:
    ledger = team.books.wiring.ledger
    async with team.at_desk("associate") as desk:
        fields = {"form": "a" * 32, "do": "look", "kind": "invoices"}
        file = {"file": ("april.csv", ROWS.encode())}
        looked = await waited(desk, await desk.post("/imports/look", data=fields, files=file))
        hidden = {"form": "c" * 32, "do": "take", "looked": looked.url.path.rpartition("/")[2]}
        await waited(desk, await desk.post("/imports/take", data=hidden))
        # As a machine leaves it that was switched off.
        gone = JOB.update().where(JOB.c.job == "c" * 32)
        gone = gone.values(ended_at=None, beat_at=NOW - timedelta(hours=1))
        gone = gone.values(location=looked.url.path, outcome=None)
        ledger.transact(lambda books: books.connection.execute(gone))
        page = (await desk.get(f"/jobs/{'c' * 32}")).text

    assert "has ended meanwhile" in page
    assert f'href="{looked.url.path}"' in page


async def test_a_job_that_failed_leads_back_to_its_part_of_the_desk(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        fields = {"form": "a" * 32, "do": "look", "kind": "invoices"}
        file = {"file": ("a.csv", b"%PDF-1.7 nothing")}
        page = await waited(desk, await desk.post("/imports/look", data=fields, files=file))

    assert 'role="alert"' in page.text
    assert '<a class="button" href="/imports">' in page.text


def _uploads(team: Team, person: str = "associate", seconds: int = 0) -> Uploads:
    return Uploads(team.books.wiring.ledger, person, NOW + timedelta(seconds=seconds))


def test_an_upload_is_bounded(team: Team) -> None:
    with pytest.raises(NotAllowed, match="30 MB"):
        _uploads(team).keep("a.csv", io.BytesIO(b"x" * (MOST_BYTES + 1)))
    with pytest.raises(NotAllowed, match="not empty"):
        _uploads(team).keep("a.csv", io.BytesIO())
    with team.books.wiring.ledger.reading() as books:
        assert books.connection.execute(UPLOAD.select()).all() == []


def test_only_whoever_uploaded_a_file_finds_it(team: Team) -> None:
    kept = _uploads(team).keep("a.csv", io.BytesIO(b"x"))
    with _uploads(team).opened(kept) as file:
        found = file.name, file.read_bytes()
        place = file.parent

    assert found == ("a.csv", b"x")
    assert not place.exists()
    for person, number in (("senior", kept), ("associate", "../x")):
        with pytest.raises(NotAllowed, match="upload it again"):
            _uploads(team, person).check(number)


def test_after_a_day_a_file_is_gone_and_the_next_form_of_anybody_forgets_it(team: Team) -> None:
    kept = _uploads(team).keep("a.csv", io.BytesIO(b"x"))
    with pytest.raises(NotAllowed, match="upload it again"):
        _uploads(team, seconds=90_000).check(kept)
    with team.books.wiring.ledger.reading() as books:
        before = books.connection.execute(UPLOAD.select()).all()
    ledger = team.books.wiring.ledger
    ledger.transact(lambda books: claim_form(books.connection, "f" * 32, "senior", LATER))
    with ledger.reading() as books:
        after = books.connection.execute(UPLOAD.select()).all()

    assert len(before) == 1
    assert after == []


def test_files_of_one_person_make_room_for_each_other_only(team: Team) -> None:
    colleague = _uploads(team, "senior").keep("a.csv", io.BytesIO(b"x"))
    for one in range(7):
        _uploads(team, seconds=one).keep(f"{one}.csv", io.BytesIO(b"x"))
    with team.books.wiring.ledger.reading() as books:
        left = books.connection.execute(UPLOAD.select()).all()

    assert {one.name for one in left} == {"a.csv", "2.csv", "3.csv", "4.csv", "5.csv", "6.csv"}
    assert colleague in {one.upload for one in left}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\x\\invoices.csv", "invoices.csv"),
        (".hidden", "hidden"),
        ("..", "file"),
        ("a\r\nb<script>.csv", "a_b_script_.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_names_of_uploads_are_cleaned(name: str, kept: str) -> None:
    assert cleaned(name) == kept
