from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from zipfile import ZipFile

import pytest
from httpx import AsyncClient, Response

from console.reading.document_lines import line_of
from console.reading.uploaded_files import files_of_upload
from dunning.may import NotAllowed
from tests.console.team import HIDDEN, Team, sent, waited

STANDARD = "/policies/versions/1/document?path=policies/standard_b2b.toml"
SUBJECT = "/policies/versions/1/document?path=letters/reminder/en/subject.txt"
UPLOAD = "/policies/do/upload"


async def edited(
    desk: AsyncClient, page: str, change: Callable[[str], str], note: str = "ask sooner"
) -> Response:
    """Change the text of a document and send it, as a browser would."""
    shown = (await desk.get(page)).text
    found = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', shown, re.DOTALL)
    assert found, "the document can be edited"
    main = shown[shown.index("<main") :]
    hidden = {name: unescape(value) for name, value in HIDDEN.findall(main)}
    text = change(unescape(found.group(1)))
    return await desk.post(page, data=hidden | {"text": text, "note": note})


def _sooner(text: str) -> str:
    return text.replace("day = 3\n", "day = 1\n").replace("version = 1\n", "version = 2\n")


def _misspelt(text: str) -> str:
    return _sooner(text).replace('letter = "reminder"', 'letter = "remindr"')


def _zip(**files: str) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return held.getvalue()


async def test_a_change_goes_from_the_draft_into_force_by_two_people(team: Team) -> None:
    version = "/policies/versions/2"
    async with team.at_desk("senior") as desk:
        await edited(desk, STANDARD, _sooner)
        simulated = await waited(desk, await sent(desk, version, "simulate", {}))
    async with team.at_desk("manager") as desk:
        await sent(desk, version, "approve", {})
        far = await sent(desk, version, "activate", {"start": "9999-12-31", "first_wave": "2"})
        await sent(desk, version, "activate", {"start": "", "first_wave": "2"})
        page = (await desk.get(version)).text

    assert "step 2 (reminder) moves from day +3 to day +1" in simulated.text
    assert re.search(r"\d+ messages in 14 days instead of \d+", simulated.text)
    assert far.status_code == 422
    assert ">scheduled</span>" in page


async def test_a_mistake_is_said_beside_its_line_and_the_text_is_kept(team: Team) -> None:
    async with team.at_desk("senior") as desk:
        letter = await edited(desk, STANDARD, _misspelt)
        broken = await edited(
            desk, STANDARD, lambda text: text.replace("version = 1\n", "version = = 2\n")
        )
        number = await edited(desk, STANDARD, lambda text: text.replace("day = 3\n", "day = 1\n"))
        versions = (await desk.get("/policies")).text

    text = unescape(letter.text)
    line = text[text.index("<textarea") :].split("\n").index('letter = "remindr"')
    assert {one.status_code for one in (letter, broken, number)} == {422}
    assert f'<a href="#line-{line}">Line {line}</a>' in letter.text
    assert "← is not valid TOML" in broken.text
    assert "← Raise the version number of what changed" in number.text
    assert "/policies/versions/2" not in versions


async def test_a_letter_that_cannot_be_written_is_refused(team: Team) -> None:
    async with team.at_desk("senior") as desk:
        answer = await edited(desk, SUBJECT, lambda _: "{{ nobody_gives_this }}\n")

    assert answer.status_code == 422
    assert "nobody_gives_this" in answer.text


async def test_who_may_not_draft_is_offered_nothing_and_refused(team: Team) -> None:
    for role in ("viewer", "associate", "manager", "auditor", "administrator"):
        async with team.at_desk(role) as desk:
            page = (await desk.get(STANDARD)).text
            form = role.encode().hex()[:8] * 4
            data = {"form": form, "do": "document", "text": "x", "note": "y"}
            answer = await desk.post(STANDARD, data=data)

        assert "<textarea" not in page, role
        assert answer.status_code == 403, role
        assert [one.right for one in team.refused(role)] == ["draft_policy"], role


