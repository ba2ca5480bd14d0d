"""Month end: the pack of a month, its preparation, review and reopening, and its files."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import UploadFile

from commands.audit.audit import Scope, audit, headline
from commands.month_end.actions import MonthEnd
from commands.month_end.asked import Given
from commands.month_end.document import document
from commands.month_end.given import general_ledger_of, given_by, rates_of
from commands.month_end.pack import problems_of
from commands.month_end.parts import parts_of
from commands.month_end.shown import state_of
from commands.month_end.workbook import write_workbook
from console.addresses import list_page
from console.desk import NOBODY, Desk, TheDesk
from console.once import acted_once
from console.prepared import is_large, prepared
from console.reading.paging import DamagedLink
from console.table_file import download
from console.typed import TheForm, Typed
from console.uploads import MOST_BYTES, cleaned
from dunning.may import NotAllowed
from dunning.people import NoAuthority
from dunning.period import Month
from dunning.policy_problems import InvalidPolicy
from dunning.reports.buckets import BUCKETS
from intake.rows import UnreadableFile
from ledger.periods import listed_periods

router = APIRouter(prefix="/month-end")
_PAGE = "/month-end"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_LATE, _MOST_MONTHS = 100, 24


@dataclass(frozen=True)
class Pack:
    """The pack of one entity's month, as it is shown."""

    row: dict[str, Any]


async def ledger_of(request: Request) -> AsyncIterator[UploadFile | None]:
    """The general ledger's file, where the form has one; it is closed when the page is made."""
    found = (await request.form()).get("gl")
    upload = found if isinstance(found, UploadFile) else None
    yield upload if upload is not None and upload.filename else None
    if upload is not None:
        await upload.close()


TheLedger = Annotated[UploadFile | None, Depends(ledger_of)]


@router.get("")
def month_end(desk: TheDesk, month: str = "", entity: str = "", file: str = "") -> Response:
    """The pack of a month; while it is open, as its figures are now."""
    return _page(desk, month, entity, file)


@router.post("/do/prepare")
def prepare(desk: TheDesk, typed: TheForm, upload: TheLedger) -> Response:
    """Make the pack and sign it as the preparer."""

    def work(ends: MonthEnd, entity: str, month: Month) -> str:
        rates = _rates(typed)
        typed.check()
        given = _given(ends, upload, rates, entity)
        if typed.values.get("audit"):
            given = replace(given, audit=_audited(desk, month))
        ends.prepare(entity, month, given)
        return "Prepared: another person has to review it."

    return _acted(desk, typed, work)


@router.post("/do/review")
def review(desk: TheDesk, typed: TheForm) -> Response:
    """Compare the figures again, sign as the reviewer and close the month."""

    def work(ends: MonthEnd, entity: str, month: Month) -> str:
        note = typed.text("note")
        typed.check()
        ends.review(entity, month, note)
        return "Reviewed and closed: its figures stay."

    return _acted(desk, typed, work)


@router.post("/do/reopen")
def reopen(desk: TheDesk, typed: TheForm) -> Response:
    """Open a closed month again, which another person agrees to."""

    def work(ends: MonthEnd, entity: str, month: Month) -> str:
        reason = typed.text("reason", required=True)
        agreed = typed.text("approved_by", required=True, longest=100)
        typed.check()
        ends.reopen(entity, month, reason, agreed)
        return "The month is open again."

    return _acted(desk, typed, work)


def _acted(desk: Desk, typed: Typed, work: Callable[[MonthEnd, str, Month], str]) -> Response:
    month, entity = typed.values.get("month", ""), typed.values.get("entity", "")

    def done() -> str:
        if desk.visit.person is None:
            raise NoAuthority(NOBODY)
        return work(_ends(desk), entity, Month.parse(month))

    def again(shown: Typed, status: int) -> Response:
        return _page(desk, month, entity, "", shown, status)

    return acted_once(desk, typed, done, list_page(_PAGE, month=month, entity=entity), again)


