"""The desk served to real browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from playwright.async_api import Browser, Page, ViewportSize

from commands.people.sign_in import SignIns
from console.serving import serve_console
from console.visit import SESSION
from tests.console.small_ledger import NOW, SmallLedger

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}


@asynccontextmanager
async def served(books: SmallLedger) -> AsyncIterator[str]:
    """The address of the desk over some books."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve_console(books.app(), port=0, ready=ready.set_result))
    yield await ready
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@asynccontextmanager
async def at_desk(
    browser: Browser,
    books: SmallLedger,
    address: str,
    role: str,
    **window: Any,  # noqa: ANN401 - whatever a window has
) -> AsyncIterator[Page]:
    """A window in which the person of a role has signed in; nobody without one."""
    context = await browser.new_context(**window)
    if role:
        token = SignIns(books.wiring.ledger, NOW).trusted(role, "password")
        await context.add_cookies([{"name": SESSION, "value": token, "url": address}])
    yield await context.new_page()
    await context.close()


async def too_wide(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))
