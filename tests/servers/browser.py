"""A browser for tests: any Chromium of the machine, driven by Playwright's asynchronous side."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from tests.servers.requirement import lacking

_NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
)
_APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
_CACHES = (".cache/ms-playwright", "Library/Caches/ms-playwright", "AppData/Local/ms-playwright")
_CACHED = ("*/*/chrome-headless-shell*", "*/*/headless_shell*", "*/*/chrome", "*/*/chrome.exe")
# No page of ours leaves the machine, and neither does the browser.
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The executable of a Chromium: DUNCAN_BROWSER, else on the PATH, else in the usual places."""
    found = find_browser()
    if found is None:
        lacking("browser", "no Chromium (apt-get install chromium, or set DUNCAN_BROWSER)")
    return found


@pytest_asyncio.fixture(scope="session")
async def browser(browser_path: str) -> AsyncIterator[Browser]:
    """A headless browser, shared by the run."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if as_root else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=browser_path, args=arguments)
        yield browser
        await browser.close()


@pytest_asyncio.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page with cookies and storage of its own."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


def find_browser() -> str | None:
    """The first Chromium of this machine, None where there is none.

    Raises AssertionError when DUNCAN_BROWSER names a file that does not exist.
    """
    if named := os.environ.get("DUNCAN_BROWSER"):
        assert Path(named).exists(), f"DUNCAN_BROWSER names {named}, which does not exist"
        return named
    on_path = (shutil.which(name) for name in _NAMES)
    installed = (place for place in _APPLICATIONS if Path(place).exists())
    return next(filter(None, on_path), None) or next(installed, None) or _cached()


def _cached() -> str | None:
    caches = (Path.home() / cache for cache in _CACHES)
    found = (file for cache in caches for name in _CACHED for file in cache.glob(name))
    return next((str(file) for file in found if file.is_file()), None)
