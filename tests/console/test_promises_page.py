"""Promises to pay and payment plans at the desk."""

from __future__ import annotations

import pytest

from tests.console.team import Team, sent

PROMISE = "/promises/INV-3%2F1"


async def test_promises_are_listed_by_what_became_of_them(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        due = (await desk.get("/promises")).text
        running = (await desk.get("/promises?state=open")).text

    assert "No promise is due." in due
    assert PROMISE in running
    assert "40.00 EUR" in running
    assert "12 May 2026" in running


async def test_a_promise_is_due_on_its_day(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        await sent(desk, "/invoices/INV-1", "promise", {"on": "2026-05-04"})
        due = (await desk.get("/promises")).text

    assert "/promises/INV-1%2F1" in due
    assert PROMISE not in due


async def test_a_promise_is_taken_back_and_the_case_goes_on(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        refused = await sent(desk, PROMISE, "withdraw", {"reason": ""})
        answer = await sent(desk, PROMISE, "withdraw", {"reason": "misread"})
        page = (await desk.get(PROMISE)).text

    assert refused.status_code == 422
    assert "This is needed." in refused.text
    assert answer.status_code == 303
    assert "Taken back" in page
    assert 'id="do-withdraw"' not in page, "it can be taken back once"


async def test_a_promise_that_changed_meanwhile_is_looked_at_again(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        page = (await desk.get(PROMISE)).text
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        team.acting("senior").dispute("INV-3", "price")
        form = {"form": "ab" * 16, "do": "withdraw", "seen": seen, "reason": "misread"}
        answer = await desk.post(f"{PROMISE}/do/withdraw", data=form)

    assert answer.status_code == 409
    assert ">misread</textarea>" in answer.text


@pytest.mark.parametrize("name", ["INV-3%2F2", "INV-3%2Fx", "INV-99%2F1", "INV-3", "%2F%2F"])
async def test_a_promise_that_nobody_made_is_not_found(team: Team, name: str) -> None:
    async with team.at_desk("viewer") as desk:
        assert (await desk.get(f"/promises/{name}")).status_code == 404


async def test_promises_leave_as_a_file_with_who_asked_and_totals(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        answer = await desk.get("/promises/file.xlsx?state=open")
        other = await desk.get("/promises/file.exe")

    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"PK")
    assert other.status_code == 404


async def test_a_plan_is_worked_out_and_proposed(team: Team) -> None:
    asked = "/plans/new?customer=C-1&item=INV-1&parts=3&first=2026-05-15&rhythm=month"
    async with team.at_desk("associate") as desk:
        draft = (await desk.get(asked)).text
        form = draft.partition('name="form" value="')[2].partition('"')[0]
        lines = draft.partition('id="propose-lines"')[2].partition(">")[2].partition("<")[0]
        fields = {"do": "propose", "customer": "C-1", "item": "INV-1", "lines": lines}
        answer = await desk.post("/plans/new", data=fields | {"form": form, "note": "by phone"})
        plans = (await desk.get("/plans")).text
        plan = (await desk.get("/plans/C-1%2Fplan-1")).text

    assert lines == "2026-05-15 416.66\n2026-06-15 416.66\n2026-07-15 416.68"
    assert answer.status_code == 303
    assert "/plans/C-1%2Fplan-1" in plans
    assert "1,250.00 EUR" in plan
    assert plan.count("to come") == 3


async def test_instalments_that_come_to_less_are_refused_and_kept(team: Team) -> None:
    typed = {"do": "propose", "customer": "C-1", "item": "INV-1", "form": "ab" * 16}
    async with team.at_desk("associate") as desk:
        short = await desk.post("/plans/new", data=typed | {"lines": "2026-05-15 10.00"})
        odd = await desk.post("/plans/new", data=typed | {"lines": "soon <b>much</b>"})

    assert short.status_code == 422
    assert "10.00 EUR" in short.text
    assert "2026-05-15 10.00</textarea>" in short.text
    assert odd.status_code == 422
    assert "Line 1 cannot be read" in odd.text
    assert "<b>much" not in odd.text


async def test_a_plan_that_waits_is_decided_by_somebody_else(team: Team) -> None:
    lines = "2026-06-15 625.00\n2027-06-15 625.00"
    fields = {"do": "propose", "customer": "C-1", "item": "INV-1", "lines": lines, "note": "long"}
    async with team.at_desk("senior") as mine, team.at_desk("manager") as other:
        answer = await mine.post("/plans/new", data=fields | {"form": "ab" * 16})
        own = (await mine.get("/plans/C-1%2Fplan-1")).text
        fields = {"form": "cd" * 16, "do": "decide", "decision": "approve"}
        refused = await mine.post("/plans/C-1%2Fplan-1/do/decide", data=fields)
        await sent(other, "/plans/C-1%2Fplan-1", "decide", {"decision": "approve"})
        after = (await other.get("/plans/C-1%2Fplan-1")).text

    assert answer.status_code == 303
    assert "You proposed it: a colleague has to decide." in own
    assert 'id="do-decide"' not in own
    assert refused.status_code == 422
    assert "another person has to approve it" in refused.text
    assert "Stands" in after
    assert "PlanActions.approve_plan" in {one.action for one in team.refused("senior")}