def _page(
    desk: Desk, month: str, entity: str, file: str, typed: Typed | None = None, status: int = 200
) -> Response:
    ends = _ends(desk)
    wanted = Month.parse(month) if month else Month.of(desk.today).before
    entities = ends.entities()
    chosen = entity if entity in entities else entities[0]
    found = _pack(desk, ends, chosen, wanted)
    if isinstance(found, Response):
        return found
    pack = found.row
    if file:
        return _file(pack, file)
    made = desk.visit.query.get("made", "")

    def link(**changes: str) -> str:
        same = {} if "month" in changes else {"made": made}
        return list_page(_PAGE, **({"month": str(wanted), "entity": chosen} | same | changes))

    return desk.page(
        "month_end.html",
        status,
        typed=typed,
        pack=pack,
        **_told(pack),
        late=_late(ends, chosen, wanted) if pack["closed"] else [],
        month=wanted,
        entity=chosen,
        entities=entities,
        periods=_periods(desk),
        buckets=BUCKETS,
        is_over=desk.now().date() > wanted.last,
        large=is_large(desk),
        link=link,
    )


def _pack(desk: Desk, ends: MonthEnd, entity: str, month: Month) -> Pack | Response:
    """The pack; of large books the page of the job that makes it."""
    asked = (str(month), entity)
    return prepared(desk, Pack, asked, "Month end", lambda: Pack(ends.pack(entity, month)))


def _told(pack: dict[str, Any]) -> dict[str, Any]:
    """The pack in words and tables."""
    return {
        "state": state_of(pack),
        "problems": problems_of(pack),
        "parts": list(parts_of(pack)),
    }


def _periods(desk: Desk) -> list[dict[str, Any]]:
    """The latest months that were ever prepared."""
    with desk.parts.ledger.reading() as books:
        return listed_periods(books.connection)[:_MOST_MONTHS]


def _late(ends: MonthEnd, entity: str, month: Month) -> list[dict[str, Any]]:
    found = []
    for row in ends.late(entity, month):
        found.append(row)
        if len(found) == _MOST_LATE:
            break
    return found


def _file(pack: dict[str, Any], form: str) -> Response:
    name = f"month-end-{pack['month']}"
    if form == "pdf":
        return download(document(pack), f"{name}.pdf", "application/pdf")
    if form != "xlsx":
        raise DamagedLink(f"There is no file of the form {form!r}.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.xlsx"
        write_workbook([pack], path)
        return download(path.read_bytes(), path.name, _XLSX)


def _rates(typed: Typed) -> dict[str, str]:
    """The expected loss of each bucket in per cent, where any is given."""
    found = {one.key: typed.text(f"rate-{one.key}", longest=20) for one in BUCKETS}
    if not any(found.values()):
        return {}
    for key, text in found.items():
        if not text.replace(".", "", 1).isdecimal() or Decimal(text) > 100:  # noqa: PLR2004
            typed.problems[f"rate-{key}"] = "This is no per cent; write it as 3.6."
    return found


def _given(
    ends: MonthEnd, upload: UploadFile | None, rates: Mapping[str, str], entity: str
) -> Given:
    """What was brought, read as the command line reads it. Raises NotAllowed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            rows = []
            if upload is not None:
                path = Path(folder) / cleaned(upload.filename or "")
                path.write_bytes(upload.file.read(MOST_BYTES))
                rows = general_ledger_of(path, ends.entities())
            by_bucket = {}
            if rates:
                lines = [f'"{key}" = "{rate}"' for key, rate in rates.items()]
                path = Path(folder) / "rates.toml"
                path.write_text("\n".join(["[provision]", *lines]), "utf-8")
                by_bucket = rates_of(path)
        except (UnreadableFile, InvalidPolicy) as refused:
            raise NotAllowed(str(refused)) from None
    return given_by(rows, by_bucket, entity)


def _audited(desk: Desk, month: Month) -> str:
    """The first sentence of the month's cadence audit. Raises NotAllowed where it takes long."""
    if is_large(desk):
        raise NotAllowed("The audit of so many invoices takes long: run it on the page Audit.")
    scope = Scope(month.first, month.last, desk.now())
    return headline(audit(desk.parts.ledger, desk.parts.planner, scope, lambda _: None))


def _ends(desk: Desk) -> MonthEnd:
    policies = desk.parts.planner.policies
    return MonthEnd(desk.parts.ledger, policies, desk.now(), desk.visit.by)
