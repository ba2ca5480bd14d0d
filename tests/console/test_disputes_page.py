"""Disputes at the desk: the clock, the files kept with them, credits and their approval."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response

from console.desk import Desk, Parts
from settings import Settings
from tests.console.small_ledger import RIGHT_TO_LEFT
from tests.console.team import HIDDEN, Team, sent

PAGE = "/disputes/INV-4%2F1"
PDF = b"%PDF-1.7\nits delivery note"


@pytest.fixture
def keeping(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    """A desk that keeps files."""
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]  # Pydantic's own.

    def with_settings(parts: Parts, *rest: Any, **named: Any) -> Desk:  # noqa: ANN401 - as Desk itself
        return Desk(replace(parts, settings=settings), *rest, **named)

    monkeypatch.setattr("console.app.Desk", with_settings)
    return team


async def upload(desk: AsyncClient, name: str, content: bytes, form: str = "ab" * 16) -> Response:
    """Send a file as the dialog does."""
    shown = (await desk.get(PAGE)).text
    hidden = dict(HIDDEN.findall(shown.partition('id="do-evidence"')[2].partition("</form>")[0]))
    fields = hidden | {"form": form, "do": "evidence", "note": "<b>signed</b>"}
    return await desk.post(f"{PAGE}/do/evidence", data=fields, files={"file": (name, content)})


async def test_disputes_are_listed_with_their_clock(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        page = (await desk.get("/disputes")).text
        other = (await desk.get("/disputes?reason=price")).text
        resolved = (await desk.get("/disputes?state=resolved")).text

    assert PAGE in page
    assert "The owner is reminded" in page
    assert RIGHT_TO_LEFT in page
    assert PAGE not in other
    assert PAGE not in resolved


async def test_a_file_is_kept_and_given_back_only_to_be_saved(keeping: Team) -> None:
    async with keeping.at_desk("associate") as desk:
        answer = await upload(desk, "../../etc/Lieferschein.pdf", PDF)
        page = (await desk.get(PAGE)).text
        link = page.partition(f'href="{PAGE}/evidence/')[2].partition('"')[0]
        file = await desk.get(f"{PAGE}/evidence/{link}")
        foreign = await desk.get(f"/disputes/INV-1%2F1/evidence/{link}")

    assert answer.status_code == 303
    assert "<bdi>Lieferschein.pdf</bdi>" in page
    assert "&lt;b&gt;signed&lt;/b&gt;" in page
    assert file.content == PDF
    assert file.headers["content-disposition"].startswith('attachment; filename="evidence-')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("note.pdf", b"<html><script>alert(1)</script>", "This kind of file is not kept"),
        ("photo.png", b"MZ\x90\x00\x03", "This kind of file is not kept"),
        ("empty.pdf", b"", "empty.pdf is empty"),
        ("big.pdf", PDF + bytes(25 * 1024 * 1024), "more than 25 MB"),
        ("", b"", "Choose a file"),
    ],
    ids=["page", "program", "empty", "too big", "none"],
)
async def test_other_files_are_refused(keeping: Team, name: str, content: bytes, said: str) -> None:
    async with keeping.at_desk("associate") as desk:
        answer = await upload(desk, name, content)
        page = (await desk.get(PAGE)).text

    assert answer.status_code == 422
    assert said in answer.text
    assert "No file is kept with it." in page


async def test_a_credit_is_approved_by_somebody_else(team: Team) -> None:
    fields = {"amount": "", "role": "associate", "note": "goods were wet"}
    async with team.at_desk("senior") as mine, team.at_desk("controller") as other:
        team.acting("senior").dispute("INV-1", "damage")
        page = "/disputes/INV-1%2F1"
        await sent(mine, page, "credit", fields)
        own = (await mine.get(page)).text
        forced = {"form": "cd" * 16, "do": "decide", "decision": "approve", "role": "ar_lead"}
        refused = await mine.post(f"{page}/do/decide", data=forced)
        chosen = {"decision": "approve", "role": "controller"}
        answer = await sent(other, page, "decide", chosen)
        after = (await other.get(page)).text

    assert "You proposed the credit: a colleague has to decide." in own
    assert 'id="do-decide"' not in own
    assert refused.status_code == 422
    assert answer.status_code == 303
    assert "Credit approved" in after
    assert "1,250.00 EUR" in after


async def test_the_customers_time_does_not_count_against_the_owner(team: Team) -> None:
    async with team.at_desk("associate") as desk:
        await sent(desk, PAGE, "wait", {"note": "asked for a photograph"})
        page = (await desk.get(PAGE)).text
        waiting = (await desk.get("/disputes?state=customer")).text

    assert "asked for a photograph" in page
    assert "Goes back to its owner" in page
    assert PAGE in waiting


async def test_a_dispute_is_resolved_once(team: Team) -> None:
    ended = {"outcome": "upheld", "role": "associate", "note": "the goods were right"}
    async with team.at_desk("associate") as desk:
        split = await sent(desk, PAGE, "resolve", ended | {"outcome": "split"})
        answer = await sent(desk, PAGE, "resolve", ended)
        page = (await desk.get(PAGE)).text

    assert split.status_code == 422
    assert "Say how much is credited." in split.text
    assert ">the goods were right</textarea>" in split.text
    assert answer.status_code == 303
    assert "Upheld" in page
    assert 'id="do-resolve"' not in page


async def test_who_only_reads_is_offered_nothing_and_refused(team: Team) -> None:
    form = {"form": "ab" * 16, "do": "acknowledge"}
    async with team.at_desk("auditor") as desk:
        page = (await desk.get(PAGE)).text
        answer = await desk.post(f"{PAGE}/do/acknowledge", data=form)

    assert '<dialog id="do-' not in page
    assert answer.status_code == 403
    assert team.refused("auditor")
