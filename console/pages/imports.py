"""Imports: what came in with its control totals, uploading files, and mending refused rows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.datastructures import UploadFile

from commands.authority import demand
from commands.imports.imports import KINDS
from commands.imports.mending import ImportActions, may_be_mended
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.jobs import Job
from console.once import acted_once
from console.pages.jobs import job_page
from console.reading.import_tables import rejects_table, runs_table
from console.reading.imports import (
    refused_page,
    run_of,
    run_page,
    totals_of,
    waiting_rejects,
)
from console.reading.paging import Place
from console.table_file import FORMATS, table_file
from console.typed import FORM, TheForm, Typed
from console.uploads import Uploads
from dunning.may import NotAllowed
from intake.mapping import shipped_names
from ledger.imports import statements_of_import

router = APIRouter(prefix="/imports")
_PAGE = "/imports"
_ROW = re.compile("[0-9]{1,9}")
_LOOK, _TAKE = "import-look", "import-take"


async def file_of(request: Request) -> AsyncIterator[UploadFile | None]:
    """The file of a form, where it has one; it is closed when the page is made."""
    found = (await request.form()).get("file")
    upload = found if isinstance(found, UploadFile) else None
    yield upload
    if upload is not None:
        await upload.close()


# Numbers of imports, as far as databases count.
Run = Annotated[int, Path(le=2**62)]
TheFile = Annotated[UploadFile | None, Depends(file_of)]


@router.get("")
def imports(
    desk: TheDesk, kind: str = "", file: str = "", after: str = "", before: str = ""
) -> Response:
    """What came in, the latest first, with what is left to mend."""
    kind = kind if kind in KINDS else ""
    if file in FORMATS:
        with desk.parts.ledger.reading() as books:
            return table_file(desk, runs_table(books, kind, desk.today), "imports", file)
    return _page(desk, kind, Place(after, before))


@router.post("/look")
def look(desk: TheDesk, typed: TheForm, upload: TheFile) -> Response:
    """Keep an uploaded file, read and check it, and show what would come in."""

    def work() -> str:
        kind = typed.choice("kind", KINDS)
        mapping = typed.values.get("mapping", "")
        typed.check()
        actions = _acting(desk, "look")
        if upload is None or not upload.filename:
            raise NotAllowed("Choose a file that is not empty.")
        uploads = _uploads(desk)
        kept = uploads.keep(upload.filename, upload.file)

        def looked(job: Job) -> str:
            with uploads.opened(kept) as file:
                report = actions.look(kind, file, mapping)
            job.keep({**report, "upload": kept, "map": mapping}, dict[str, Any])
            return f"{_PAGE}/looked/{job.job}"

        desk.jobs.start(desk.job(typed.form, _LOOK, "Reading the file"), looked)
        return ""

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, "", Place(), shown, status)

    return acted_once(desk, typed, work, job_page(typed.values.get(FORM, "")), again)


@router.get("/looked/{job}")
def looked(desk: TheDesk, job: str) -> Response:
    """What a file would bring, before it is taken in."""
    return _looked(desk, job)


@router.post("/take")
def take(desk: TheDesk, typed: TheForm) -> Response:
    """Take in a file that was looked at."""
    seen = typed.values.get("looked", "")

    def work() -> str:
        actions, uploads = _acting(desk, "take_in"), _uploads(desk)
        found = _seen(desk, seen)
        uploads.check(found["upload"])

        def taken(_: Job) -> str:
            with uploads.opened(found["upload"]) as file:
                report = actions.take_in(found["kind"], file, found["map"])
            uploads.forget(found["upload"])
            return f"{_PAGE}/{report['import']}"

        back = f"{_PAGE}/looked/{seen}"
        desk.jobs.start(desk.job(typed.form, _TAKE, "Taking in the file", back=back), taken)
        return ""

    def again(shown: Typed, status: int) -> Response:
        return _looked(desk, seen, shown, status)

    return acted_once(desk, typed, work, job_page(typed.values.get(FORM, "")), again)


@router.get("/{run:int}")
def one_import(desk: TheDesk, run: Run, after: str = "", file: str = "") -> Response:
    """One import: its control totals, and the rows it refused, to be mended here."""
    if file in FORMATS:
        with desk.parts.ledger.reading() as books:
            table = rejects_table(books, run, desk.today)
            return table_file(desk, table, f"refused-rows-{run}", file)
    return _run_page(desk, run, after)


@router.post("/{run:int}/replay")
def replay(desk: TheDesk, typed: TheForm, run: Run) -> Response:
    """Take in the rows that are ticked, as they were mended."""

    def work() -> str:
        chosen = [int(one) for one in typed.lists.get("row", ()) if _ROW.fullmatch(one)]
        if not chosen:
            raise NotAllowed("Tick the rows that you have mended.")
        mended = {one: typed.lists.get(f"cell{one}", ()) for one in chosen}
        report = desk.acting(ImportActions).replay(run, mended)
        return desk.words(
            "{taken} of {rows} mended rows were taken in; {refused} were refused again.",
            taken=report["accepted"] + report["updated"] + report["unchanged"],
            rows=report["rows"],
            refused=len(report["rejected"]),
        )

    def again(shown: Typed, status: int) -> Response:
        return _run_page(desk, run, typed.values.get("after", ""), shown, status)

    return acted_once(desk, typed, work, f"{_PAGE}/{run}", again)


def _page(
    desk: Desk, kind: str, place: Place, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        page = run_page(books.connection, kind, place)
        waiting = waiting_rejects(books.connection, [row.id for row in page.rows])

    def link(**changes: str) -> str:
        return list_page(_PAGE, **({"kind": kind} | changes))

    return desk.page(
        "imports.html",
        status,
        typed=typed,
        page=page,
        waiting=waiting,
        totals_of=totals_of,
        kind=kind,
        kinds=tuple(KINDS),
        mappings=shipped_names(),
        link=link,
    )


def _looked(desk: Desk, job: str, typed: Typed | None = None, status: int = 200) -> Response:
    report = _seen(desk, job)
    return desk.page("import_looked.html", status, typed=typed, report=report, job=job)


def _run_page(
    desk: Desk, run: int, after: str, typed: Typed | None = None, status: int = 200
) -> Response:
    with desk.parts.ledger.reading() as books:
        found = run_of(books.connection, run)
        if found is None:
            raise NotAllowed(f"There is no import {run}.")
        refused = refused_page(books.connection, run, after)
        statements = statements_of_import(books.connection, run)

    def link(**changes: str) -> str:
        return list_page(f"{_PAGE}/{run}", **changes)

    return desk.page(
        "import.html",
        status,
        typed=typed,
        run=found,
        totals=totals_of(found),
        refused=refused,
        statements=statements,
        mendable=may_be_mended(found.mapping),
        after=after,
        link=link,
    )


def _acting(desk: Desk, action: str) -> ImportActions:
    """The person's actions; who may not take in files is refused before one is kept or read."""
    actions = desk.acting(ImportActions)
    name = f"ImportActions.{action}"
    demand(actions.ledger, actions.by, "import_files", name, "", actions.now)
    return actions


def _seen(desk: Desk, job: str) -> dict[str, Any]:
    """What looking at a file found. Raises NotAllowed when it is not known any more."""
    return desk.jobs.outcome(job, desk.visit.by, _LOOK, dict[str, Any])


def _uploads(desk: Desk) -> Uploads:
    return Uploads(desk.parts.ledger, desk.visit.by, desk.now())
