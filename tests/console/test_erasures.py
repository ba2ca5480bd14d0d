"""Erasing on the desk: one person asks, another decides, and everybody sees what was done."""

from __future__ import annotations

from dunning.erasure_facts import CustomerErased, ErasureAsked
from tests.console.team import Team, sent, waited

PAGE = "/erasures/C-1"
ASKED = {"customer": "C-1", "reason": "letter of 3 June"}
NAME = "Halden Maschinenbau AG"


async def test_one_asks_another_declines_and_nothing_is_erased(team: Team) -> None:
    async with team.at_desk("senior") as senior, team.at_desk("manager") as manager:
        asked = await sent(senior, "/erasures", "ask", ASKED)
        own = (await senior.get(asked.headers["location"])).text
        listed = (await manager.get("/approvals")).text
        nothing = await sent(manager, PAGE, "decline", {"reason": ""})
        await sent(manager, PAGE, "decline", {"reason": "invoices are open"})
        after = (await manager.get(PAGE)).text

    assert asked.headers["location"] == PAGE
    assert "You asked for it" in own
    assert 'id="do-approve"' not in own
    assert "letter of 3 June" in listed
    assert nothing.status_code == 422
    assert "This is needed." in nothing.text
    assert "invoices are open" in after
    assert NAME in after


async def test_what_the_law_still_wants_only_a_controller_erases_and_says_why(team: Team) -> None:
    async with team.at_desk("senior") as senior:
        await sent(senior, "/erasures", "ask", ASKED)
    async with team.at_desk("manager") as manager:
        seen = (await manager.get(PAGE)).text
        forced = {"form": "c" * 32, "do": "approve", "force": "so"}
        refused = await manager.post(f"{PAGE}/do/approve", data=forced)
    async with team.at_desk("controller") as controller:
        without = await sent(controller, PAGE, "approve", {"force": ""})
        shown = await waited(
            controller, await sent(controller, PAGE, "approve", {"force": "court"})
        )
        everywhere = [
            (await controller.get(one)).text
            for one in (
                "/",
                "/customers/C-1",
                "/contacts/C-1",
                "/invoices/INV-1",
                "/erasures",
                PAGE,
            )
        ]

    assert "of its invoices are still open" in seen
    assert 'id="do-approve"' not in seen
    assert refused.status_code == 403
    assert "only a controller may force it" in refused.text
    assert without.status_code == 422
    assert "Backups, exported packs and reports" in shown.text
    assert [one for one in everywhere if NAME in one or "Jana Kurz" in one] == []
    assert "Erased customer" in everywhere[1]
    assert "court" in everywhere[-1]
    assert isinstance(_facts(team)[-1], CustomerErased)
    assert [one.why for one in team.refused("manager")] == [
        "manager is no controller: only a controller may force it."
    ]


async def test_nobody_decides_what_they_asked_for(team: Team) -> None:
    async with team.at_desk("senior") as senior:
        await sent(senior, "/erasures", "ask", ASKED)
        form = {"form": "b" * 32, "do": "approve", "force": ""}
        refused = await senior.post(f"{PAGE}/do/approve", data=form)

    assert refused.status_code == 422
    assert "another person has to decide" in refused.text
    assert [type(one) for one in _facts(team)] == [ErasureAsked]


async def test_an_unknown_customer_is_said_beside_what_was_typed(team: Team) -> None:
    async with team.at_desk("senior") as senior:
        typed = {"customer": "C-99", "reason": "<b>asked</b>"}
        refused = await sent(senior, "/erasures", "ask", typed)
        twice = [await sent(senior, "/erasures", "ask", ASKED) for _ in range(2)][-1]

    assert refused.status_code == 422
    assert "There is no customer C-99 in the books." in refused.text
    assert "&lt;b&gt;asked&lt;/b&gt;</textarea>" in refused.text
    assert "is asked for already" in twice.text


async def test_the_page_speaks_german(team: Team) -> None:
    async with team.at_desk("senior", **{"Accept-Language": "de"}) as senior:
        await sent(senior, "/erasures", "ask", ASKED)
        shown = (await senior.get(PAGE)).text
        settings = (await senior.get("/settings")).text

    assert "Was heute dagegen spricht" in shown
    assert "seiner Rechnungen sind noch offen" in shown
    assert "Lesen personenbezogener Daten festhalten" in settings
    assert "record reads of personal data" not in settings


def _facts(team: Team) -> list[object]:
    with team.books.wiring.ledger.reading() as books:
        return list(books.histories(["erasure:C-1"])["erasure:C-1"])
