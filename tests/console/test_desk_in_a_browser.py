from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, expect

from commands.people.sign_in import SignIns
from console.serving import serve_console
from console.visit import SESSION
from tests.console.small_ledger import NOW
from tests.console.team import Team

SOON = 2_000


@pytest_asyncio.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A window of its own, without cookies."""
    found = await browser.new_context()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def address(team: Team) -> AsyncIterator[str]:
    """Where the desk over the team's books is served."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_console(team.books.app(), port=0, ready=ready.set_result))
    yield await ready
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


async def _at_desk(context: BrowserContext, team: Team, address: str, role: str) -> Page:
    token = SignIns(team.books.wiring.ledger, NOW).trusted(role, "password")
    await context.add_cookies([{"name": SESSION, "value": token, "url": address}])
    return await context.new_page()


async def test_what_a_colleague_does_shows_on_open_pages_and_moves_nothing(
    context: BrowserContext, team: Team, address: str
) -> None:
    page = await _at_desk(context, team, address, "associate")
    await page.goto(f"{address}/invoices/INV-1")
    await expect(page.get_by_text("live", exact=True)).to_be_visible()
    await page.set_viewport_size({"width": 1000, "height": 400})
    message = page.locator("#invoice .rows a").last
    await message.focus()
    top = await page.evaluate("scrollY")
    await asyncio.to_thread(
        lambda: team.acting("senior").dispute("INV-1", "price", note="too much")
    )

    await expect(page.locator("#stage")).to_have_text("disputed", timeout=SOON)
    await expect(page.locator("[data-heard]")).to_have_text("Updated.")
    assert await page.evaluate("scrollY") == top
    await expect(page.locator("#invoice .rows a").last).to_be_focused()


async def test_an_open_dialog_and_what_is_typed_stay(
    context: BrowserContext, team: Team, address: str
) -> None:
    page = await _at_desk(context, team, address, "associate")
    await page.goto(f"{address}/invoices/INV-1")
    await page.keyboard.press("p")
    await page.get_by_label("Note for colleagues").locator("visible=true").fill("on the telephone")
    await asyncio.to_thread(lambda: team.acting("senior").dispute("INV-1", "price"))

    await expect(page.locator("#stage")).to_have_text("disputed", timeout=SOON)
    dialog = page.get_by_role("dialog", name="Pause this invoice")
    await expect(dialog.get_by_label("Note for colleagues")).to_have_value("on the telephone")
    await dialog.get_by_label("Reason").select_option("goodwill")
    await dialog.get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("changed since you opened it")).to_be_visible()
    await expect(dialog.get_by_label("Note for colleagues")).to_have_value("on the telephone")
    await dialog.get_by_role("button", name="Pause").click()
    await expect(page.get_by_text("Paused.", exact=True)).to_be_visible()


async def test_the_queue_is_worked_with_the_keyboard(
    context: BrowserContext, team: Team, address: str
) -> None:
    page = await _at_desk(context, team, address, "associate")
    await page.goto(f"{address}/queue")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator("[data-ticked]")).to_have_text("2")
    await page.keyboard.press("p")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Pause: 2 things")
    await page.get_by_label("Reason").select_option("system")
    await page.get_by_role("button", name="Pause").click()

    await expect(page.locator(".said")).to_contain_text("2 of 2 done.")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


async def test_everything_works_without_the_script(
    browser: Browser, team: Team, address: str
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await _at_desk(context, team, address, "associate")
    await page.goto(f"{address}/invoices/INV-1")
    await page.get_by_role("link", name="Pause …").click()
    await page.get_by_role("button", name="Pause", exact=True).click()
    await expect(page.get_by_text("Choose one of these.")).to_be_visible()
    await page.locator("#pause-reason").select_option("goodwill")
    await page.get_by_role("button", name="Pause", exact=True).click()

    await expect(page.get_by_text("Paused.", exact=True)).to_be_visible()
    await page.goto(f"{address}/queue")
    await page.get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="Escalate …").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Escalate: 1 thing")
    await context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["/queue", "/invoices/INV-1?do=promise", "/sign-in", "/password"])
async def test_pages_with_forms_work_for_everybody(
    browser: Browser, team: Team, address: str, place: str, scheme: str
) -> None:
    context = await browser.new_context(color_scheme="dark" if scheme == "dark" else "light")
    page = await _at_desk(context, team, address, "associate")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(address + place)
    await page.set_viewport_size({"width": 390, "height": 860})
    too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = await Axe().run(page)
    await context.close()

    assert too_wide <= 0
    assert complaints == []
    assert found.response["violations"] == [], found.generate_report()


async def test_the_page_says_what_time_it_is_and_who_acts(
    context: BrowserContext, team: Team, address: str
) -> None:
    page = await _at_desk(context, team, address, "manager")
    await page.goto(address)

    assert datetime(2026, 5, 4, 10, tzinfo=UTC) == NOW
    await expect(page.get_by_text("Manager Person")).to_be_visible()
    await expect(page.get_by_text("4 May 2026, 11:00")).to_be_visible()
    await page.get_by_role("button", name="Deutsch").click()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await expect(page.get_by_text("4. Mai 2026, 11:00")).to_be_visible()
