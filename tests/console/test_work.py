from __future__ import annotations

import re
from html import unescape

import pytest
from httpx import AsyncClient, Response

from console.reading.largest_tasks import WorkFilter
from console.reading.work import work_page
from dunning.money import Money
from tests.console.small_ledger import HOSTILE, NOW
from tests.console.team import HIDDEN, Team, sent

ITEM = re.compile(r'name="item" value="([^"]*)"')


async def _chosen(desk: AsyncClient, deed: str, items: list[str], **fields: str) -> Response:
    """Tick things in the queue, say what is to be done, and send it."""
    page = await desk.get("/queue/several", params={"deed": deed, "item": items})
    main = page.text[page.text.index("<main") :]
    hidden = dict(HIDDEN.findall(main))
    data = {name: unescape(value) for name, value in hidden.items()} | {"item": items, **fields}
    return await desk.post("/queue/several", data=data)


async def _items(desk: AsyncClient, page: str = "/queue") -> list[str]:
    return [unescape(one) for one in ITEM.findall((await desk.get(page)).text)]


async def test_the_most_urgent_work_comes_first_and_says_why(team: Team) -> None:
    with team.books.wiring.ledger.reading() as books:
        page = work_page(
            books.connection, WorkFilter(), NOW.date(), lambda currency: Money(1000, currency)
        )

    assert [one.score for one in page.items] == sorted(
        (one.score for one in page.items), reverse=True
    )
    assert page.total == len(page.items) == sum(page.counts.values())
    assert "34 days overdue" in page.items[0].reasons
    assert len({one.amount.currency for one in page.items}) > 1


async def test_filters_live_in_the_address_and_views_keep_them(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        calls = (await desk.get("/queue?what=call")).text
        await sent(desk, "/queue?what=call", "keep-view", {"name": "My <calls>"})
        mine = (await desk.get("/queue")).text
    async with team.at_desk("senior") as other:
        theirs = (await other.get("/queue")).text

    assert set(re.findall(r"<strong>(\w+)</strong></a></td>", calls)) == {"Call"}
    assert 'href="/queue?what=call"><bdi>My &lt;calls&gt;</bdi>' in mine
    assert "My &lt;calls&gt;" not in theirs


async def test_several_are_paused_at_once_and_each_says_what_came_of_it(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        items = await _items(desk)
        answer = await _chosen(desk, "pause", [*items[:1], "gone"], reason="system", note="n")
        page = (await desk.get(answer.headers["location"])).text

    assert answer.status_code == 303
    assert "1 of 2 done." in page
    assert "Refused – gone: This is done already, or was never to do." in page


async def test_when_nothing_is_done_what_was_typed_stays(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        items = await _items(desk, "/queue?what=call")
        answer = await _chosen(desk, "approve", items[:1], note="go ahead")

    assert answer.status_code == 422
    assert "Nothing is to be approved here." in answer.text
    assert ">go ahead</textarea>" in answer.text


async def test_work_is_given_to_a_colleague(team: Team) -> None:
    async with team.at_desk("manager") as desk:
        items = await _items(desk)
        await _chosen(desk, "assign", items[:1], to="associate", note="yours")
        given = await _items(desk, "/queue?who=associate")
        refused = await _chosen(desk, "assign", items[:1], to="auditor", note="yours")

    assert items[0] in given
    assert refused.status_code == 403
    assert "auditor (auditor) may not act on cases" in refused.text


@pytest.mark.parametrize("role", ["viewer", "auditor", "controller", "administrator"])
async def test_who_may_not_act_is_offered_nothing_and_refused(team: Team, role: str) -> None:
    async with team.at_desk("associate") as desk:
        items = await _items(desk)
    async with team.at_desk(role) as desk:
        page = (await desk.get("/queue")).text
        answer = await _chosen(desk, "pause", items[:1], reason="system")

    assert 'value="pause"' not in page
    assert answer.status_code == 403
    assert [one.right for one in team.refused(role)] == ["follow_up"]


async def test_names_are_shown_literally(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        page = (await desk.get("/queue")).text

    assert HOSTILE not in page
    assert "&lt;script&gt;" in page


async def test_a_contact_is_noted_and_shows_in_the_thread(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        said = {"channel": "call", "note": "left a <message>"}
        await sent(desk, "/customers/C-1", "note", said)
        page = (await desk.get("/customers/C-1")).text

    assert "left a &lt;message&gt;" in page
    assert "noted by <bdi>associate</bdi>" in page


async def test_a_customer_is_paused_and_resumed(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        await sent(desk, "/customers/C-1", "pause", {"reason": "hardship"})
        paused = (await desk.get("/customers/C-1")).text
        await sent(desk, "/customers/C-1", "resume", {})
        resumed = (await desk.get("/customers/C-1")).text

    assert "<strong>Until 3 Jun 2026</strong>" in paused
    assert "<strong>Until" not in resumed
