"""What a page is like after a form was refused: its links, its news, the focus."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import pytest
from playwright.async_api import Browser, expect

from tests.console.served import PHONE, at_desk, served, too_wide
from tests.console.team import Team, sent

_CANCEL = re.compile(r'href="([^"]*)" data-closes')


@pytest.mark.parametrize(
    ("page", "dialog"),
    [
        ("/invoices/INV-1", "pause"),
        ("/customers/C-1", "note"),
        ("/customers/C%2F2", "note"),
        ("/holds?kind=legal", "place"),
    ],
)
async def test_links_of_a_refused_form_lead_back_to_its_page(
    team: Team, page: str, dialog: str
) -> None:
    async with team.at_desk("associate") as desk:
        refused = await sent(desk, page, dialog, {})
        links = {unescape(one) for one in _CANCEL.findall(refused.text)}
        answers = [(await desk.get(one)).status_code for one in links]

    assert refused.status_code == 422
    assert links == {page}
    assert answers == [200]
    assert f'name="next" value="{page}"' in refused.text


async def test_a_form_that_names_a_page_elsewhere_leads_to_no_such_place(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        refused = await sent(desk, "/invoices/INV-1", "pause", {"here": "//evil.example/x"})

    assert refused.status_code == 422
    assert "evil.example" not in refused.text


async def test_doing_something_to_nothing_says_so_on_the_queue(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await desk.get("/queue/several?deed=pause")

    assert answer.status_code == 422
    assert "Tick something in the work queue first" in answer.text
    assert "<tr data-row" in answer.text


async def test_a_plan_for_nothing_says_what_lacks_and_keeps_what_was_asked(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await desk.get("/plans/new?customer=C-1&parts=7&first=2026-06-01&rhythm=week")

    assert answer.status_code == 422
    assert "Tick the invoices that the plan is for." in answer.text
    assert 'name="parts" type="number" min="1" max="36" value="7"' in answer.text


async def test_a_search_that_finds_no_work_does_not_say_that_there_is_none(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        found = (await desk.get("/queue?q=zzzz")).text

    assert "Nothing to do matches." in found
    assert "Nobody has anything to do here." not in found


async def test_figures_end_with_the_month_that_is_under_way(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        page = (await desk.get("/reports/figures?month=2031-01&months=2")).text

    assert "1 Apr 2026 – 31 May 2026" in page


@pytest.mark.slow
async def test_a_refused_form_gives_the_focus_back_and_its_page_goes_on_being_live(
    browser: Browser, team: Team
) -> None:
    async with (
        served(team.books) as address,
        at_desk(browser, team.books, address, "associate") as page,
    ):
        await page.goto(f"{address}/invoices/INV-1?do=pause")
        await page.get_by_role("button", name="Pause", exact=True).click()
        await expect(page.locator("#pause-reason")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator('[data-opens="do-pause"]')).to_be_focused()
        await expect(page.get_by_text("live", exact=True)).to_be_visible()
        await asyncio.to_thread(lambda: team.acting("senior").dispute("INV-1", "price"))
        await expect(page.locator("#invoice")).to_contain_text("disputed", timeout=5_000)


@pytest.mark.slow
async def test_what_a_message_means_can_be_said_on_a_phone(browser: Browser, busy: Team) -> None:
    async with (
        served(busy.books) as address,
        at_desk(browser, busy.books, address, "associate", viewport=PHONE) as page,
    ):
        await page.goto(f"{address}/inbox")
        await page.locator("tbody a").first.click()
        await page.locator('[data-opens="do-correct"]').click()
        caption = page.locator("#do-correct caption")
        sizes = await caption.evaluate("one => [one.scrollWidth, one.closest('form').clientWidth]")

        assert await too_wide(page) <= 0
        assert await caption.evaluate("one => one.closest('form').scrollWidth") <= sizes[1]
