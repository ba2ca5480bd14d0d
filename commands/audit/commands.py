"""`duncan audit`: whether the policy was followed, and who was contacted and should not be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from commands import printing
from commands.audit.actions import AuditActions
from commands.audit.audit import Scope, found_in, found_of, headline
from commands.audit.engine_command import engine_found, engine_section, print_engine
from commands.audit.erased_since import erased_since, since_sentence
from commands.audit.pack import pack_scope, write_pack
from commands.audit.shares import audit_with, shares_for
from commands.audit.verifying import verify_pack
from commands.cases.answers import Json, day, installation_of
from dunning.may import NotAllowed
from ledger.audit_pack import count_invoices
from ledger.findings import listed_runs
from settings import Settings
from worker import Wiring, utc_now

group = typer.Typer(help="Whether the policy was followed, with the evidence.")
# So many findings are printed; --json has all of them.
MOST_PRINTED = 40


@group.callback(invoke_without_command=True)
def audit_command(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")] = "",
    pack: Annotated[Path | None, typer.Option("--pack", help="Write the evidence pack.")] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep the result and findings.")] = False,
    by: Annotated[str, typer.Option("--by", help="Who keeps it.")] = "",
    engine: Annotated[bool, typer.Option("--engine", help="Compare with the engine.")] = False,
    json: Json = None,
) -> None:
    """Recompute from the facts what should have happened, and compare it with what did."""
    if context.invoked_subcommand:
        return
    if not first or not last:
        raise typer.BadParameter("--from and --to are needed.", ctx=context)
    installation = installation_of(context)
    scope = Scope(day(first), day(last), utc_now())
    if scope.last < scope.first:
        raise NotAllowed(f"{scope.last} comes before {scope.first}.")
    if record and not by.strip():
        raise NotAllowed("Say who keeps the audit, with --by.")
    wiring = installation.wiring
    scope = pack_scope(wiring.ledger, scope) if pack else scope
    section = engine_section(installation, asked=engine)
    answer = answered(wiring, installation.settings, scope) | {"engine": section}
    done = []
    if record:
        done.append(AuditActions(wiring.ledger, by, utc_now()).keep(answer).sentence)
    if pack:
        digest = write_pack(wiring, installation.settings, scope, answer, pack)
        done.append(f"The evidence is in {pack}. SHA-256 {digest}")
    if not printing.answer(answer, json):
        print_audit(answer)
        print_engine(answer["engine"])
        for sentence in done:
            printing.say(sentence)
    if found_in(answer) or engine_found(answer["engine"]):
        raise typer.Exit(1)


@group.command("verify")
def verify_command(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="The evidence pack.")],
    public_key: Annotated[
        Path | None, typer.Option("--public-key", help="Key that must have signed it (PEM).")
    ] = None,
    books: Annotated[
        bool, typer.Option("--books", help="Say also what these books erased since.")
    ] = False,
    json: Json = None,
) -> None:
    """Check an evidence pack without the books: every file, hash, message and chain."""
    verdict = verify_pack(pack, public_key)
    gone: list[str] = []
    if books and verdict.ok:
        with installation_of(context).wiring.ledger.reading() as found:
            gone = erased_since(pack, found.connection)
    told = printing.answer(verdict.answer | ({"erased_since": gone} if books else {}), json)
    if not verdict.ok:
        raise NotAllowed(verdict.sentence)
    if told:
        return
    printing.say(verdict.sentence)
    if books:
        printing.say(since_sentence(gone))


@group.command("runs")
def runs_command(context: typer.Context, json: Json = None) -> None:
    """List the audits that were kept, with what they found and their seals."""
    with installation_of(context).wiring.ledger.reading() as books:
        runs = [dict(row) for row in listed_runs(books.connection)]
    if printing.answer({"runs": runs}, json):
        return
    names = ("run", "first", "last", "recorded_at", "by", "found", "root")
    rows = [tuple(str(row[name])[:64] for name in names) for row in runs]
    columns = ("run", "from", "to", "kept at (UTC)", "by", ">found", "seal")
    printing.table("Audits that were kept", columns, rows)


def answered(wiring: Wiring, settings: Settings, scope: Scope) -> dict[str, Any]:
    """The audit's answer, by as many processes as are worth it; a bar shows how far it is."""
    with wiring.ledger.reading() as books:
        total = count_invoices(books)
    with printing.progress("auditing", total) as bar:

        def progress(done: int) -> None:
            bar.update(bar.task_ids[0], completed=min(done, total))

        return audit_with(wiring, settings, scope, progress, shares_for(total))


def print_audit(answer: dict[str, Any]) -> None:
    """Print an audit for a controller: the answer, the score, the tests, the findings."""
    printing.say(headline(answer))
    score = answer["score"]
    rows = [(name.replace("_", " "), score[name]) for name in score]
    printing.table("Expected steps", ("status", ">steps"), rows)
    if answer["explained"]:
        explained = sorted(answer["explained"].items(), key=lambda pair: (-pair[1], pair[0]))
        printing.table("Explained by", ("code", ">steps"), explained)
    printing.table("Tests", ("test", "result", ">checked", ">found", "title"), _tests(answer))
    findings = [one for test in answer["tests"] for one in test["findings"]]
    if findings:
        shown = findings[:MOST_PRINTED]
        columns = ("id", "test", "invoice", "since", "what", "link")
        printing.table("Findings", columns, [_finding(one) for one in shown])
    if (more := found_in(answer) - MOST_PRINTED) > 0:
        printing.say(f"… and {more} more; --json lists them.")
    for test in answer["tests"]:
        if found_of(test) > len(test["findings"]):
            listed = len(test["findings"])
            printing.say(f"{test['id']} found {found_of(test)}; the first {listed} are listed.")


def _tests(answer: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (
            test["id"],
            _mark(test),
            test["checked"],
            found_of(test),
            test["title"] + (f" ({test['reason']})" if "reason" in test else ""),
        )
        for test in answer["tests"]
    ]


def _mark(test: dict[str, Any]) -> str:
    if not test["passed"]:
        return "failed"
    return "passed" if test["checked"] else "–"


def _finding(one: dict[str, Any]) -> tuple[object, ...]:
    what = one["invoice"] or one["customer"]
    return one["id"], one["test"], what, one["since"], one["detail"], one["link"]
