from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from console.serving import serve_console
from tests.console.small_ledger import HOSTILE, RIGHT_TO_LEFT, SmallLedger

PAGES = {
    "cases": "/",
    "closed cases": "/?closed=yes",
    "no case": "/?q=nothing",
    "one age": "/?age=31-60&currency=EUR",
    "invoice": "/invoices/INV-1",
    "paused invoice": "/invoices/INV-2",
    "promise": "/invoices/INV-3",
    "dispute": "/invoices/INV-4",
    "odd invoice": "/invoices/RE%2F2026%20%237%3Fa%3Db%26c%252F",
    "customer": "/customers/C-1",
    "hostile customer": "/customers/C%2F2",
    "messages": "/messages",
    "message": "/messages/{message}",
    "tasks": "/tasks",
    "nothing there": "/invoices/INV-99",
}
NOT_FOUND = 404


@pytest_asyncio.fixture(scope="session")
async def address(ledger: SmallLedger) -> AsyncIterator[str]:
    """Where the desk over the small ledger is served."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_console(ledger.app(), port=0, ready=ready.set_result))
    yield await ready
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture(params=list(PAGES))
def place(request: pytest.FixtureRequest, ledger: SmallLedger) -> str:
    """The path of each page in turn."""
    return PAGES[request.param].format(message=ledger.message_of("INV-1"))


async def test_every_page_works_for_everybody_and_fits_a_telephone(
    page: Page, address: str, place: str
) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = await page.goto(address + place)
    await page.set_viewport_size({"width": 390, "height": 860})
    too_wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    await page.set_viewport_size({"width": 1360, "height": 860})
    # A page that is not there is the one thing a browser may remark on.
    remarks = [] if answer is not None and answer.status == NOT_FOUND else list(complaints)
    found = await Axe().run(page)

    assert too_wide <= 0
    assert remarks == []
    assert found.response["violations"] == [], found.generate_report()


@pytest.mark.parametrize("place", ["/", "/invoices/INV-2", "/customers/C-1", "/messages", "/tasks"])
async def test_dark_pages_are_dark_and_readable(browser: Browser, address: str, place: str) -> None:
    context = await browser.new_context(color_scheme="dark")
    page = await context.new_page()
    await page.goto(address + place)
    picture = await page.screenshot()
    ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    found = await Axe().run(page, options={"runOnly": ["color-contrast"]})
    await context.close()

    assert picture.startswith(b"\x89PNG")
    assert ground == "rgb(18, 21, 26)"
    assert found.response["violations"] == [], found.generate_report()


async def test_hostile_names_are_shown_literally(page: Page, address: str) -> None:
    await page.goto(f"{address}/customers/C%2F2")

    await expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    await expect(page).to_have_title("C/2 · Duncan")


async def test_a_name_that_runs_backwards_turns_nothing_else_around(
    page: Page, address: str
) -> None:
    await page.goto(address)
    row = page.get_by_role("row").filter(has_text="INV-4")

    await expect(row.locator("bdi", has_text=RIGHT_TO_LEFT)).to_have_count(1)
    await expect(row.get_by_role("cell").nth(2)).to_have_text("99.00 EUR")


async def test_a_letter_is_shown_in_a_frame_that_runs_nothing(
    page: Page, address: str, ledger: SmallLedger
) -> None:
    await page.goto(f"{address}/messages/{ledger.message_of('INV-1')}")
    frame = page.frame_locator("iframe")

    await expect(frame.get_by_text("Jana Kurz").first).to_be_visible()
    await expect(page.locator("iframe")).to_have_attribute("sandbox", "")


async def test_a_bar_a_stage_and_a_search_narrow_the_list(page: Page, address: str) -> None:
    await page.goto(address)
    await page.get_by_role("link", name="Paused").click()
    await expect(page.get_by_role("row").filter(has_text="INV-")).to_have_count(1)
    await page.goto(address)
    await page.get_by_role("link", name="300,000").click()
    await expect(page.get_by_role("row").filter(has_text="RE/2026")).to_have_count(1)
    await expect(page.get_by_role("row").filter(has_text="INV-")).to_have_count(0)
    await page.goto(address)
    await page.get_by_role("searchbox").fill("halden")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("row").filter(has_text="INV-")).to_have_count(3)
    await page.get_by_role("link", name="INV-1", exact=True).click()

    await expect(page.get_by_role("heading", level=1)).to_contain_text("INV-1")
