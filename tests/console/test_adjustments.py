from __future__ import annotations

import re
from decimal import Decimal

import pytest

from tests.console.small_ledger import ODD_NUMBER
from tests.console.team import Team, sent

OF_INVOICE = "/adjustments/invoice?invoice="
CREDIT = {"what": "credit_note", "amount": "50.00", "reason": "price <b>agreed</b>"}


def _balance(team: Team, invoice: str) -> Decimal:
    with team.books.wiring.ledger.reading() as books:
        return books.case(invoice).balance.major


def _dialog(page: str, what: str) -> str:
    found = re.search(rf'<dialog id="do-({what}-[0-9a-f]+)"', page)
    assert found, f"it can be {what}d"
    return found.group(1)


async def test_one_proposes_and_another_approves(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        asked = await sent(desk, "/adjustments", "propose", CREDIT | {"invoice": "INV-1"})
    waiting = _balance(team, "INV-1")
    async with team.at_desk("senior") as desk:
        listed = (await desk.get("/adjustments")).text
        page = (await desk.get(OF_INVOICE + "INV-1")).text
        await sent(desk, OF_INVOICE + "INV-1", _dialog(page, "approve"), {"note": "fair"})
        done = (await desk.get("/adjustments?state=done")).text

    assert asked.status_code == 303
    assert "price &lt;b&gt;agreed&lt;/b&gt;" in listed
    assert (waiting, _balance(team, "INV-1")) == (Decimal("1250.00"), Decimal("1200.00"))
    assert "-50.00 EUR" in done
    assert "<bdi>senior</bdi>" in done


async def test_nobody_is_offered_to_approve_what_they_proposed(team: Team) -> None:
    async with team.at_desk("senior") as desk:
        await sent(desk, "/adjustments", "propose", CREDIT | {"invoice": "INV-1"})
        page = (await desk.get(OF_INVOICE + "INV-1")).text
        fields = {"form": "a" * 32, "do": "x", "invoice": "INV-1", "decision": "approve"}
        named = re.search(r"INV-1:\w+", page)
        assert named, "the adjustment has a number"
        fields["adjustment"] = named.group()
        answer = await desk.post("/adjustments/do/decide", data=fields)

    assert "do-approve-" not in page
    assert answer.status_code == 422
    assert _balance(team, "INV-1") == Decimal("1250.00")


async def test_a_declined_proposal_changes_nothing(team: Team) -> None:
    odd = {"what": "credit_note", "amount": "1000", "reason": "r", "invoice": ODD_NUMBER}
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, "/adjustments", "propose", odd)
    place = answer.headers["location"]
    async with team.at_desk("manager") as desk:
        page = (await desk.get(place)).text
        await sent(desk, place, _dialog(page, "decline"), {})
        after = (await desk.get(place)).text

    assert "declined" in after
    assert _balance(team, ODD_NUMBER) == 300000


async def test_an_adjustment_is_taken_back_whole(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        await sent(desk, "/adjustments", "propose", CREDIT | {"invoice": "INV-1"})
    async with team.at_desk("senior") as desk:
        page = (await desk.get(OF_INVOICE + "INV-1")).text
        await sent(desk, OF_INVOICE + "INV-1", _dialog(page, "approve"), {})
        page = (await desk.get(OF_INVOICE + "INV-1")).text
        await sent(desk, OF_INVOICE + "INV-1", _dialog(page, "undo"), {"reason": "by mistake"})

    assert _balance(team, "INV-1") == Decimal("1250.00")


async def test_a_write_off_is_proposed_here_and_approved_by_another(team: Team) -> None:
    fields = {"what": "write_off", "invoice": "INV-2", "reason": "gone", "waiver": "insolvent"}
    async with team.at_desk("associate") as desk:
        await sent(desk, "/adjustments", "propose", fields)
    async with team.at_desk("manager") as desk:
        page = (await desk.get(OF_INVOICE + "INV-2")).text
        answer = await sent(desk, OF_INVOICE + "INV-2", _dialog(page, "approve"), {})
    async with team.at_desk("associate") as desk:
        await sent(desk, OF_INVOICE + "INV-2", "reopen", {"reason": "they pay after all"})

    assert answer.status_code == 303
    assert _balance(team, "INV-2") == Decimal("80.50")


async def test_refusals_stand_beside_the_field_and_keep_what_was_typed(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        bare = await sent(desk, "/adjustments", "propose", {"what": "transfer", "amount": "x"})
        much = await sent(
            desk, "/adjustments", "propose", CREDIT | {"invoice": "INV-404", "amount": "99999"}
        )

    assert bare.status_code == much.status_code == 422
    assert bare.text.count("This is needed.") == 3
    assert 'value="99999"' in much.text
    assert "price &lt;b&gt;agreed" in much.text


@pytest.mark.parametrize(
    ("role", "path", "right"),
    [
        ("auditor", "propose", "follow_up"),
        ("controller", "propose", "follow_up"),
        ("associate", "decide", "approve"),
        ("viewer", "decide", "approve"),
        ("manager", "paid", "post_cash"),
        ("administrator", "undo", "follow_up"),
    ],
)
async def test_who_may_not_is_refused_and_it_is_recorded(
    team: Team, role: str, path: str, right: str
) -> None:
    fields = {
        "form": "c" * 32,
        "do": "x",
        "what": "credit_note",
        "invoice": "INV-1",
        "reason": "r",
        "decision": "approve",
        "adjustment": "INV-1:1",
        "on": "2026-05-01",
        "reference": "b",
        "amount": "1.00",
    }
    async with team.at_desk(role) as desk:
        answer = await desk.post(f"/adjustments/do/{path}", data=fields)

    assert answer.status_code == 403
    assert [one.right for one in team.refused(role)] == [right]