async def test_the_documents_are_taken_away_and_brought_back_changed(team: Team) -> None:
    async with team.at_desk("senior") as desk:
        taken = await desk.get("/policies/versions/1/files.zip")
        with ZipFile(BytesIO(taken.content)) as held:
            text = held.read("policies/standard_b2b.toml").decode()
            rest = {
                name: held.read(name).decode() for name in held.namelist() if "policies/" in name
            }
        changed = _zip(**(rest | {"policies/standard_b2b.toml": _sooner(text)}))
        form = {"form": "cd" * 16, "do": "upload", "note": "by file"}
        answer = await desk.post(UPLOAD, data=form, files={"file": ("x.zip", changed)})
        page = (await desk.get("/policies/versions/2")).text

    assert answer.status_code == 303
    assert "moves from day +3 to day +1" in page


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"name = 1",
        b"PK\x03\x04 broken",
        _zip(**{"../policies/x.toml": "x"}),
        _zip(**{"/policies/x.toml": "x"}),
        _zip(**{"policies/../../x.toml": "x"}),
        _zip(**{"elsewhere/x.toml": "x"}),
        _zip(**{"policies/.hidden": "x"}),
        _zip(**{"letters/big.txt": "x" * 2_000_000}),
    ],
)
async def test_an_upload_that_is_no_draft_is_refused(content: bytes) -> None:
    with pytest.raises(NotAllowed):
        files_of_upload(content, {})


async def test_who_goes_back_says_why(team: Team) -> None:
    async with team.at_desk("manager") as desk:
        form = {"form": "ef" * 16, "do": "rollback", "to": "1", "reason": ""}
        silent = await desk.post("/policies/do/rollback", data=form)
        nothing = await desk.post("/policies/do/rollback", data=form | {"reason": "worse"})

    assert silent.status_code == nothing.status_code == 422
    assert "there is nothing to go back to" in nothing.text


async def test_a_letter_is_previewed_in_a_frame_that_runs_nothing(team: Team) -> None:
    async with team.at_desk("viewer") as desk:
        listed = (await desk.get("/letters")).text
        page = (await desk.get("/letters/reminder/de")).text
        frame = await desk.get("/letters/reminder/de/letter")
        unknown = await desk.get("/letters/reminder/xx")
        odd = await desk.get("/letters/reminder/de?case=nothing")

    assert "/letters/reminder/de?version=1" in listed
    assert 'sandbox="" title=' in page
    assert "frame-ancestors 'self'; sandbox" in frame.headers["content-security-policy"]
    assert (unknown.status_code, odd.status_code) == (404, 404)


async def test_an_experiment_is_started_reported_and_stopped(team: Team) -> None:
    terms = (
        'name = "sooner"\npolicy = "standard_b2b"\nstep = "reminder"\nstarts = 2026-05-05\n'
        'ends = 2026-08-01\n\n[[arm]]\nname = "early"\nshare = 40\nday = 2\n'
    )
    async with team.at_desk("manager") as desk:
        wrong = await sent(desk, "/experiments", "start", {"terms": terms.replace("40", "95")})
        await sent(desk, "/experiments", "start", {"terms": terms})
        report = await waited(desk, await sent(desk, "/experiments/sooner", "report", {}))
    async with team.at_desk("senior") as desk:
        await sent(desk, "/experiments/sooner", "stop", {"reason": "enough"})
        page = (await desk.get("/experiments/sooner")).text

    assert wrong.status_code == 422
    assert "nothing can be told yet" in report.text
    assert ">stopped</span>" in page


@pytest.mark.parametrize(
    ("key", "line"),
    [("version", 1), ("caps.email", 3), ("step[2].letter", 8), ("step[2].what", 6), ("x.y", 0)],
)
def test_a_key_is_found_in_its_line(key: str, line: int) -> None:
    text = (
        'version = 1\n[caps]\nemail = []\n[[step]]\nletter = "a"\n[[step]]\nday = 1\nletter = "b"\n'
    )

    assert line_of(text, key, "") == line


@pytest.mark.parametrize(("role", "may"), [("viewer", False), ("senior", True), ("manager", True)])
async def test_only_who_may_withdraw_a_version_is_asked_why(
    team: Team,
    role: str,
    may: bool,  # noqa: FBT001 - what the table says
) -> None:
    async with team.at_desk("senior") as desk:
        await edited(desk, STANDARD, _sooner)
    async with team.at_desk(role) as desk:
        page = await desk.get("/policies/versions/2?do=withdraw")

    assert page.status_code == 200
    assert ('<dialog id="do-withdraw"' in page.text) is may
