"""Open pages ask only when something concerns them, and are answered together."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from httpx import AsyncClient
from playwright.async_api import Browser, expect

from commands.people.sign_in import SignIns
from console.concerns import concerns, stream_of_page
from console.desk import Desk
from console.live_answers import is_shared
from console.visit import SESSION
from dunning.contact_facts import ContactLogged
from dunning.person_facts import PersonAdded, RoleGiven
from ledger.books import Books
from ledger.desk_news import News, newest_number, news_since
from ledger.people import record_person
from tests.console.served import at_desk, served
from tests.console.small_ledger import NOW, ODD_NUMBER
from tests.console.team import Team
from tests.console.visiting import visiting

LIVE = {"X-Live": "1"}
SHARED = ("/", "/queue", "/inbox", "/tasks", "/outgoing", "/messages", "/cash", "/promises",
          "/plans", "/disputes", "/holds", "/imports", "/customers/C-1")  # fmt: skip
_FORM = re.compile(r'name="form" value="(\w+)"')
_LIVE_PART = re.compile(r'<(\w+)(?= [^>]*id="\w+")[^>]* data-live\b')
_SENT = News(7, "invoice:INV-1", "touch_sent", "C-1")
_PAID = News(8, "invoice:INV-1", "payment_applied", "C-1")


@pytest.mark.parametrize(
    ("address", "customer", "news", "concerned"),
    [
        ("/customers/C-1", "C-1", _SENT, True),
        ("/customers/C-2", "C-2", _SENT, False),
        ("/customers/C-2", "C-2", _SENT._replace(customer=""), True),
        ("/queue", "", _SENT, False),
        ("/queue?what=call", "", _SENT, False),
        ("/queue", "", _PAID, True),
        ("/", "", _SENT, True),
        ("/outgoing?day=tomorrow", "", _SENT, True),
        ("/tasks/call~INV-1", "", _SENT, True),
        ("/queue", "", News(9, "person:ada", "signed_in", ""), False),
        ("/people", "", News(9, "person:ada", "role_given", ""), True),
        ("/settings", "", News(9, "channel:email", "channel_stopped", ""), True),
    ],
)
def test_a_page_is_concerned_by_what_may_change_it(
    address: str, customer: str, news: News, *, concerned: bool
) -> None:
    assert concerns(address, customer, [news]) is concerned


@pytest.mark.parametrize(
    ("address", "stream"),
    [
        ("/invoices/INV-1?do=pause", "invoice:INV-1"),
        ("/invoices/RE%2F2026%20%237%3Fa%3Db%26c%252F", f"invoice:{ODD_NUMBER}"),
        ("/customers/C%2F2", "customer:C/2"),
        ("/statements?customer=C-1", "customer:C-1"),
        ("/queue", ""),
    ],
)
def test_a_page_is_about_whom_its_address_names(address: str, stream: str) -> None:
    assert stream_of_page(address) == stream


def test_news_say_of_whom_they_are_and_come_once(team: Team) -> None:
    ledger = team.books.wiring.ledger
    with ledger.reading() as books:
        before = newest_number(books.connection)
        known = [one.number for one in news_since(books.connection, before, ()) or ()]
    team.acting("senior").dispute("INV-1", "price")
    with ledger.reading() as books:
        news = news_since(books.connection, before, known) or ()

    assert {one.customer for one in news} == {"C-1"}
    assert "dispute_opened" in {one.kind for one in news}
    assert min(one.number for one in news) > before


def test_too_much_news_is_not_looked_through(team: Team) -> None:
    ledger = team.books.wiring.ledger
    fact = ContactLogged(at=NOW, by="senior", channel="phone")
    with ledger.reading() as books:
        before = newest_number(books.connection)

    def many(books: Books) -> None:
        for _ in range(700):
            books.append("contacts:C-1", fact)

    ledger.transact(many)
    with ledger.reading() as books:
        assert news_since(books.connection, before, ()) is None


async def test_who_has_seen_an_answer_is_only_told_that_nothing_changed(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        first = await desk.get("/invoices/INV-1", headers=LIVE)
        again = LIVE | {"If-None-Match": first.headers["etag"]}
        same = await desk.get("/invoices/INV-1", headers=again)
        team.acting("senior").dispute("INV-1", "price")
        changed = await desk.get("/invoices/INV-1", headers=again)

    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert "disputed" in changed.text


@pytest.mark.slow
async def test_a_shared_page_says_nothing_of_whoever_asked_first(busy: Team) -> None:
    _hire(busy, "second")
    app = busy.books.app()
    for place in SHARED:
        assert is_shared(place)
        async with _desk(busy, app, "associate") as first, _desk(busy, app, "second") as second:
            await first.get(place, headers=LIVE)
            shared = await second.get(place, headers=LIVE)
            own = await second.get(place)

        assert shared.headers["etag"]
        assert 'class="me"' not in shared.text
        assert _live_parts(shared.text) == _live_parts(own.text), place
        assert _live_parts(own.text)


async def test_pages_that_ask_together_are_rendered_once_and_each_has_its_own_forms(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[str] = []
    page = Desk.page

    def noted(desk: Desk, template: str, *args: Any, **values: Any) -> HTMLResponse:  # noqa: ANN401 - as it is
        rendered.append(template)
        return page(desk, template, *args, **values)

    monkeypatch.setattr(Desk, "page", noted)
    _hire(team, "second")
    app = team.books.app()
    async with (
        _desk(team, app, "associate") as one,
        _desk(team, app, "second") as two,
        _desk(team, app, "auditor") as reader,
    ):
        answers = await asyncio.gather(
            *(desk.get("/queue", headers=LIVE) for desk in (one, two, reader))
        )

    assert [answer.status_code for answer in answers] == [200] * 3
    # Who may do other things sees other things.
    assert rendered == ["work.html"] * 2
    forms = [set(_FORM.findall(answer.text)) for answer in answers[:2]]
    assert forms[0]
    assert not forms[0] & forms[1]


async def test_only_pages_that_are_concerned_ask_and_the_head_counts_everywhere(
    browser: Browser, team: Team
) -> None:
    asked: list[str] = []
    async with (
        served(team.books) as address,
        at_desk(browser, team.books, address, "associate") as mine,
        at_desk(browser, team.books, address, "associate") as other,
    ):
        for page, place in ((mine, "/customers/C-3"), (other, "/customers/C-1")):
            await page.goto(address + place)
            await expect(page.get_by_text("live", exact=True)).to_be_visible()
            page.on("request", lambda request: asked.append(request.url.removeprefix(address)))
        count = other.locator('[data-waits="/disputes"], [data-waits="area:/"]').first
        before = await count.text_content()
        await asyncio.to_thread(lambda: team.acting("senior").dispute("INV-1", "price"))
        await expect(count).not_to_have_text(before or "", timeout=3_000)
        await expect(other.locator("main")).to_contain_text("disputed", timeout=3_000)

    assert "/customers/C-1" in asked
    assert "/customers/C-3" not in asked


def _hire(team: Team, name: str) -> None:
    added = PersonAdded(at=NOW, by="setup", person=name, name=f"{name.title()} Person")
    given = RoleGiven(at=NOW, by="setup", role="associate")
    team.books.wiring.ledger.transact(lambda books: record_person(books, name, added, given))


def _desk(team: Team, app: FastAPI, person: str) -> AsyncClient:
    desk = visiting(app)
    token = SignIns(team.books.wiring.ledger, NOW).trusted(person, "password")
    desk.cookies.set(SESSION, token)
    return desk


def _live_parts(page: str) -> list[str]:
    """The parts of a page that are put in place while it is open, without numbers of forms."""
    page = _FORM.sub("", page)
    return [_whole(page[one.start() :], one[1]) for one in _LIVE_PART.finditer(page)]


def _whole(text: str, tag: str) -> str:
    """The element that a text begins with."""
    depth = 0
    for one in re.finditer(rf"<(/?){tag}\b", text):
        depth += -1 if one[1] else 1
        if not depth:
            return text[: one.start()]
    raise AssertionError("it ends")
