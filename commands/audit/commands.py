"""`duncan audit`: whether the policy was followed, and who was contacted and should not be."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import func, select

from commands import printing
from commands.audit.audit import Scope, audit, found_in
from commands.audit.shares import shared_audit, shares_for
from commands.cases.answers import Json, day, installation_of
from dunning.may import NotAllowed
from ledger.tables import CaseRow, table
from worker import utc_now

app = typer.Typer()
# So many findings are printed; --json has all of them.
MOST_PRINTED = 40


@app.command("audit")
def audit_command(
    context: typer.Context,
    first: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD.")],
    last: Annotated[str, typer.Option("--to", help="Last day, YYYY-MM-DD.")],
    json: Json = None,
) -> None:
    """Recompute from the facts what should have happened, and compare it with what did."""
    wiring = installation_of(context).wiring
    scope = Scope(day(first), day(last), utc_now())
    if scope.last < scope.first:
        raise NotAllowed(f"{scope.last} comes before {scope.first}.")
    with wiring.ledger.reading() as books:
        count = select(func.count()).select_from(table(CaseRow))
        total = int(books.connection.execute(count).scalar_one())
    with printing.progress("auditing", total) as bar:

        def progress(done: int) -> None:
            bar.update(bar.task_ids[0], completed=min(done, total))

        shares = shares_for(total)
        if shares > 1:
            settings = installation_of(context).settings
            answer = shared_audit(wiring, settings, scope, progress, shares)
        else:
            answer = audit(wiring.ledger, wiring.planner, scope, progress)
    if not printing.answer(answer, json):
        print_audit(answer)
    if found_in(answer):
        raise typer.Exit(1)


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
    if len(findings) > MOST_PRINTED:
        printing.say(f"… and {len(findings) - MOST_PRINTED} more; --json lists all.")


def headline(answer: dict[str, Any]) -> str:
    """One sentence that answers whether the policy was followed."""
    population, found = answer["population"], found_in(answer)
    what = (
        f"{population['invoices']} invoices of {population['customers']} customers with"
        f" {population['touches']} touches, {answer['from']} to {answer['to']}"
    )
    if not population["invoices"]:
        return f"There was nothing to audit from {answer['from']} to {answer['to']}."
    if not found:
        return f"Yes, the policy was followed: nothing was found in {what}."
    failed = sum(not test["passed"] for test in answer["tests"])
    things = "one thing was" if found == 1 else f"{found} things were"
    tests = "one test" if failed == 1 else f"{failed} tests"
    return f"No, not everywhere: {things} found by {tests} in {what}."


def _tests(answer: dict[str, Any]) -> list[tuple[object, ...]]:
    return [
        (
            test["id"],
            _mark(test),
            test["checked"],
            len(test["findings"]),
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
