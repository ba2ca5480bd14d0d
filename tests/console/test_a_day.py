"""A day at the desk in a real browser, played to its end; then the books are read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from commands.people.actions import PeopleActions
from commands.people.sign_in import SignIns
from dunning.case import Case
from ledger.replies import REPLY
from ledger.tables import TaskRow, table
from tests.console.busy_books import came_in, wrote
from tests.console.served import DESKTOP, PHONE, at_desk, served, too_wide
from tests.console.small_ledger import NOW, ODD_NUMBER
from tests.console.team import Team

PASSWORD = "three words and a half"  # noqa: S105 - of nobody
SOON = 2_000
TASK = table(TaskRow)
# The window's own bar is neither.
_IN_A_DIALOG = "(one => one === document.body || !!one.closest('dialog'))(document.activeElement)"
_WINDOWS: dict[str, dict[str, Any]] = {
    "light": {"viewport": DESKTOP},
    "a dark phone": {"viewport": PHONE, "color_scheme": "dark"},
    "no script": {"viewport": DESKTOP, "java_script_enabled": False},
}


@pytest.mark.slow
@pytest.mark.parametrize("window", _WINDOWS)
async def test_a_day_is_worked_from_signing_in_to_reading_the_audit(
    browser: Browser, busy: Team, window: str
) -> None:
    link = PeopleActions(busy.books.wiring.ledger, "administrator", NOW).reset("associate")
    SignIns(busy.books.wiring.ledger, NOW).by_link(link, PASSWORD)
    before = _case(busy, "INV-1").balance
    async with served(busy.books) as address:
        async with at_desk(browser, busy.books, address, "", **_WINDOWS[window]) as page:
            await _signed_in(page, address)
            await _triaged(page, address, busy)
            await _acted_on_cases(page, address)
        async with at_desk(browser, busy.books, address, "senior", **_WINDOWS[window]) as page:
            await _decided_and_assigned(page, address)
            await _read(page, address)

    assert _case(busy, "INV-2").pause
    assert _case(busy, "INV-7").promises[-1].promised_on == date(2026, 5, 8)
    assert [one.reason for one in _case(busy, ODD_NUMBER).disputes] == ["price"]
    assert str((before - _case(busy, "INV-1").balance).major) == "50.00"
    assert [_reply(busy, words)[1] for words in ("purchase order", "on 15 May", "broken")] == [
        "handled"
    ] * 3
    assert "associate" in _assigned(busy)
    assert busy.refused("associate") == busy.refused("senior") == []


async def _signed_in(page: Page, address: str) -> None:
    await page.goto(f"{address}/queue")
    await page.get_by_label("Name", exact=True).fill("associate")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Work queue")


async def _triaged(page: Page, address: str, team: Team) -> None:
    """One mail is read rightly, the others are dealt with; each is looked at first."""
    await page.goto(f"{address}/inbox")
    for words in ("purchase order", "on 15 May", "broken"):
        reply, _ = _reply(team, words)
        await page.goto(f"{address}/inbox/{reply}")
        await expect(page.get_by_role("heading", name="What was written")).to_be_visible()
        if words == "broken":
            await page.get_by_role("button", name="Read rightly").click()
            await expect(page.locator(".said")).to_be_visible()
        if _reply(team, words)[1] != "handled":
            await _do(page, "handled", "Dealt with", {"outcome": "rang them"})
        assert await too_wide(page) <= 0


async def _acted_on_cases(page: Page, address: str) -> None:
    await page.goto(f"{address}/invoices/INV-2")
    await _do(page, "pause", "Pause", {"note": "asked by telephone"}, {"reason": "goodwill"})
    await page.goto(f"{address}/invoices/INV-7")
    await _do(page, "promise", "Record it", {"on": "2026-05-08"})
    await page.goto(f"{address}/invoices/RE%2F2026%20%237%3Fa%3Db%26c%252F")
    await _do(page, "dispute", "Open it", {"note": "too dear"}, {"reason": "price"})
    assert await too_wide(page) <= 0


async def _decided_and_assigned(page: Page, address: str) -> None:
    """The second person approves the credit, and hands the first thing of the queue over."""
    await page.goto(f"{address}/adjustments/invoice?invoice=INV-1")
    opener = page.locator('[data-opens^="do-approve-"]').first
    name = str(await opener.get_attribute("data-opens")).removeprefix("do-")
    await _do(page, name, "Approve", {"note": "fair"})
    await page.goto(f"{address}/queue")
    await page.locator("#queue").get_by_role("checkbox").first.check()
    await page.get_by_role("button", name="Assign …").click()
    await page.locator("#assign-to").select_option("associate")
    await page.locator("#assign-note").fill("knows them")
    await page.get_by_role("button", name="Assign", exact=True).click()
    await expect(page.locator(".said")).to_contain_text("1 of 1 done.")


async def _read(page: Page, address: str) -> None:
    """An export is taken away, and the audit read down to its finding."""
    await page.goto(f"{address}/promises?state=open")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="CSV").first.click()
    assert (await download.value).suggested_filename.startswith("promises")
    await page.goto(f"{address}/audit")
    await page.locator('a[href="/audit/runs/R0001"]').first.click()
    await page.locator('a[href*="/audit/findings/abcdef012345"]').first.click()
    await expect(page.get_by_text("written to after payment").first).to_be_visible()
    assert await too_wide(page) <= 0


async def test_two_clicks_the_back_button_and_a_session_that_ends_lose_and_repeat_nothing(
    browser: Browser, busy: Team
) -> None:
    ledger = busy.books.wiring.ledger
    SignIns(ledger, NOW).by_link(
        PeopleActions(ledger, "administrator", NOW).reset("associate"), PASSWORD
    )
    before = busy.version("INV-7")
    async with (
        served(busy.books) as address,
        at_desk(browser, busy.books, address, "associate") as page,
    ):
        await page.goto(f"{address}/invoices/INV-7?do=promise")
        await page.locator("#promise-on").fill("2026-05-08")
        await page.get_by_role("button", name="Record it").dblclick()
        await expect(page.locator(".said")).to_be_visible()
        await page.go_back()
        await page.goto(f"{address}/invoices/INV-7?do=dispute")
        await page.locator("#dispute-reason").select_option("price")
        await page.locator("#dispute-note").fill("<b>too</b> dear")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Open it").click()
        await page.get_by_label("Name", exact=True).fill("associate")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.locator("main form button").first.click()
        await expect(page.locator("#stage")).to_have_text("disputed")
        await expect(page.get_by_text("<b>too</b> dear").first).to_be_visible()

    assert busy.version("INV-7") >= before + 2
    assert len(_case(busy, "INV-7").promises) == 1
    assert len(_case(busy, "INV-7").disputes) == 1


async def test_mail_and_money_show_on_open_pages_at_once_and_move_nothing(
    browser: Browser, busy: Team
) -> None:
    async with (
        served(busy.books) as address,
        at_desk(browser, busy.books, address, "associate") as inbox,
        at_desk(browser, busy.books, address, "associate") as cash,
    ):
        await inbox.goto(f"{address}/inbox")
        await cash.goto(f"{address}/cash")
        for page in (inbox, cash):
            await expect(page.get_by_text("live", exact=True)).to_be_visible()
        search = inbox.get_by_role("searchbox").first
        await search.press_sequentially("half a na")
        await asyncio.to_thread(wrote, busy, "Please call us about INV-7.", "c-4@customer.example")
        await expect(inbox.get_by_text("Nord").first).to_be_visible(timeout=SOON)
        await search.press_sequentially("me")
        await asyncio.to_thread(came_in, busy, "P-10", "815.00", "Nord Handel")
        await expect(cash.get_by_text("815.00 EUR").first).to_be_visible(timeout=SOON)

        await expect(search).to_have_value("half a name")
        await expect(search).to_be_focused()


async def test_dialogs_hold_the_keyboard_and_give_it_back(browser: Browser, busy: Team) -> None:
    async with (
        served(busy.books) as address,
        at_desk(browser, busy.books, address, "associate", viewport=DESKTOP) as page,
    ):
        await page.goto(f"{address}/invoices/INV-7")
        reached = [await _tabbed(page) for _ in range(60)]
        await page.locator('[data-opens="do-pause"]').focus()
        await page.keyboard.press("Enter")
        within = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            within.append(await page.evaluate(_IN_A_DIALOG))
        await page.keyboard.press("Escape")

        await expect(page.locator('[data-opens="do-pause"]')).to_be_focused()
    wanted = {"Skip to the page", "Pause … p", "Promise …", "Dispute …", "Write off …"}
    assert {name.partition(" p")[0] for name, _ in reached} >= {
        one.partition(" p")[0] for one in wanted
    }
    assert [name for name, visible in reached if name and not visible] == []
    assert all(within)


async def _tabbed(page: Page) -> tuple[str, bool]:
    """What the next press of Tab reaches, and whether its focus can be seen."""
    await page.keyboard.press("Tab")
    found = await page.evaluate(
        "(() => { const one = document.activeElement, look = getComputedStyle(one);"
        " return [one.innerText ?? '', one === document.body || look.outlineStyle !== 'none'] })()"
    )
    return str(found[0]).strip(), bool(found[1])


async def _do(
    page: Page,
    name: str,
    submit: str,
    typed: Mapping[str, str],
    chosen: Mapping[str, str] | None = None,
) -> None:
    """Open a dialog, fill it in and send it; the page then says what came of it."""
    await page.locator(f'[data-opens="do-{name}"]').first.click()
    dialog = page.locator(f"#do-{name}")
    for field, value in (chosen or {}).items():
        await dialog.locator(f"#{name}-{field}").select_option(value)
    for field, value in typed.items():
        await dialog.locator(f"#{name}-{field}").fill(value)
    await dialog.get_by_role("button", name=submit, exact=True).click()
    await expect(page.locator(".said")).to_be_visible()


def _case(team: Team, invoice: str) -> Case:
    with team.books.wiring.ledger.reading() as books:
        return books.case(invoice)


def _reply(team: Team, words: str) -> tuple[str, str]:
    """The number and the state of the mail with these words."""
    with team.books.wiring.ledger.reading() as books:
        row = books.connection.execute(REPLY.select().where(REPLY.c.text.contains(words))).one()
    return str(row.reply), str(row.state)


def _assigned(team: Team) -> set[str]:
    with team.books.wiring.ledger.reading() as books:
        return {str(one.owner) for one in books.connection.execute(TASK.select())}
