from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.servers.browser import find_browser


async def test_the_browser_shows_a_page(page: Page) -> None:
    await page.set_content("<html lang='en'><title>Worklist</title><h1>Due today</h1></html>")

    await expect(page).to_have_title("Worklist")
    await expect(page.get_by_role("heading")).to_have_text("Due today")


def test_a_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_BROWSER", __file__)

    assert find_browser() == __file__


def test_a_named_browser_that_is_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUNCAN_BROWSER", "no/such/browser")

    with pytest.raises(AssertionError, match="no/such/browser"):
        find_browser()
