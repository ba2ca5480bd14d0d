from __future__ import annotations

import re

import pytest

from dunning.person_facts import PersonDeactivated
from ledger.people import record_person
from tests.console.small_ledger import NOW
from tests.console.team import Team, sent

PAUSE = {"reason": "goodwill", "note": "asked"}


async def test_a_button_does_what_the_command_does(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, "/invoices/INV-1", "pause", PAUSE)
        page = (await desk.get(answer.headers["location"])).text
        later = (await desk.get(answer.headers["location"])).text

    assert answer.status_code == 303
    assert "Paused until" in page
    assert "by <bdi>associate</bdi>" in page
    assert '<p class="said" role="status">Paused.</p>' in page
    assert '<p class="said"' not in later, "it is said once"


async def test_a_form_that_is_sent_twice_acts_once(team: Team) -> None:
    form = "ab" * 16
    async with team.at_desk("associate") as desk:
        before = team.version("INV-1")
        first = await sent(desk, "/invoices/INV-1", "promise", {"on": "2026-05-08"}, form)
        second = await sent(desk, "/invoices/INV-1", "promise", {"on": "2026-05-08"}, form)

    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["location"] == first.headers["location"]
    assert team.version("INV-1") == before + 1


async def test_a_mistake_stands_beside_its_field_and_nothing_typed_is_lost(team: Team) -> None:
    typed = {"on": "soon", "amount": "12,x", "note": "<b>she said</b> Friday"}
    async with team.at_desk("associate") as desk:
        before = team.version("INV-1")
        answer = await sent(desk, "/invoices/INV-1", "promise", typed)

    dialog = answer.text[answer.text.index('id="do-promise"') :]
    assert answer.status_code == 422
    assert dialog.count('aria-invalid="true"') >= 2
    assert "This is no date" in dialog
    assert "This is no amount" in dialog
    assert 'value="12,x"' in dialog
    assert "&lt;b&gt;she said&lt;/b&gt; Friday" in dialog
    assert team.version("INV-1") == before


async def test_a_case_that_changed_meanwhile_is_looked_at_again(team: Team) -> None:
    async with team.at_desk("associate") as one, team.at_desk("senior") as other:
        stale = (await one.get("/invoices/INV-1")).text
        seen = re.search(r'name="seen" value="(\d+)"', stale)
        assert seen
        await sent(other, "/invoices/INV-1", "dispute", {"reason": "price"})
        answer = await one.post(
            "/invoices/INV-1/do/pause",
            data=PAUSE | {"form": "cd" * 16, "do": "pause", "seen": seen.group(1)},
        )
        fresh = await sent(one, "/invoices/INV-1", "pause", PAUSE, "cd" * 16)

    assert answer.status_code == 409
    assert "changed since you opened it" in answer.text
    assert ">asked</textarea>" in answer.text
    assert fresh.status_code == 303, "the same form may be sent again once it was looked at"


async def test_a_megabyte_in_a_note_is_refused_and_kept(team: Team) -> None:
    note = "x" * 1_000_000
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, "/invoices/INV-1", "pause", {"reason": "goodwill", "note": note})

    assert answer.status_code == 422
    assert "This is too long: 1,000,000 characters; at most 4,000 are kept." in answer.text
    assert note in answer.text


async def test_more_than_a_form_holds_is_refused(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await desk.post("/invoices/INV-1/do/pause", data={"note": "x" * 40_000_000})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1"},
    ],
)
async def test_a_form_of_another_site_does_nothing(team: Team, headers: dict[str, str]) -> None:
    async with team.at_desk("associate") as desk:
        before = team.version("INV-1")
        answer = await desk.post(
            "/invoices/INV-1/do/pause", data=PAUSE | {"form": "ab" * 16}, headers=headers
        )

    assert answer.status_code == 403
    assert "came from another site" in answer.text
    assert team.version("INV-1") == before


@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://127.0.0.1"}, {}]
)
async def test_a_form_of_the_desk_is_acted_on(team: Team, headers: dict[str, str]) -> None:
    async with team.at_desk("associate", **headers) as desk:
        answer = await sent(desk, "/invoices/INV-1", "pause", PAUSE)

    assert answer.status_code == 303


async def test_a_session_that_ended_mid_form_goes_on_after_signing_in(team: Team) -> None:
    typed = PAUSE | {"form": "ef" * 16, "do": "pause", "note": 'said "later" <now>'}
    async with team.stranger() as desk:
        asked = await desk.post("/invoices/INV-1/do/pause", data=typed)

    assert asked.status_code == 401
    assert "what you typed is kept" in asked.text
    assert "said \\&#34;later\\&#34; &lt;now&gt;" in asked.text


async def test_nobody_without_a_session_reads_anything(team: Team) -> None:
    async with team.stranger() as desk:
        for page in ("/", "/invoices/INV-1", "/messages", "/queue", "/live", "/people", "/no"):
            answer = await desk.get(page)

            assert answer.status_code == 303, page
            assert answer.headers["location"].startswith("/sign-in?next=%2F")
        assert (await desk.get("/health")).status_code == 200
        assert (await desk.get("/sign-in")).status_code == 200
        assert "Halden" not in (await desk.get("/sign-in")).text


async def test_who_left_is_out_at_the_next_click(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        assert (await desk.get("/")).status_code == 200
        gone = PersonDeactivated(at=NOW, by="administrator", reason="left")
        team.books.wiring.ledger.transact(lambda books: record_person(books, "associate", gone))

        assert (await desk.get("/")).status_code == 303
