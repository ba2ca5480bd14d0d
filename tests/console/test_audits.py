from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from commands.audit.recording import record_audit
from dunning.finding_facts import FindingAcceptanceRefused
from ledger.findings import finding_facts
from tests.console.small_ledger import HOSTILE, NOW
from tests.console.team import Team, sent, waited

PERIOD = {"first": "2026-03-01", "last": "2026-05-03"}
FINDING = "abcdef012345"


def _kept(team: Team) -> str:
    """An audit with one finding about a customer, kept by Duncan's own upkeep."""
    found = {
        "id": FINDING,
        "test": "A09",
        "code": "AFTER_PAYMENT",
        "invoice": "INV-1",
        "customer": "C-1",
        "since": "2026-04-07",
        "subject": "reminder",
        "detail": f"written to after payment {HOSTILE}",
        "link": "",
    }
    test = {"id": "A09", "title": "t", "passed": False, "checked": 3, "findings": [found]}
    counts = {"invoices": 6, "touches": 3, "customers": 3}
    answer = {"from": "2026-03-01", "to": "2026-05-03", "population": counts, "tests": [test]}
    score = {"on_time": 3, "late": 0, "explained": 1, "missed": 0, "extra": 0}
    whole = {**answer, "score": score, "explained": {}}
    return record_audit(team.books.wiring.ledger, whole, "duncan", NOW).run.run


@pytest.fixture
def finding(team: Team) -> str:
    """The page of a finding."""
    _kept(team)
    return f"/audit/findings/{FINDING}"


async def test_a_period_is_audited_and_kept_with_its_tests(team: Team) -> None:
    async with team.at_desk("manager") as desk:
        answer = await sent(desk, "/audit", "audit", PERIOD | {"keep": "yes"})
        shown = await waited(desk, answer)
        listed = (await desk.get("/audit")).text

    assert "/audit/runs/R0001" in listed
    assert "Nobody was contacted after payment" in shown.text
    assert "Expected steps" in shown.text


