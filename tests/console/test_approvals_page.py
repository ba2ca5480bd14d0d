"""What waits for somebody's decision, in one list."""

from __future__ import annotations

import pytest

from commands.cash.actions import CashActions
from commands.cash.credit_actions import CreditActions
from dunning.case import Case
from tests.cast import eur, payment
from tests.commands.taking_in import PAYMENTS, take
from tests.console.small_ledger import NOW
from tests.console.team import Team

WRITE_OFF = "/approvals/INV-1%3Awrite_off_approval%3A1"
DECIDE = {"form": "ab" * 16, "do": "decide", "decision": "approve", "note": "agreed"}


@pytest.fixture
def asking(team: Team) -> Team:
    """Books in which the senior proposed to give an invoice up."""
    team.acting("senior").write_off("INV-1", "insolvent", "nothing to be had")
    return team


async def test_whoever_may_decide_sees_what_waits(asking: Team) -> None:
    shown = {}
    for role in ("manager", "controller", "associate", "auditor"):
        async with asking.at_desk(role) as desk:
            shown[role] = (await desk.get("/approvals")).text

    assert WRITE_OFF in shown["manager"]
    assert WRITE_OFF in shown["controller"]
    assert "senior proposes a write-off: insolvent" in shown["manager"]
    assert WRITE_OFF not in shown["associate"]
    assert "Nothing waits for your decision." in shown["auditor"]


async def test_nobody_approves_what_they_proposed(asking: Team) -> None:
    async with asking.at_desk("senior") as desk:
        listed = (await desk.get("/approvals")).text
        page = (await desk.get(WRITE_OFF)).text
        answer = await desk.post(f"{WRITE_OFF}/do/decide", data=DECIDE)

    assert "proposed by you" in listed
    assert "You proposed it: a colleague has to decide." in page
    assert 'value="approve"' not in page
    assert answer.status_code in (403, 422)
    assert not case_of(asking).written_off
    assert asking.refused("senior")


async def test_a_colleague_whose_limit_covers_it_decides(asking: Team) -> None:
    async with asking.at_desk("controller") as desk:
        page = (await desk.get(WRITE_OFF)).text
        answer = await desk.post(f"{WRITE_OFF}/do/decide", data=DECIDE)
        again = await desk.post(f"{WRITE_OFF}/do/decide", data=DECIDE)
        later = await desk.get(WRITE_OFF)

    assert 'value="approve"' in page
    assert answer.status_code == 303
    assert again.status_code == 303, "a second click does nothing and says the same"
    assert case_of(asking).written_off
    assert later.status_code == 404


async def test_declining_needs_a_reason(asking: Team) -> None:
    decline = DECIDE | {"decision": "decline", "note": ""}
    async with asking.at_desk("manager") as desk:
        refused = await desk.post(f"{WRITE_OFF}/do/decide", data=decline)
        answer = await desk.post(f"{WRITE_OFF}/do/decide", data=decline | {"note": "too early"})
        empty = (await desk.get("/approvals?what=write_off_approval")).text

    assert refused.status_code == 422
    assert "This is needed." in refused.text
    assert answer.status_code == 303
    assert WRITE_OFF not in empty
    assert not case_of(asking).written_off


@pytest.mark.parametrize("role", ["viewer", "associate", "auditor", "administrator"])
async def test_who_may_not_decide_is_refused_and_nothing_happens(asking: Team, role: str) -> None:
    async with asking.at_desk(role) as desk:
        answer = await desk.post(f"{WRITE_OFF}/do/decide", data=DECIDE)

    assert answer.status_code == 403
    assert not case_of(asking).written_off
    assert asking.refused(role)


async def test_the_list_leaves_as_a_file(asking: Team) -> None:
    async with asking.at_desk("auditor") as desk:
        answer = await desk.get("/approvals/file.csv?whose=all")

    assert answer.headers["content-type"] == "application/zip"


def case_of(team: Team) -> Case:
    """The invoice that was proposed to be given up."""
    with team.books.wiring.ledger.reading() as books:
        return books.case("INV-1")


async def test_credit_that_is_to_leave_is_decided_there_by_somebody_else(team: Team) -> None:
    ledger, planner = team.books.wiring.ledger, team.books.wiring.planner
    take(ledger, PAYMENTS, payment("P-9", eur("200.00"), NOW.date(), "hello"))
    CashActions(ledger, planner, "associate", NOW).on_account("P-9", "C-1")
    CreditActions(ledger, planner, "senior", NOW).refund_credit("P-9", None, "paid <i>twice</i>")
    page, decide = "/credits/P-9", "/credits/P-9/do/decide"
    async with team.at_desk("senior") as mine, team.at_desk("manager") as other:
        listed = (await other.get("/approvals")).text
        own = (await mine.get(page)).text
        refused = await mine.post(decide, data=DECIDE)
        agreed = await other.post(decide, data=DECIDE | {"form": "cd" * 16})
        after = (await other.get("/approvals")).text
        gone = await other.get(page)

    assert 'href="/credits/P-9"' in listed
    assert "paid &lt;i&gt;twice&lt;/i&gt;" in listed
    assert 'value="approve"' not in own
    assert refused.status_code == 422
    assert "another person has to approve it" in refused.text
    assert agreed.status_code == 303
    assert 'href="/credits/P-9"' not in after
    assert gone.status_code == 404
