"""Tasks, calls, holds, contacts and notes at the desk."""

from __future__ import annotations

import re

from tests.console.small_ledger import HOSTILE
from tests.console.team import Team, sent

CONTACTS = "/contacts/C-1"
NAMED = {"name": HOSTILE, "role": "manager", "email": "cfo@customer.example", "phone": ""}


async def task_at(team: Team, what: str) -> str:
    """The page of the first task of a kind."""
    async with team.at_desk("viewer") as desk:
        listed = (await desk.get(f"/tasks?what={what}")).text
    found = re.search(r'href="(/tasks/(?!file)[^"]+)"', listed)
    assert found, f"no task {what}"
    return found.group(1)


async def test_a_call_that_brings_a_promise_is_logged(team: Team) -> None:
    page = await task_at(team, "call")
    promised = {"outcome": "right_party_promise", "on": "2026-05-11", "note": "Ms Kurz said so"}
    async with team.at_desk("associate") as desk:
        missing = await sent(desk, page, "call", promised | {"on": ""})
        answer = await sent(desk, page, "call", promised)
        after = (await desk.get(page)).text
        promises = (await desk.get("/promises?state=open")).text

    assert missing.status_code == 422
    assert "Say for which day it is promised." in missing.text
    assert ">Ms Kurz said so</textarea>" in missing.text
    assert answer.status_code == 303
    assert 'id="do-call"' not in after
    assert "11 May 2026" in promises


async def test_a_task_is_given_to_a_colleague_and_found_there(team: Team) -> None:
    page = await task_at(team, "call")
    async with team.at_desk("manager") as desk:
        await sent(desk, page, "give", {"to": "associate", "note": "knows them"})
        theirs = (await desk.get("/tasks?who=associate")).text
        nobodys = (await desk.get("/tasks?who=senior")).text

    assert page in theirs
    assert page not in nobodys


async def test_a_decision_is_not_finished_like_other_work(team: Team) -> None:
    team.acting("senior").write_off("INV-1", "insolvent", "nothing to be had")
    page = await task_at(team, "write_off_approval")
    form = {"form": "ab" * 16, "do": "finish", "outcome": "done", "note": ""}
    async with team.at_desk("associate") as desk:
        shown = (await desk.get(page)).text
        answer = await desk.post(f"{page}/do/finish", data=form)

    assert "/approvals/" in shown
    assert answer.status_code == 422
    assert "approve or decline it" in answer.text


async def test_a_hold_is_placed_by_one_and_lifted_by_who_may(team: Team) -> None:
    placed = {"customer": "C-1", "code": "LEGAL_INSOLVENCY", "why": "court notice <b>today</b>"}
    async with team.at_desk("associate") as one, team.at_desk("senior") as other:
        unknown = await sent(one, "/holds", "place", placed | {"customer": "C-99"})
        answer = await sent(one, "/holds", "place", placed)
        own = (await one.get("/holds")).text
        register = (await other.get("/holds?kind=legal")).text
        link = re.search(r'href="(/holds/lift[^"]+)"', register)
        assert link
        form = (await other.get(link.group(1).replace("&amp;", "&"))).text
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
        refused = await one.post("/holds/do/lift", data=hidden | {"reason": "over"})
        lifted = await other.post("/holds/do/lift", data=hidden | {"reason": "plan confirmed"})
        after = (await other.get("/holds?state=lifted")).text

    assert unknown.status_code == 422
    assert "There is no customer C-99" in unknown.text
    assert answer.status_code == 303
    assert "&lt;b&gt;today&lt;/b&gt;" in register
    assert "/holds/lift" not in own, "an associate places holds and does not lift them"
    assert refused.status_code == 403
    assert lifted.status_code == 303
    assert "Insolvency" in after


async def test_a_contact_is_used_only_after_a_colleague_verified_it(team: Team) -> None:
    async with team.at_desk("senior") as one, team.at_desk("associate") as other:
        empty = await sent(one, CONTACTS, "propose", NAMED | {"email": ""})
        await sent(one, CONTACTS, "propose", NAMED)
        own = (await one.get(CONTACTS)).text
        forced = {"form": "ab" * 16, "do": "verify", "contact": "C-1/senior/1", "note": "rang"}
        refused = await one.post(f"{CONTACTS}/do/verify", data=forced)
        await sent(other, CONTACTS, "propose", NAMED | {"email": "ap@customer.example"})
        chosen = {"contact": "C-1/associate/2", "note": "rang the switchboard"}
        answer = await sent(one, CONTACTS, "verify", chosen)
        known = contacts_of(team)

    assert empty.status_code == 422
    assert "Give an e-mail address or a telephone number." in empty.text
    assert "<script>document" not in own
    assert "Named, not verified" in own
    assert refused.status_code == 422
    assert "a colleague has to verify it" in refused.text
    assert answer.status_code == 303
    assert "ap@customer.example" in known
    assert "cfo@customer.example" not in known


async def test_a_contact_that_wants_no_mail_gets_none_until_a_senior_unblocks_it(
    team: Team,
) -> None:
    wish = {"contact": "C-1/1", "channel": "email", "reason": "asked us to stop"}
    form = {"form": "ab" * 16, "do": "unblock"} | wish
    async with team.at_desk("associate") as desk, team.at_desk("senior") as other:
        await sent(desk, CONTACTS, "withdraw", wish)
        blocked = (await desk.get(CONTACTS)).text
        refused = await desk.post(f"{CONTACTS}/do/unblock", data=form)
        await sent(other, CONTACTS, "unblock", wish)
        after = (await other.get(CONTACTS)).text

    assert "asked us to stop" in blocked
    assert refused.status_code == 403
    assert '<span class="pill refused">blocked</span>' not in after


async def test_a_note_stands_with_its_invoice_and_its_customer(team: Team) -> None:
    note = {"text": "Pays on the <i>15th</i>, says Åsa"}
    async with team.at_desk("associate") as desk:
        answer = await sent(desk, "/invoices/INV-1", "write", note)
        empty = await sent(desk, "/customers/C%2F2", "write", {"text": " "})
        await sent(desk, "/customers/C%2F2", "write", {"text": "speaks no English"})
        invoice = (await desk.get("/invoices/INV-1")).text
        customer = (await desk.get("/customers/C-1")).text
        other = (await desk.get("/invoices/INV-2")).text
        slashed = (await desk.get("/customers/C%2F2")).text

    assert answer.status_code == 303
    assert "Pays on the &lt;i&gt;15th&lt;/i&gt;, says Åsa" in invoice
    assert "says Åsa" in customer
    assert "says Åsa" not in other
    assert empty.status_code == 422
    assert "speaks no English" in slashed


def contacts_of(team: Team) -> str:
    """The addresses that may be written to."""
    with team.books.wiring.ledger.reading() as books:
        return " ".join(one.email for one in books.customer("C-1").contacts)
