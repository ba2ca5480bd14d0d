"""The desk by keyboard alone: every list, and a focus that can always be seen."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.served import DESKTOP, at_desk, served
from tests.console.small_ledger import SmallLedger

LISTS = {
    "associate": (
        "/queue",
        "/inbox",
        "/outgoing?day=tomorrow",
        "/promises?state=all",
        "/plans?state=all",
        "/disputes?state=all",
        "/tasks",
        "/approvals?whose=all",
        "/holds",
        "/cash",
        "/adjustments?state=all",
        "/imports",
        "/audit",
        "/audit/findings",
        "/policies",
        "/letters",
    ),
    "administrator": ("/people", "/keys", "/subscribers"),
}
FORMS = (
    "/queue",
    "/invoices/INV-1?do=promise",
    "/invoices/INV-1?do=dispute",
    "/plans/new?customer=C-1",
    "/reports",
    "/month-end",
    "/why?invoice=INV-1",
    "/holds?do=place",
    "/imports",
    "/adjustments?do=propose",
)
_ROW = """[...document.querySelectorAll("[data-row]")].findIndex(
  (row) => row.contains(document.activeElement))"""
_SEEN = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const look = getComputedStyle(one), box = one.getBoundingClientRect();
  const thick = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
  const shown = box.width > 1 && box.height > 1;
  return [thick && shown, one.outerHTML.slice(0, 120)];
}"""
_MOST_STOPS = 120


@pytest.mark.slow
@pytest.mark.parametrize("role", LISTS)
async def test_every_list_is_walked_by_its_keys(
    browser: Browser, busy_home: SmallLedger, role: str
) -> None:
    wrong: list[str] = []
    walked = 0
    async with (
        served(busy_home) as address,
        at_desk(browser, busy_home, address, role, viewport=DESKTOP) as page,
    ):
        page.on("pageerror", lambda error: wrong.append(f"{page.url} breaks: {error}"))
        for place in LISTS[role]:
            await page.goto(address + place)
            walked += bool(await page.locator("[data-row] a").count())
            wrong += [f"{place}: {one}" for one in await _walked(page)]

    assert wrong == []
    assert walked >= len(LISTS[role]) - 2


async def _walked(page: Page) -> list[str]:
    """What the keys j k x / ? and Enter do not do on a list."""
    wrong: list[str] = []
    rows = await page.locator("[data-row]:has(a)").count()
    if rows:
        await page.keyboard.press("j")
        first = await page.evaluate(_ROW)
        await page.keyboard.press("j")
        second = await page.evaluate(_ROW)
        await page.keyboard.press("k")
        if first < 0 or (rows > 1 and second <= first) or await page.evaluate(_ROW) != first:
            wrong.append("j and k do not move")
        box = page.locator("[data-row]").nth(first).locator("input[type=checkbox]").first
        if await box.count():
            await page.keyboard.press("x")
            wrong += [] if await box.is_checked() else ["x does not tick"]
            await page.keyboard.press("x")
    await page.keyboard.press("?")
    if not await page.get_by_role("dialog", name="Keys").is_visible():
        wrong.append("? shows no keys")
    await page.keyboard.press("Escape")
    search = page.get_by_role("searchbox")
    if await search.count():
        await page.keyboard.press("/")
        wrong += (
            [] if await search.first.evaluate("one => one === document.activeElement") else ["/"]
        )
        await page.keyboard.press("Shift+Tab")
    return wrong + (await _entered(page) if rows else [])


async def _entered(page: Page) -> list[str]:
    """Whether Enter opens the row, on the page or on its own."""
    link = page.locator("[data-row] a").first
    leads, before = await link.get_attribute("href"), page.url
    await link.focus()
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
    return [] if page.url != before or leads == "" else ["Enter opens nothing"]


@pytest.mark.slow
async def test_letters_press_the_buttons_that_show_them(
    browser: Browser, busy_home: SmallLedger
) -> None:
    async with (
        served(busy_home) as address,
        at_desk(browser, busy_home, address, "associate", viewport=DESKTOP) as page,
    ):
        await page.goto(f"{address}/queue")
        await page.keyboard.press("j")
        await page.keyboard.press("e")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Escalate: 1 thing")
        await page.goto(f"{address}/invoices/INV-7")
        for key, dialog in (("p", "do-pause"), ("e", "do-escalate"), ("n", "do-write")):
            await page.keyboard.press(key)
            await expect(page.locator(f"#{dialog}")).to_be_visible()
            await page.keyboard.press("Escape")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_whatever_has_the_focus_can_be_seen_to_have_it(
    browser: Browser, busy_home: SmallLedger, scheme: str
) -> None:
    wrong: list[str] = []
    reached = 0
    async with (
        served(busy_home) as address,
        at_desk(
            browser, busy_home, address, "associate", viewport=DESKTOP, color_scheme=scheme
        ) as page,
    ):
        for place in FORMS if scheme == "light" else FORMS[1:2]:
            await page.goto(address + place)
            for _ in range(_MOST_STOPS):
                await page.keyboard.press("Tab")
                seen = await page.evaluate(_SEEN)
                if seen is None:
                    break
                reached += 1
                wrong += [] if seen[0] else [f"{place}: {seen[1]}"]

    assert wrong == []
    assert reached > (200 if scheme == "light" else 5)
