"""Every page in a real browser: for everybody (axe), light and dark, wide and as a phone."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from tests.console.crawling import Walk, kind_of
from tests.console.served import DESKTOP, PHONE, at_desk, served, too_wide
from tests.console.small_ledger import SmallLedger
from tests.console.team import Team

_SEED = 7
_PARTS = 4
# A page that is not there, and a frame that runs nothing when it is asked to be judged.
_HARMLESS = ("status of 4", "Blocked script execution")
_ERRORS = ("/no-page", "/invoices/INV-99", "/reports?as_of=soon", "/imports/x")


@dataclass(frozen=True)
class Served:
    """The busy books at an address, and a page of every sort for each role."""

    books: SmallLedger
    address: str
    places: dict[str, list[str]]


@pytest_asyncio.fixture(scope="module")
async def house(busy_home: SmallLedger) -> AsyncIterator[Served]:
    """The desk over the busy books; the administrator's pages are those of its own."""
    associate, administrator = [
        await _places(busy_home, role) for role in ("associate", "administrator")
    ]
    own = [place for sort, place in administrator.items() if sort not in associate]
    places = {"associate": [*associate.values(), *_ERRORS], "administrator": own}
    async with served(busy_home) as address:
        yield Served(busy_home, address, places)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "part"), [*(("associate", part) for part in range(_PARTS)), ("administrator", -1)]
)
async def test_every_page_is_for_everybody_in_both_lights_and_on_a_phone(
    browser: Browser, house: Served, role: str, part: int
) -> None:
    found = house.places[role]
    mine = found if part < 0 else found[part::_PARTS]
    wrong: list[str] = []
    async with at_desk(browser, house.books, house.address, role) as page:
        page.on("console", lambda said: wrong.append(f"{page.url} says {said.text}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url} breaks: {error}"))
        for number, place in enumerate(mine):
            wrong += await _looked_at(page, house.address, place, number)
    remarks = [one for one in wrong if not any(said in one for said in _HARMLESS)]

    assert not remarks, "\n".join(remarks)
    assert len(house.places["associate"]) > 60
    assert len(mine) > 3


async def _looked_at(page: Page, address: str, place: str, number: int) -> list[str]:
    """What is wrong with a page: light first, then dark, then as a phone; the last two by turns."""
    wrong = []
    await page.set_viewport_size(DESKTOP)
    await page.emulate_media(
        color_scheme="dark" if number % 2 else "light", reduced_motion="reduce"
    )
    await page.goto(address + place, wait_until="load")
    wrong += await _judged(page, f"{place} {'dark' if number % 2 else 'light'}")
    await page.set_viewport_size(PHONE)
    if await too_wide(page) > 0:
        wrong.append(f"{place}: {await too_wide(page)} px too wide for a phone")
    if number % 3 == 0:
        wrong += await _judged(page, f"{place} phone")
    return wrong


async def _judged(page: Page, name: str) -> list[str]:
    # Frames hold letters, which run nothing: not even what judges pages.
    found = await Axe().run(page, options={"iframes": False})
    return [
        f"{name}: {one['id']} {[node['target'] for node in one['nodes']][:3]}"
        for one in found.response["violations"]
    ]


async def _places(books: SmallLedger, role: str) -> dict[str, str]:
    """A page of every kind that a role reaches, each dialog of it, and what cannot be found."""
    async with Team(books).at_desk(role) as desk:
        walk = Walk(desk, random.Random(_SEED), addresses=2)
        await walk.follow("/")
        pages = [one for one in walk.pages if not urlsplit(one).path.endswith("/letter")]
    return {_sort(place): place for place in reversed(pages)}


def _sort(place: str) -> str:
    """Pages of one sort look alike: the same route, and the same dialog open."""
    query = urlsplit(place).query
    dialog = query.partition("do=")[2].partition("&")[0] if "do=" in query else ""
    return f"{kind_of(place).split()[0]} {dialog}"