async def test_who_only_reads_sees_the_result_and_keeps_nothing(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        shown = await waited(desk, await sent(desk, "/audit", "audit", PERIOD))
        tried = await sent(desk, "/audit", "audit", PERIOD | {"keep": "yes"})
        listed = (await desk.get("/audit")).text

    assert "Nobody was contacted after payment" in shown.text
    assert tried.status_code == 403
    assert [one.right for one in team.refused("auditor")] == ["work_findings"]
    assert "No audit was kept yet" in listed


async def test_days_that_cannot_be_audited_are_said_beside_the_field(team: Team) -> None:
    wrong = {"first": "2026-05-03", "last": "2026-03-01"}
    async with team.at_desk("manager") as desk:
        answer = await sent(desk, "/audit", "audit", wrong)
        far = await sent(desk, "/audit", "pack", PERIOD | {"last": "9999-12-31"})

    assert far.status_code == 422
    assert answer.status_code == 422
    assert "The last day comes before the first." in answer.text
    assert 'value="2026-05-03"' in answer.text


async def test_a_second_click_begins_no_second_job(team: Team) -> None:
    form = "ab" * 16
    async with team.at_desk("manager") as desk:
        first = await sent(desk, "/audit", "audit", PERIOD | {"keep": "yes"}, form)
        second = await sent(desk, "/audit", "audit", PERIOD | {"keep": "yes"}, form)
        await waited(desk, first)
        runs = re.findall(r'href="/audit/runs/(R\d+)"', (await desk.get("/audit")).text)

    assert first.headers["location"] == second.headers["location"]
    assert set(runs) == {"R0001"}


async def test_a_kept_result_says_what_it_said(team: Team) -> None:
    run = _kept(team)
    async with team.at_desk("viewer") as desk:
        page = (await desk.get(f"/audit/runs/{run}")).text

    assert "No, not everywhere: one thing was found by one test" in page
    assert "written to after payment &lt;script&gt;" in page
    assert HOSTILE not in page


async def test_a_finding_is_explained_by_one_and_accepted_by_another(
    team: Team, finding: str
) -> None:
    async with team.at_desk("senior") as desk:
        await sent(desk, finding, "explain", {"note": "the bank file came late <b>"})
        own = await sent(desk, finding, "accept", {})
    async with team.at_desk("manager") as desk:
        await sent(desk, finding, "accept", {"note": "agreed"})
        page = (await desk.get(finding)).text
    with team.books.wiring.ledger.reading() as books:
        kinds = [type(one) for one in finding_facts(books, FINDING)]

    assert own.status_code == 422
    assert "somebody else has to accept it" in own.text
    assert FindingAcceptanceRefused in kinds
    assert "the bank file came late &lt;b&gt;" in page
    assert ">accepted</span>" in page


async def test_a_finding_gets_another_owner_and_day(team: Team, finding: str) -> None:
    async with team.at_desk("manager") as desk:
        wrong = await sent(desk, finding, "assign", {"owner": "auditor", "due": ""})
        await sent(desk, finding, "assign", {"owner": "senior", "due": "2026-06-30"})
        listed = (await desk.get("/audit/findings?owner=senior")).text

    assert wrong.status_code == 422
    assert "Choose one of these." in wrong.text
    assert "30 Jun 2026" in listed


async def test_who_may_not_work_on_findings_is_refused(team: Team, finding: str) -> None:
    for role in ("viewer", "associate", "controller", "auditor", "administrator"):
        async with team.at_desk(role) as desk:
            page = (await desk.get(finding)).text
            form = {"form": role.encode().hex()[:8] * 4, "do": "explain", "note": "x"}
            answer = await desk.post(f"{finding}/do/explain", data=form)

        assert "do-explain" not in page, role
        assert answer.status_code == 403, role
        assert [one.right for one in team.refused(role)] == ["work_findings"], role


@pytest.mark.usefixtures("finding")
async def test_the_list_is_taken_away_with_its_filters(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        answer = await desk.get("/audit/findings/file.csv?test=A09&state=open")
        other = await desk.get("/audit/findings/file.xlsx")
        none = await desk.get("/audit/findings/file.exe")
    with ZipFile(BytesIO(answer.content)) as held:
        files = {name: held.read(name).decode("utf-8-sig") for name in held.namelist()}
    control = next(text for name, text in files.items() if "control" in name)
    table = next(text for name, text in files.items() if "control" not in name)

    assert [row["finding"] for row in csv.DictReader(StringIO(table))] == [FINDING]
    assert {"filter test,A09", "filter state,open", "user,auditor"} <= set(control.split("\r\n"))
    assert other.content.startswith(b"PK")
    assert none.status_code == 404


async def test_filters_choose_findings(team: Team, finding: str) -> None:
    async with team.at_desk("viewer") as desk:
        there = (await desk.get("/audit/findings?test=A09")).text
        elsewhere = (await desk.get("/audit/findings?test=A10")).text
        closed = (await desk.get("/audit/findings?state=accepted")).text

    assert finding in there
    assert finding not in elsewhere
    assert finding not in closed


async def test_why_is_answered_on_the_invoice_and_on_a_page_of_its_own(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        here = (await desk.get("/invoices/INV-1?on=2026-04-05")).text
        page = (await desk.get("/why?invoice=INV-1&on=2026-04-05")).text
        unknown = await desk.get("/why?invoice=%3Cscript%3E")
        far = await desk.get("/why?invoice=INV-1&on=9999-12-31")
        broken = await desk.get("/invoices/INV-1?on=soon")

    assert "Nothing was sent" in here
    assert "Nothing was sent" in page
    assert page.count("/why?invoice=INV-1&amp;on=2026-04-0") >= 7
    assert unknown.status_code == 404
    assert "&lt;script&gt;" in unknown.text
    assert (far.status_code, broken.status_code) == (404, 400)


async def test_the_evidence_pack_is_made_and_taken_away(team: Team) -> None:
    async with team.at_desk("auditor") as desk:
        shown = await waited(desk, await sent(desk, "/audit", "pack", PERIOD))
        place = re.search(r'href="(/audit/packs/\w+)"', shown.text)
        assert place, "the page leads to the pack"
        pack = await desk.get(place.group(1))
    with ZipFile(BytesIO(pack.content)) as held:
        names = held.namelist()

    assert "summary.pdf" in names
    assert "evidence-2026-03-01-2026-05-03.zip" in pack.headers["content-disposition"]
