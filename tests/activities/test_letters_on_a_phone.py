from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from activities.letter_request import LetterRequest
from tests.activities.letter_requests import (
    EVERY_LOCALE,
    LETTERS,
    LEVELS,
    OWN_LIST,
    item,
    request,
)

Scheme = Literal["light", "dark"]
EVERY_SCHEME = pytest.mark.parametrize("scheme", ["light", "dark"])
# The narrowest phone in use is wider than a letter may need.
_WIDTH = 375


@EVERY_LOCALE
@EVERY_SCHEME
async def test_no_letter_is_wider_than_a_phone(
    browser: Browser, locale: str, scheme: Scheme
) -> None:
    page = await _phone(browser, scheme)

    for asked in _wide(locale):
        await page.set_content(LETTERS.render(asked).html)
        assert await page.evaluate("document.documentElement.scrollWidth") <= _WIDTH, asked.letter
    await page.context.close()


@EVERY_SCHEME
@pytest.mark.parametrize("letter", ["invoice", "final_notice", "consumer_notice"])
async def test_a_letter_can_be_read_by_everybody(
    browser: Browser, letter: str, scheme: Scheme
) -> None:
    page = await _phone(browser, scheme)
    asked = request(letter, "de", document_link="https://desk.nordlicht.example/d")

    await page.set_content(LETTERS.render(asked).html)
    found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})

    assert found.violations_count == 0, found.generate_report()
    await page.context.close()


@EVERY_SCHEME
async def test_a_letter_takes_the_colours_of_the_phone(browser: Browser, scheme: Scheme) -> None:
    page = await _phone(browser, scheme)

    await page.set_content(LETTERS.render(request("firm")).html)
    paper = await page.evaluate(
        "getComputedStyle(document.querySelector('.sheet')).backgroundColor"
    )

    assert paper == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(26, 32, 39)")
    await page.context.close()


async def _phone(browser: Browser, scheme: Scheme) -> Page:
    context = await browser.new_context(
        viewport={"width": _WIDTH, "height": 700}, color_scheme=scheme
    )
    return await context.new_page()


def _wide(locale: str) -> Iterator[LetterRequest]:
    """Every letter with long numbers, large amounts and a company that has a long name."""
    for letter in LEVELS:
        due_in = 400 if letter in OWN_LIST else -400
        items = (
            item("INVOICE-2026-000004711-A", due_in, 123_456_789_01, reference="PURCHASE-ORDER-99"),
            item("4712", due_in, 9_999_999_99, currency="CHF"),
        )
        name = "Donaudampfschifffahrtsgesellschaftsmaschinenteilehandelsgesellschaft mbH"
        yield request(letter, locale, items=items, customer_name=name, customer="C" * 30)
