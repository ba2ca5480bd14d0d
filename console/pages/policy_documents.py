"""The documents of a version: read one, edit it as a draft, take all of them, bring them back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Annotated
from urllib.parse import quote
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from activities.policy_content import MOST_BYTES, Files
from console.desk import Desk, TheDesk
from console.once import acted_once
from console.pages.policies import PAGE, actions_of, list_page_of, version_page, versions_of
from console.reading.document_lines import notes_of, notes_of_sentence
from console.reading.uploaded_files import MOST_UPLOADED, files_of_upload
from console.table_file import download
from console.typed import TheForm, Typed
from dunning.may import NotAllowed
from dunning.policy_problems import InvalidPolicy, Problem

router = APIRouter(prefix=PAGE)
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_DRAFTED = "The draft is kept. It is not in force: simulate it, and a colleague approves it."


async def uploaded(request: Request) -> bytes:
    """The file of a form; empty when none was chosen."""
    form = await request.form()
    found = form.get("file")
    if not isinstance(found, UploadFile):
        return b""
    content = await found.read(MOST_UPLOADED + 1)
    await found.close()
    return content


TheUpload = Annotated[bytes, Depends(uploaded)]


@router.get("/versions/{version}/files.zip")
def files(desk: TheDesk, version: int) -> Response:
    """Every file of a version, to read or to draft the next one from."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as packed:
        for path, content in sorted(versions_of(desk).files(version).items()):
            packed.writestr(ZipInfo(path, _EARLIEST), content, ZIP_DEFLATED)
    return download(held.getvalue(), f"policies-version-{version}.zip", "application/zip")


@router.get("/versions/{version}/document")
def document(desk: TheDesk, version: int, path: str = "") -> Response:
    """One document of a version, to read or to edit."""
    return _document(desk, version, path, Typed(), {}, 200)


@router.post("/versions/{version}/document")
def edited(desk: TheDesk, typed: TheForm, version: int, path: str = "") -> Response:
    """Keep the edited document, with everything else as it was, as a draft."""
    text = typed.values.get("text", "").replace("\r\n", "\n")
    problems: list[Problem] = []

    def work() -> str:
        note = typed.text("note", required=True)
        if len(text.encode()) > MOST_BYTES or "\0" in text:
            typed.problems["text"] = "This is too long, or holds a character that cannot be kept."
        typed.check()
        before = _files(desk, version, path)
        _drafted(desk, {**before, path: text.encode()}, note, problems.extend)
        return _DRAFTED

    def again(shown: Typed, status: int) -> Response:
        sentence = shown.sentence
        notes = notes_of(text, path, problems) if problems else notes_of_sentence(text, sentence)
        # What is missing in another field is said there.
        return _document(desk, version, path, shown, {} if shown.problems else notes, status)

    return acted_once(desk, typed, work, PAGE, again)


@router.post("/do/upload")
def upload(desk: TheDesk, typed: TheForm, content: TheUpload) -> Response:
    """A draft from a ZIP of documents, or from one policy."""

    def work() -> str:
        note = typed.text("note", required=True)
        if not content:
            typed.problems["file"] = "Choose a file."
        typed.check()
        versions = versions_of(desk)
        before = versions.files(versions.in_force(desk.now()).version)
        _drafted(desk, files_of_upload(content, before), note, lambda _: None)
        return _DRAFTED

    def again(shown: Typed, status: int) -> Response:
        return list_page_of(desk, shown, status)

    return acted_once(desk, typed, work, PAGE, again)


def document_page(version: int, path: str) -> str:
    """The address of a document of a version."""
    return f"{version_page(version)}/document?path={quote(path, safe='')}"


def _drafted(
    desk: Desk, files: Files, note: str, told: Callable[[tuple[Problem, ...]], None]
) -> None:
    try:
        actions_of(desk).draft(files, note)
    except InvalidPolicy as invalid:
        told(invalid.problems)
        raise NotAllowed(" ".join(f"{one}." for one in invalid.problems[:5])) from None


def _files(desk: Desk, version: int, path: str) -> Files:
    found = versions_of(desk).files(version)
    if path not in found:
        raise NotAllowed(f"Version {version} has no document {path}.")
    return found


def _document(
    desk: Desk, version: int, path: str, typed: Typed, notes: dict[int, list[str]], status: int
) -> Response:
    kept = _files(desk, version, path)[path].decode(errors="replace")
    text = typed.values.get("text", kept).replace("\r\n", "\n")
    values = {"version": version, "path": path, "text": text, "notes": notes}
    return desk.page("policy_document.html", status, typed=typed, **values)
