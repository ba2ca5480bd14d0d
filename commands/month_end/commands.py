"""`duncan close`: the month-end pack, its preparation, review and reopening."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from commands import printing
from commands.audit.audit import Scope, audit, headline
from commands.audit.shares import shared_audit, shares_for
from commands.cases.answers import Json, installation_of
from commands.month_end.actions import MonthEnd
from commands.month_end.document import write_document
from commands.month_end.given import general_ledger_of, given_by, rates_of
from commands.month_end.pack import problems_of
from commands.month_end.shown import print_late, print_packs
from commands.month_end.summary import print_summary, summary_of, translated_pack
from commands.reports.commands import Into, Rates
from commands.reports.in_one_currency import rates_of as rates_in
from dunning.may import NotAllowed
from dunning.period import Month
from ledger.tables import CaseRow, table
from worker import utc_now

app = typer.Typer()
Row = dict[str, Any]


@app.command("close")
def close_command(
    context: typer.Context,
    month: Annotated[str, typer.Argument(help="The month, such as 2026-03.")],
    entity: Annotated[str, typer.Option(help="One entity of ours; all without.")] = "",
    gl: Annotated[
        Path | None, typer.Option("--gl", help="General ledger balances and reconciling items.")
    ] = None,
    rates: Annotated[
        Path | None, typer.Option("--rates", help="Provision rates by bucket, as TOML.")
    ] = None,
    audit_too: Annotated[
        bool, typer.Option("--audit/--no-audit", help="Audit the month's cadence when preparing.")
    ] = True,
    review: Annotated[bool, typer.Option("--review", help="Review and close it.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Open a closed month again.")] = False,
    late: Annotated[bool, typer.Option("--late", help="List what came after the close.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is reopened.")] = "",
    approved_by: Annotated[
        str, typer.Option("--approved-by", help="The controller who agrees to reopening it.")
    ] = "",
    note: Annotated[str, typer.Option(help="The reviewer's remark.")] = "",
    into: Into = "",
    rate: Rates = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write the workbook.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the PDF to sign.")] = None,
    by: Annotated[str, typer.Option("--by", help="Who prepares, reviews or reopens.")] = "",
    json: Json = None,
) -> None:
    """Show a month's pack; with --by prepare it, with --review let another person close it."""
    if review + reopen + late > 1:
        raise NotAllowed("Name one of --review, --reopen and --late.")
    wiring = installation_of(context).wiring
    ends = MonthEnd(wiring.ledger, wiring.planner.policies, utc_now(), by)
    wanted = Month.parse(month)
    entities = _entities(ends, entity)
    if late:
        _answer_late(ends, entities, wanted, json)
        return
    if by and not (review or reopen):
        packs = _prepared(context, ends, entities, wanted, gl, rates, audit_too=audit_too)
    else:
        packs = [
            ends.reopen(one, wanted, reason, approved_by)
            if reopen
            else (ends.review(one, wanted, note) if review else ends.pack(one, wanted))
            for one in entities
        ]
    if reopen:
        if not printing.answer({"month": str(wanted), "entities": packs}, json):
            print_packs(packs)
        return
    _answer(packs, wanted, into.upper(), rate or [], xlsx, pdf, json)
    if any(problems_of(pack) for pack in packs):
        raise typer.Exit(1)


def _answer(
    packs: list[Row],
    month: Month,
    into: str,
    rate: list[str],
    xlsx: Path | None,
    pdf: Path | None,
    json: str | None,
) -> None:
    """Show packs with their summary, in one currency too where that is asked for; write files."""
    rates = rates_in(rate)
    shown = [translated_pack(one, into, rates) if into else one for one in packs]
    summary = summary_of(shown, into, rates)
    _write(shown, xlsx, pdf, summary)
    if not printing.answer({"month": str(month), "entities": shown, "summary": summary}, json):
        print_packs(shown)
        if into or len(shown) > 1:
            print_summary(summary)


def _answer_late(ends: MonthEnd, entities: list[str], month: Month, json: str | None) -> None:
    rows = [{"entity": one, **row} for one in entities for row in ends.late(one, month)]
    if not printing.answer({"month": str(month), "late": rows}, json):
        print_late(rows, month)


def _entities(ends: MonthEnd, entity: str) -> list[str]:
    known = ends.entities()
    if entity and entity not in known:
        raise NotAllowed(f"There is no entity {entity} in the books; there are {', '.join(known)}.")
    return [entity] if entity else known


def _prepared(
    context: typer.Context,
    ends: MonthEnd,
    entities: list[str],
    month: Month,
    gl: Path | None,
    rates: Path | None,
    *,
    audit_too: bool,
) -> list[Row]:
    known = general_ledger_of(gl, entities) if gl else []
    by_bucket = rates_of(rates) if rates else {}
    sentence = _audited(context, month) if audit_too else ""
    return [
        ends.prepare(one, month, replace(given_by(known, by_bucket, one), audit=sentence))
        for one in entities
    ]


def _audited(context: typer.Context, month: Month) -> str:
    """The first sentence of the cadence audit of the month."""
    installation = installation_of(context)
    wiring = installation.wiring
    scope = Scope(month.first, month.last, utc_now())
    with wiring.ledger.reading() as books:
        count = select(func.count()).select_from(table(CaseRow))
        total = int(books.connection.execute(count).scalar_one())
    shares = shares_for(total)
    if shares > 1:
        settings = installation.settings
        return headline(shared_audit(wiring, settings, scope, lambda _: None, shares))
    return headline(audit(wiring.ledger, wiring.planner, scope, lambda _: None))


def _write(packs: list[Row], xlsx: Path | None, pdf: Path | None, summary: Row) -> None:
    try:
        if xlsx:
            # Most commands need no workbooks and start sooner without.
            from commands.month_end.workbook import write_workbook  # noqa: PLC0415

            write_workbook(packs, xlsx, summary)
        if pdf:
            write_document(packs, pdf)
    except OSError as error:
        raise NotAllowed(f"{error.filename}: {error.strerror}.") from None
