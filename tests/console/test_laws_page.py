from __future__ import annotations

from html import unescape

from tests.console.team import Team
from tests.console.test_policies import edited
from tests.dunning.lawful import AUSTRIA

RATES = "/policies/versions/1/document?path=policies/rates.toml"


async def test_the_page_says_who_owes_what_and_which_rate_is_missing(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        known = unescape((await desk.get("/policies/laws?on=2026-06-30")).text)
        missing = unescape((await desk.get("/policies/laws?on=2027-01-01")).text)
        odd = await desk.get("/policies/laws?on=yesterday")

    assert "Basiszinssatz 2026H1 + 9" in known
    assert "40 GBP, 70 GBP from 1000, 100 GBP from 10000" in known
    assert "Directive 2011/7/EU is about businesses: nothing is claimed from consumers." in known
    assert "No rate of 2026H1 is known" not in known
    assert "No rate of 2027H1 is known" in missing
    assert odd.status_code != 200


async def test_a_draft_shows_its_own_country_before_it_is_in_force(team: Team) -> None:
    async with team.at_desk("senior") as desk:
        await edited(desk, RATES, lambda text: text + AUSTRIA, "we bill in Austria")
        change = unescape((await desk.get("/policies/versions/2")).text)
        draft = unescape((await desk.get("/policies/laws?on=2026-07-01&version=2")).text)
        now = unescape((await desk.get("/policies/laws?on=2026-07-01")).text)

    assert "the table of Austria (AT) is new" in change
    assert "Basiszinssatz (OeNB) 2026H2 + 9.2 (OeNB, July)" in draft
    assert "UGB § 458" in draft
    assert "Austria" not in now


async def test_the_page_can_be_read_in_german(team: Team) -> None:
    async with team.at_desk("auditor", **{"accept-language": "de"}) as desk:
        page = unescape((await desk.get("/policies/laws?on=2026-06-30")).text)

    assert "Vereinigtes Königreich" in page
    assert "Von Verbrauchern wird nichts gefordert" in page
    assert "debtors" not in page
