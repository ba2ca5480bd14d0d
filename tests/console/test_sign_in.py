from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from commands.people.actions import PeopleActions, first_link
from commands.people.demo_team import add_demo_team
from commands.people.sign_in import SignIns, TooManyTries
from console.app import create_app
from console.desk import Parts
from console.visit import SESSION
from dunning.may import NotAllowed
from dunning.person_facts import SignedIn, SignInsRefused
from ledger.ledger import Ledger
from tests.console.small_ledger import NOW, SmallLedger
from tests.console.team import Team, copy_of
from tests.console.visiting import visiting

PASSWORD = "three words and a half"  # noqa: S105 - of nobody
FORM = "ab" * 16


@pytest.fixture
def door(team: Team) -> Ledger:
    """Books with people: Ada is an associate with a password."""
    found = team.books.wiring.ledger
    token = PeopleActions(found, "administrator", NOW).add("ada", "Ada Åström", "associate")
    SignIns(found, NOW).by_link(token, PASSWORD)
    return found


def test_the_right_password_opens_and_says_what_was_refused_before(door: Ledger) -> None:
    for _ in range(3):
        with pytest.raises(NotAllowed, match="The name or the password is wrong"):
            SignIns(door, NOW, "10.0.0.1").by_password("ada", "not this one at all")
    assert SignIns(door, NOW, "10.0.0.1").by_password(" ADA ", PASSWORD)
    with door.reading() as books:
        entered = books.histories(["person:ada"])["person:ada"]

    assert isinstance(entered[-1], SignedIn)
    assert entered[-1].refused_before == 3


def test_every_mistake_is_answered_in_the_same_words(door: Ledger) -> None:
    said: set[str] = set()
    for name in ("ada", "administrator", "nobody.knows", "", "x" * 1000, "a\0b"):
        with pytest.raises(NotAllowed) as refused:
            SignIns(door, NOW, f"10.0.1.{len(said)}").by_password(name, "wrong")
        said.add(str(refused.value))

    assert said == {"The name or the password is wrong."}


def test_guessing_gets_slow_where_it_is_done_and_locks_nobody_out_elsewhere(door: Ledger) -> None:
    waits = []
    moment = NOW
    for _ in range(12):
        try:
            SignIns(door, moment, "10.0.0.66").by_password("ada", "guess")
        except TooManyTries as slow:
            waits.append(int(re.findall(r"\d+", str(slow))[0]))
            moment += timedelta(seconds=waits[-1])
        except NotAllowed:
            continue
    with door.reading() as books:
        refused = books.histories(["person:ada"])["person:ada"]

    assert waits[:3] == [5, 10, 20]
    assert SignIns(door, NOW, "10.0.0.7").by_password("ada", PASSWORD), "Ada at her own desk"
    assert [one.tries for one in refused if isinstance(one, SignInsRefused)] == [5]


def test_guesses_from_everywhere_slow_a_name_for_seconds_only(door: Ledger) -> None:
    for guess in range(40):
        with pytest.raises(NotAllowed):
            SignIns(door, NOW, f"10.1.{guess}.1").by_password("ada", "guess")
    with pytest.raises(TooManyTries):
        SignIns(door, NOW, "10.0.0.7").by_password("ada", PASSWORD)

    assert SignIns(door, NOW + timedelta(seconds=21), "10.0.0.7").by_password("ada", PASSWORD)


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "ada ada ada ada", "x" * 201])
def test_a_password_that_is_easy_to_guess_is_refused(door: Ledger, password: str) -> None:
    token = PeopleActions(door, "administrator", NOW).reset("ada")
    with pytest.raises(NotAllowed):
        SignIns(door, NOW).by_link(token, password)

    assert SignIns(door, NOW).by_link(token, PASSWORD), "the link is still there to use"


def test_a_link_works_once_and_not_for_ever(door: Ledger) -> None:
    token = PeopleActions(door, "administrator", NOW).reset("ada")
    with pytest.raises(NotAllowed, match="works no longer"):
        SignIns(door, NOW + timedelta(days=3)).by_link(token, PASSWORD)
    SignIns(door, NOW).by_link(token, PASSWORD)
    with pytest.raises(NotAllowed, match="works no longer"):
        SignIns(door, NOW).by_link(token, PASSWORD)


def test_no_password_and_no_token_is_in_the_books(door: Ledger) -> None:
    token = SignIns(door, NOW).by_password("ada", PASSWORD)
    with door.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        everything = "\n".join(raw.iterdump())

    assert PASSWORD not in everything
    assert token not in everything
    assert "$argon2id$" in everything


