"""Disputes: whose they are, since when, what their clock says, and the files kept with them."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

from commands.cases.evidence_kinds import kind_of
from commands.disputes.actions import OWNERS
from commands.reports.table import Column
from console.addresses import list_page
from console.desk import Desk, TheDesk
from console.list_files import list_file
from console.reading import disputes as reading
from console.reading.disputes import STATES, DisputeFilter
from console.reading.paging import Place
from console.table_file import download
from console.typed import Typed
from dunning.dispute import OUTCOMES, REASONS
from dunning.may import NotAllowed
from dunning.money import Money
from dunning.proposal import same_person

router = APIRouter(prefix="/disputes")
_PAGE = "/disputes"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ENDINGS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    "application/zip": "zip",
    "text/plain": "txt",
}
_COLUMNS = (
    Column("dispute"),
    Column("invoice"),
    Column("customer"),
    Column("name"),
    Column("reason"),
    Column("owner"),
    Column("waiting_on"),
    Column("currency"),
    Column("amount", "amount"),
    Column("held", "amount"),
    Column("opened_at"),
    Column("outcome"),
)


@router.get("")
def disputes(
    desk: TheDesk,
    state: str = "open",
    owner: str = "",
    reason: str = "",
    q: str = "",
    after: str = "",
    before: str = "",
) -> Response:
    """Disputes, the oldest first."""
    which = _chosen(state, owner, reason, q)
    parts = desk.parts
    with parts.ledger.reading() as books:
        page = reading.dispute_page(books.connection, which, Place(after, before))
        counts = reading.dispute_counts(books.connection, which)
        owners = reading.owners_of_disputes(books.connection)
        clocks = reading.clocks(books, parts.planner, page.rows, desk.now())

    def link(**changes: str) -> str:
        return list_page(_PAGE, **(asdict(which) | changes))

    values: dict[str, Any] = {"which": which, "page": page, "counts": counts, "clocks": clocks}
    values |= {"owners": owners}
    values |= {"link": link, "states": STATES, "reasons": REASONS, "filters": asdict(which)}
    return desk.page("disputes.html", **values)


@router.get("/file.{form}")
def file(
    desk: TheDesk, form: str, state: str = "open", owner: str = "", reason: str = "", q: str = ""
) -> Response:
    """The list as a file."""
    which = _chosen(state, owner, reason, q)
    with desk.parts.ledger.reading() as books:
        found = reading.exported(books.connection, which)
        rows = (
            (
                row.dispute,
                row.invoice,
                row.customer,
                row.name or "",
                row.reason,
                row.owner,
                row.waiting_on,
                row.currency,
                Money(row.amount_minor, row.currency).major,
                Money(row.held_minor, row.currency).major,
                row.opened_at.isoformat(),
                row.outcome or "open",
            )
            for row in found
        )
        return list_file(desk, "Disputes", form, _COLUMNS, rows, asdict(which))


@router.get("/{dispute:path}/evidence/{digest}")
def evidence(desk: TheDesk, dispute: str, digest: str) -> Response:
    """A file that is kept with the dispute, to be saved and never opened in place."""
    with desk.parts.ledger.reading() as books:
        one = reading.dispute_named(books, desk.parts.planner, dispute, desk.now())
    if not _DIGEST.fullmatch(digest) or digest not in one.dispute.evidence:
        raise NotAllowed(f"There is no such file with dispute {dispute}.")
    kept = evidence_folder(desk) / digest
    if not kept.is_file():
        raise NotAllowed("The file is not where files are kept any more.")
    content = kept.read_bytes()
    ending = _ENDINGS.get(kind_of(content), "bin")
    return download(content, f"evidence-{digest[:12]}.{ending}", "application/octet-stream")


@router.get("/{dispute:path}")
def dispute(desk: TheDesk, dispute: str) -> Response:
    """One dispute: its clock, its files, what happened, and what can be done."""
    return dispute_page_of(desk, dispute)


def dispute_page_of(
    desk: Desk, name: str, typed: Typed | None = None, status: int = 200
) -> Response:
    """The page of a dispute, with a refused form shown again where there is one."""
    with desk.parts.ledger.reading() as books:
        one = reading.dispute_named(books, desk.parts.planner, name, desk.now())
    asked = one.dispute.undecided
    return desk.page(
        "dispute.html",
        status,
        typed=typed,
        one=one,
        customer=one.situation.customer,
        owners=OWNERS,
        outcomes=OUTCOMES,
        spoken=desk.visit.person.speaks_as if desk.visit.person else (),
        mine=asked is not None and same_person(asked.by, desk.visit.by),
        keeps_files=desk.parts.settings is not None,
    )


def evidence_folder(desk: Desk) -> Path:
    """Where files about disputes are kept. Raises NotAllowed where none are."""
    if desk.parts.settings is None:
        raise NotAllowed("No files are kept with these books.")
    return desk.parts.settings.evidence_folder


def _chosen(state: str, owner: str, reason: str, q: str) -> DisputeFilter:
    state, reason = state if state in STATES else "open", reason if reason in REASONS else ""
    return DisputeFilter(state, owner[:200], reason, q.strip()[:200])
