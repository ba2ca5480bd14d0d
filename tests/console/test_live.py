"""What a worker, a provider and a colleague do shows on open pages at once and moves nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from httpx import AsyncClient
from playwright.async_api import Browser, Page, expect
from sqlalchemy import Select, select
from temporalio.testing import WorkflowEnvironment

from commands.cases.actions import Actions
from commands.mailroom.arrivals import mailroom_of
from commands.people.sign_in import SignIns
from commands.sending.relay import relay_of
from console.app import create_app
from console.desk import Parts
from console.serving import serve_console
from console.visit import SESSION
from dunning.person_facts import PersonAdded, RoleGiven
from ledger.books import Books
from ledger.people import record_person
from ledger.replies import REPLY
from tests.cast import DUE
from tests.console.webhooks.posting import KEYS, post_mail
from tests.stories import Stage, staged

SOON = 2_000
# The first mail of a process waits for the words its readers know.
_PATIENCE_SECONDS = 30
_REPLIES = select(REPLY.c.reply)
_MAIL = b"""Message-ID: <m-7@pellworth.example>\r
From: Grace <%s>\r
To: ar@creditor.example\r
Subject: Re: I-1\r
\r
Please call us about I-1.\r
"""


@dataclass(frozen=True)
class House:
    """A running installation: its workers at an engine, its desk at an address."""

    stage: Stage
    address: str

    async def opened(self, browser: Browser, place: str) -> Page:
        """A page of the associate's that waits for what happens."""
        context = await browser.new_context(viewport={"width": 1000, "height": 400})
        token = SignIns(self.stage.wiring.ledger, self.stage.now).trusted("associate", "password")
        await context.add_cookies([{"name": SESSION, "value": token, "url": self.address}])
        page = await context.new_page()
        await page.goto(self.address + place)
        await expect(page.get_by_text("live", exact=True)).to_be_visible()
        return page


@pytest_asyncio.fixture
async def house(time_skipping: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[House]:
    """One invoice shortly before its first letter, and people who look at it."""
    async with staged(time_skipping, tmp_path) as stage:
        stage.wiring.ledger.transact(lambda books: _hired(books, stage))
        await stage.opens()
        await stage.morning(DUE - timedelta(days=10))
        ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        parts = Parts(
            stage.wiring.ledger, stage.wiring.planner, stage.settings.outbox_folder, "var/live"
        )
        app = create_app(parts, lambda: stage.now, webhooks=KEYS)
        running = [
            asyncio.create_task(one)
            for one in (
                serve_console(app, port=0, ready=ready.set_result),
                mailroom_of(stage.wiring).run(lambda: stage.now),
                relay_of(stage.wiring, stage.client).run(lambda: stage.now),
            )
        ]
        yield House(stage, await ready)
        for one in running:
            one.cancel()
            with suppress(asyncio.CancelledError):
                await one


def _hired(books: Books, stage: Stage) -> None:
    for role in ("associate", "senior"):
        added = PersonAdded(at=stage.now, by="setup", person=role, name=f"{role.title()} Person")
        record_person(books, role, added, RoleGiven(at=stage.now, by="setup", role=role))


@pytest.mark.slow
async def test_a_worker_a_provider_and_a_colleague_show_at_once_and_move_nothing(
    browser: Browser, house: House
) -> None:
    stage = house.stage
    case, queue, inbox = [
        await house.opened(browser, place) for place in ("/invoices/I-1", "/queue", "/inbox")
    ]
    await case.keyboard.press("n")
    note = case.locator("#write-text")
    await note.press_sequentially("half a ")
    for page in (queue, inbox):
        await page.get_by_role("searchbox").first.press_sequentially("half a ")

    # The worker sends the first letter.
    while not stage.sent():
        await stage.evening(stage.now.date() + timedelta(days=1))
    attempt = stage.case().touches[0].attempt
    await expect(case.locator(f'#invoice a[href="/messages/{attempt}"]').first).to_be_attached(
        timeout=SOON
    )
    await note.press_sequentially("no")

    # The provider hands an answer over.
    sender = stage.read(lambda books: books.customer("C-1")).contacts[0].email
    async with AsyncClient(base_url=house.address) as door:
        answered = await post_mail(door, _MAIL % sender.encode(), at=stage.now)
    await _known(stage, _REPLIES)
    await expect(case.locator("#stage")).to_have_text("on hold", timeout=SOON)
    for page in (queue, inbox):
        await expect(page.locator("main").get_by_text("Pellworth").first).to_be_visible(
            timeout=SOON
        )

    # A colleague acts.
    colleague = Actions(stage.wiring.ledger, stage.wiring.planner, "senior", stage.now)
    await asyncio.to_thread(lambda: colleague.dispute("I-1", "price"))
    await expect(case.locator("#stage")).to_have_text("disputed", timeout=SOON)
    await note.press_sequentially("te")

    assert answered.status_code == 200
    await expect(note).to_have_value("half a note")
    await expect(note).to_be_focused()
    for page in (queue, inbox):
        search = page.get_by_role("searchbox").first
        await search.press_sequentially("name")
        await expect(search).to_have_value("half a name")
        await expect(search).to_be_focused()
        assert await page.evaluate("scrollY") == 0


async def _known(stage: Stage, query: Select[tuple[str]]) -> None:
    """Wait until the books hold what was posted."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while not stage.read(lambda books: books.connection.execute(query).first()):  # noqa: ASYNC110 - books ring no bell here
            await asyncio.sleep(0.05)
