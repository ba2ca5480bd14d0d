"""What comes in great numbers, and what files could smuggle in or out."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest
from httpx import ASGITransport, AsyncClient

from commands.people import passwords
from commands.people.actions import PeopleActions
from commands.people.passwords import BusyDoor, is_right
from commands.people.sign_in import SignIns, network_of
from console.app import create_app
from console.desk import Parts
from console.uploads import Uploads, cleaned
from console.webhooks.keys import WebhookKeys
from dunning.customer_facts import CustomerRecorded
from tests.console.small_ledger import NOW
from tests.console.team import Team

PASSWORD = "three words and a half"  # noqa: S105 - of nobody


@pytest.fixture
def ada(team: Team) -> Team:
    """The team with Ada, who has a password."""
    ledger = team.books.wiring.ledger
    link = PeopleActions(ledger, "administrator", NOW).add("ada", "Ada", "associate")
    SignIns(ledger, NOW).by_link(link, PASSWORD)
    return team


def test_guesses_from_one_network_count_together_however_many_addresses_it_has() -> None:
    assert network_of("2001:db8:1:2::7") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::7") != network_of("2001:db8:1:3::7")
    assert network_of("192.0.2.7") != network_of("192.0.2.8")
    assert network_of("not an address") == "not an address"


@pytest.fixture
def slow_hash(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A hash that takes until the test says."""
    done = Event()

    class Slow:
        def verify(self, _hash: str, _password: str) -> None:
            done.wait(10)

    monkeypatch.setattr(passwords, "_HASHER", Slow())
    yield done
    done.set()


def test_a_flood_of_passwords_takes_no_more_than_its_share_of_the_threads(
    slow_hash: Event,
) -> None:
    waiting = [Thread(target=is_right, args=("hash", "x"), daemon=True) for _ in range(10)]
    for one in waiting:
        one.start()
    with ThreadPoolExecutor(1) as other:
        refused = other.submit(is_right, "hash", "x").exception(timeout=5)
    slow_hash.set()
    for one in waiting:
        one.join(5)

    assert isinstance(refused, BusyDoor)
    assert is_right("hash", "x"), "the next one is looked at again"


async def test_two_desks_count_wrong_passwords_together(ada: Team) -> None:
    """The counts stand in the books, so that more processes are not more guesses."""
    async with ada.stranger() as one, ada.stranger() as other:
        fields = {"name": "ada", "password": "wrong wrong wrong"}
        answers = [await desk.post("/sign-in", data=fields) for desk in (one, other) * 3]

    assert [answer.status_code for answer in answers] == [401] * 5 + [429]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\x.csv", "/etc/passwd", ".htaccess", "a\0b.csv", "x\r\ny.csv", ""],
)
def test_a_name_of_an_upload_leads_nowhere(team: Team, name: str) -> None:
    uploads = Uploads(team.books.wiring.ledger, "associate", NOW)
    with uploads.opened(uploads.keep(name, io.BytesIO(b"x"))) as kept:
        folder = Path(tempfile.gettempdir()).resolve()
        is_below = kept.resolve().is_relative_to(folder)

    assert is_below
    assert kept.parent.name.startswith("upload-")
    assert cleaned(name).isprintable()
    assert not kept.name.startswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/..%2fsettings.py",
        "/static/%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static//etc/passwd",
    ],
)
async def test_a_path_leads_to_no_file_beside_the_static_ones(team: Team, address: str) -> None:
    async with team.at_desk("viewer") as desk:
        answer = await desk.get(address)

    assert answer.status_code == 404
    assert "root:" not in answer.text


FILES = ("/holds/file.csv", "/inbox/file.csv", "/tasks/file.csv", "/promises/file.csv")


async def test_no_cell_of_any_list_is_a_formula(team: Team) -> None:
    def rename(name: str) -> CustomerRecorded:
        return CustomerRecorded(
            at=NOW, by="import", customer="C-1", name=name, country="DE", segment="x", entity=""
        )

    evil = '=HYPERLINK("https://elsewhere.example","x")'
    team.books.wiring.ledger.transact(lambda books: books.record_customer("C-1", rename(evil)))
    cells: list[str] = []
    async with team.at_desk("auditor") as desk:
        for address in FILES:
            answer = await desk.get(address)
            if answer.status_code == 200:
                cells += _cells(answer.content)

    assert any(evil in one for one in cells), "the name is in some list"
    assert [one for one in cells if one.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def _cells(packed: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as files:
        texts = [files.read(name).decode("utf-8-sig") for name in files.namelist()]
    return [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]


@pytest.mark.parametrize(("address", "last"), [("9.9.9.9", 429), ("10.0.0.7", 403)])
async def test_a_flood_of_forged_posts_is_not_even_read_and_locks_out_nobody_else(
    team: Team, address: str, last: int
) -> None:
    """Behind a proxy that does not say who asks, the provider would be locked out: never there."""
    books = team.books
    parts = Parts(books.wiring.ledger, books.wiring.planner, books.outbox, "var")
    keys = WebhookKeys(inbound_secret="x" * 40)
    app = create_app(parts, lambda: NOW, webhooks=keys)
    content_type = {"Content-Type": "multipart/form-data; boundary=x"}
    statuses = []
    for host, times in ((address, 102), ("9.9.9.10", 1)):
        transport = ASGITransport(app, client=(host, 4711))
        async with AsyncClient(transport=transport, base_url="http://127.0.0.1") as flood:
            for _ in range(times):
                place = "/webhooks/sendgrid/mail/guessed"
                answer = await flood.post(place, content=b"--x--", headers=content_type)
                statuses.append(answer.status_code)
    with books.wiring.ledger.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT count(*) FROM arrival").scalar()

    assert statuses[:100] == [403] * 100
    assert statuses[101] == last
    assert statuses[-1] == 403, "somebody else is listened to"
    assert kept == 0