@pytest.mark.usefixtures("door")
async def test_signing_in_goes_where_the_person_was_and_nowhere_else(team: Team) -> None:
    for place, there in (
        ("/invoices/INV-1", "/invoices/INV-1"),
        ("https://elsewhere.example", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
    ):
        async with team.stranger() as desk:
            fields = {"name": "ada", "password": PASSWORD, "next": place}
            answer = await desk.post("/sign-in", data=fields)

            assert answer.headers["location"] == there
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert (await desk.get("/")).status_code == 200
            await desk.post("/sign-out")
            assert (await desk.get("/")).status_code == 303


@pytest.mark.usefixtures("door")
async def test_what_was_typed_before_the_session_ended_is_sent_after_signing_in(
    team: Team,
) -> None:
    kept = {"to": "/invoices/INV-1/do/pause", "fields": [["form", FORM], ["note", "<later>"]]}
    async with team.stranger() as desk:
        fields = {"name": "ada", "password": PASSWORD, "kept": json.dumps(kept)}
        answer = await desk.post("/sign-in", data=fields)

    assert 'action="/invoices/INV-1/do/pause"' in answer.text
    assert 'value="&lt;later&gt;"' in answer.text
    assert SESSION in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "kept", ["{", "[]", '{"to": "https://x.example", "fields": [["form", "1"]]}', '{"to": "/x"}']
)
@pytest.mark.usefixtures("door")
async def test_a_damaged_form_is_left_away(team: Team, kept: str) -> None:
    async with team.stranger() as desk:
        fields = {"name": "ada", "password": PASSWORD, "kept": kept}

        assert (await desk.post("/sign-in", data=fields)).status_code == 303


async def test_a_session_ends_by_itself(team: Team) -> None:
    token = SignIns(team.books.wiring.ledger, NOW - timedelta(hours=3)).trusted("viewer", "link")
    async with team.stranger() as desk:
        desk.cookies.set(SESSION, token)

        assert (await desk.get("/")).status_code == 303


async def test_the_first_administrator_is_made_by_a_link_and_only_one(ledger: SmallLedger) -> None:
    books = ledger.wiring.ledger
    token = first_link(books, NOW)
    async with visiting(ledger.app()) as desk:
        asked = (await desk.get(f"/link/{token}")).text
        wrong = await desk.get("/link/nothing")

    assert "You will be the first administrator" in asked
    assert wrong.status_code == 404
    assert "works no longer" in wrong.text


async def test_before_anybody_manages_people_the_desk_can_only_be_read(ledger: SmallLedger) -> None:
    async with visiting(ledger.app()) as desk:
        page = (await desk.get("/invoices/INV-1?do=pause")).text
        answer = await desk.post("/invoices/INV-1/do/pause", data={"form": FORM, "do": "pause"})

    assert "read only" in page
    assert "do-pause" not in page
    assert answer.status_code == 403
    assert "Nobody has signed in here" in answer.text


async def test_a_demo_is_opened_as_its_associate_and_as_others_without_a_password(
    ledger: SmallLedger, tmp_path: Path
) -> None:
    books = copy_of(ledger, tmp_path / "home")
    person = add_demo_team(books.wiring.ledger, NOW)
    parts = Parts(books.wiring.ledger, books.wiring.planner, books.outbox, "var", "a rehearsal")
    async with visiting(create_app(parts, lambda: NOW, demo=person)) as desk:
        mine = (await desk.get("/invoices/INV-1")).text
        await desk.post("/sign-in/demo", data={"person": "ada.kent"})
        audits = (await desk.get("/invoices/INV-1")).text
    async with visiting(create_app(parts, lambda: NOW)) as live:
        refused = await live.post("/sign-in/demo", data={"person": "ada.kent"})

    assert "Mia Holm" in mine
    assert 'data-opens="do-pause"' in mine
    assert "Ada Kent" in audits
    assert 'data-opens="do-pause"' not in audits
    assert refused.status_code == 404


async def test_from_elsewhere_nothing_is_read_before_people_are_managed(
    ledger: SmallLedger, tmp_path: Path
) -> None:
    books = copy_of(ledger, tmp_path / "home")
    person = add_demo_team(books.wiring.ledger, NOW)
    parts = Parts(books.wiring.ledger, books.wiring.planner, books.outbox, "var", "a rehearsal")
    app = create_app(parts, lambda: NOW, demo=person)
    # Whoever is elsewhere may still write "localhost" into the request.
    elsewhere = ASGITransport(app, client=("10.0.0.9", 4711))
    async with AsyncClient(transport=elsewhere, base_url="http://localhost") as desk:
        page = await desk.get("/")
        demo = await desk.post("/sign-in/demo", data={"person": "ada.kent"})

    assert page.status_code == 403
    assert "Halden" not in page.text
    assert 'class="books"' not in page.text
    assert 'id="pages"' not in page.text
    assert demo.status_code == 404


async def test_a_flood_of_tries_from_one_address_is_turned_away_unread(door: Ledger) -> None:
    parts = Parts(door, None, Path(), "var")  # type: ignore[arg-type]  # Nothing is planned.
    app = create_app(parts, lambda: NOW)
    stranger, ada = (ASGITransport(app, client=(one, 4711)) for one in ("25.0.0.7", "25.0.0.8"))
    typed = {"name": "nobody", "password": PASSWORD}
    async with AsyncClient(transport=stranger, base_url="http://localhost") as desk:
        for _ in range(60):
            app.state.tries.wait_seconds("25.0.0.7")
        refused = await desk.post("/sign-in", data=typed)
    async with AsyncClient(transport=ada, base_url="http://localhost") as desk:
        enters = await desk.post("/sign-in", data=typed | {"name": "ada"})

    assert refused.status_code == 429
    assert refused.text == "Too many tries came from there. Wait a minute.\n"
    assert refused.headers["retry-after"] == "1"
    assert enters.status_code == 303
