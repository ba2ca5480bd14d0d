"""Every role follows every link and sends every form, with nothing, something and poison in it."""

from __future__ import annotations

import random
import re

import pytest
from sqlalchemy import select

from dunning.people import ROLES
from ledger.books import FACT
from tests.console.crawling import Walk
from tests.console.small_ledger import HOSTILE
from tests.console.team import Team

_SEED = 20260504
_READERS = ("viewer", "auditor")


@pytest.fixture(autouse=True)
def _the_doctor_has_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it sees is tested elsewhere; here its page is sent for and shown."""
    seen = {"id": "books", "ok": False, "detail": "<script>alert(1)</script>"}

    async def examined(*_: object, **__: object) -> dict[str, object]:
        return {"ok": False, "checks": [seen]}

    monkeypatch.setattr("console.pages.settings.examined", examined)


@pytest.mark.parametrize("role", ROLES)
async def test_no_link_is_dead_and_no_form_breaks_anything(busy: Team, role: str) -> None:
    before = _facts(busy)
    async with busy.at_desk(role) as desk:
        walk = Walk(desk, random.Random(_SEED))
        await walk.follow("/")
        for way in ("empty", "plain", "hostile"):
            await walk.send(way)
    after = _facts(busy)

    assert not walk.wrong, "\n".join(walk.wrong)
    assert len(set(walk.seen)) > 150
    assert len(walk.sent) >= 10
    if role in _READERS:
        assert after[: len(before)] == before
        assert {stream.partition(":")[0] for stream, _ in after[len(before) :]} <= {"person"}


async def test_a_stranger_gets_nothing_of_what_the_team_reads(busy: Team) -> None:
    async with busy.at_desk("administrator") as desk, busy.stranger() as stranger:
        walk = Walk(desk, random.Random(_SEED), addresses=1)
        await walk.follow("/")
        for place in walk.seen:
            answer = await stranger.get(place)

            assert "Halden" not in answer.text, place
            assert place.startswith(("/static/", "/sign-in")) or answer.status_code == 303, place
            assert HOSTILE not in answer.text


def _facts(team: Team) -> list[tuple[str, str]]:
    with team.books.wiring.ledger.reading() as books:
        rows = books.connection.execute(select(FACT.c.stream, FACT.c.body).order_by(FACT.c.id))
        return [(stream, body) for stream, body in rows]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/reports/figures?months=soon", "Diese Adresse ist nicht lesbar"),
        ("/imports/99999999999999999999999", "Diese Adresse ist nicht lesbar"),
        ("/reports?as_of=9999-12-31", "Nicht lesbar"),
        ("/statements?customer=C-1&as_of=0001-01-01", "Nicht lesbar"),
        ("/imports/1?after=99999999999999999999999", "Die Stelle der Liste"),
        ("/no-page", "Diese Seite gibt es nicht."),
    ],
)
async def test_an_address_that_cannot_be_read_is_answered_with_a_page_in_ones_language(
    busy: Team, address: str, said: str
) -> None:
    async with busy.at_desk("viewer", **{"accept-language": "de"}) as desk:
        answer = await desk.get(address)

    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"].startswith("text/html")
    assert said in answer.text


async def test_links_of_a_page_keep_a_number_that_means_something_in_an_address(
    busy: Team,
) -> None:
    page = "/invoices/RE%2F2026%20%237%3Fa%3Db%26c%252F"
    async with busy.at_desk("associate") as desk:
        opened = (await desk.get(f"{page}?do=dispute")).text

    assert f'href="{page}?do=dispute' in opened
    assert re.search(r'<dialog id="do-dispute"[^>]* open', opened)
