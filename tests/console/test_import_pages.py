from __future__ import annotations

import asyncio
import re
from html import unescape
from pathlib import Path

import pytest
from httpx import AsyncClient, Response

from commands.imports.imports import import_into
from tests.console.small_ledger import NOW
from tests.console.team import HIDDEN, Team
from tests.intake.bank.written import balance, camt, entry

HEAD = "invoice,customer,currency,amount,issue_date,due_date"
GOOD = "NEW-1,C-1,EUR,10.00,2026-04-01,2026-05-01"
BAD = "NEW-2,C-1,EUR,<script>,2026-04-01,2026-05-01"


def _form(page: str, action: str) -> dict[str, str]:
    found = re.search(rf'<form[^>]* action="{action}".*?</form>', page, re.DOTALL)
    assert found, f"a form goes to {action}"
    return {name: unescape(value) for name, value in HIDDEN.findall(found.group())}


async def _uploaded(desk: AsyncClient, content: str, name: str = "invoices.csv") -> Response:
    """Upload a file and wait for what it would bring."""
    fields = _form((await desk.get("/imports")).text, "/imports/look") | {"kind": "invoices"}
    file = {"file": (name, content.encode())}
    answer = await desk.post("/imports/look", data=fields, files=file)
    return await _waited(desk, answer)


async def _waited(desk: AsyncClient, answer: Response) -> Response:
    """Follow a job to its outcome."""
    place = answer.headers.get("location", "")
    for _ in range(500):
        if not place.startswith("/jobs/"):
            break
        answer = await desk.get(place)
        place = answer.headers.get("location", place if answer.status_code == 200 else "")
        if 'role="alert"' in answer.text:
            return answer
        await asyncio.sleep(0.02)
    return await desk.get(place) if place else answer


async def test_a_file_is_looked_at_taken_in_and_its_refused_rows_are_mended(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        looked = (await _uploaded(desk, f"{HEAD}\n{GOOD}\n{BAD}\n")).text
        before = (await desk.get("/invoices/NEW-1")).status_code
        answer = await desk.post("/imports/take", data=_form(looked, "/imports/take"))
        taken = await _waited(desk, answer)
        run = int(taken.url.path.rpartition("/")[2])
        hidden = _form(taken.text, f"/imports/{run}/replay")
        row = re.search(r'name="row" value="(\d+)"', taken.text)
        assert row, "a row waits to be mended"
        cells = BAD.replace("<script>", "33.00").split(",")
        mending = hidden | {"row": row.group(1), f"cell{row.group(1)}": cells}
        done = await desk.post(f"/imports/{run}/replay", data=mending)
        page = (await desk.get(done.headers["location"])).text
        again = await desk.post(f"/imports/{run}/replay", data=mending | {"form": "d" * 32})

    assert before == 404
    assert "<strong>10.00 EUR</strong> in all" in looked
    assert "&lt;script&gt; is not an amount" in looked
    assert "<strong>1</strong> refused" in taken.text
    assert "Nothing is left to mend." in page
    assert "1 of 1 mended rows were taken in; 0 were refused again." in page
    assert again.status_code == 422
    with team.books.wiring.ledger.reading() as books:
        assert str(books.case("NEW-2").amount.major) == "33.00"


async def test_rows_that_nobody_was_shown_are_no_rows(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        looked = (await _uploaded(desk, f"{HEAD}\n{BAD}\n")).text
        answer = await desk.post("/imports/take", data=_form(looked, "/imports/take"))
        run = int((await _waited(desk, answer)).url.path.rpartition("/")[2])
        ticked = {"form": "e" * 32, "row": ["9" * 400, "-1", "x", "\u0661"]}
        refused = await desk.post(f"/imports/{run}/replay", data=ticked)

    assert refused.status_code == 422
    assert "Tick the rows that you have mended." in refused.text


async def test_a_row_that_is_refused_again_waits_with_the_new_import(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        looked = (await _uploaded(desk, f"{HEAD}\n{BAD}\n")).text
        answer = await desk.post("/imports/take", data=_form(looked, "/imports/take"))
        taken = await _waited(desk, answer)
        run = int(taken.url.path.rpartition("/")[2])
        row = re.search(r'name="row" value="(\d+)"', taken.text)
        assert row, "a row waits to be mended"
        mending = _form(taken.text, f"/imports/{run}/replay") | {"row": row.group(1)}
        await desk.post(
            f"/imports/{run}/replay", data=mending | {f"cell{row.group(1)}": BAD.split(",")}
        )
        old = (await desk.get(f"/imports/{run}")).text
        new = (await desk.get(f"/imports/{run + 1}")).text

    assert "Nothing is left to mend." in old
    assert "is not an amount" in new


async def test_a_file_that_cannot_be_read_is_said_plainly(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        answer = await _uploaded(desk, "%PDF-1.7 nothing", "../../etc/<passwd>.csv")
        fields = _form((await desk.get("/imports")).text, "/imports/look") | {"kind": "gold"}
        unknown = await desk.post("/imports/look", data=fields, files={"file": ("a", b"x")})

    assert 'role="alert"' in answer.text
    assert "It could not be done" not in answer.text
    assert unknown.status_code == 422
    assert "Choose one of these." in unknown.text


@pytest.mark.parametrize("role", ["viewer", "auditor", "manager", "controller", "administrator"])
async def test_who_may_not_take_in_files_is_refused_before_anything_is_read(
    team: Team, role: str
) -> None:
    async with team.at_desk(role) as desk:
        page = (await desk.get("/imports")).text
        fields = {"form": "e" * 32, "do": "look", "kind": "invoices"}
        file = {"file": ("a.csv", HEAD.encode())}
        answer = await desk.post("/imports/look", data=fields, files=file)

    assert 'action="/imports/look"' not in page
    assert answer.status_code == 403
    assert [one.right for one in team.refused(role)] == ["import_files"]


async def test_an_import_shows_its_bank_statements_and_where_a_balance_jumps(
    team: Team, tmp_path: Path
) -> None:
    wiring, runs = team.books.wiring, list[int]()
    for name, opening, closing in (("S-1", "0.00", "5.00"), ("S-9", "70.00", "75.00")):
        balances = balance("OPBD", opening) + balance("CLBD", closing)
        file = tmp_path / f"{name}.xml"
        file.write_text(camt(entry("5.00", reference=name), balances=balances, name=name))
        report = import_into(wiring, "payments", file, None, "import", NOW, dry_run=False)
        runs.append(report["import"])
    async with team.at_desk("associate") as desk:
        first, second = [(await desk.get(f"/imports/{run}")).text for run in runs]

    asked = "The one before it ended with 5.00 EUR: is a statement missing between them?"
    assert "Bank statements" in first
    assert asked not in first
    assert asked in second
    assert "70.00 EUR" in second
