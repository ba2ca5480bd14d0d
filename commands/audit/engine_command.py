"""`duncan audit --engine`: the engine's histories read, compared with the books, and told."""

from __future__ import annotations

from typing import Any

from temporalio.service import RPCError

from activities.converter import PayloadLocked
from commands import printing
from commands.audit.engine import EngineAudit
from commands.installation import Installation, run
from dunning.may import NotAllowed
from engine import EngineAway, connect
from worker import utc_now

# So many findings are printed; --json has all of them.
MOST_PRINTED = 40
_NOT_ASKED = "engine not asked; --engine reads its histories"


def engine_section(installation: Installation, *, asked: bool) -> dict[str, Any]:
    """The section `engine` of the answer. Raises NotAllowed when Temporal does not answer."""
    if not asked:
        return {"asked": False, "reason": _NOT_ASKED}
    try:
        return run(_answer(installation))
    except (EngineAway, PayloadLocked) as away:
        raise NotAllowed(str(away)) from None
    except RPCError as error:
        raise NotAllowed(f"Temporal did not let its histories be read: {error.message}.") from None
    except ValueError as error:
        # The SDK cannot list a workflow that somebody paused with Temporal's own pause.
        raise NotAllowed(f"Temporal lists a workflow that cannot be read: {error}.") from None


def engine_found(section: dict[str, Any]) -> int:
    """How much the comparison found."""
    return sum(len(test["findings"]) for test in section.get("tests", ()))


def print_engine(section: dict[str, Any]) -> None:
    """Print the comparison for a controller."""
    if not section["asked"]:
        printing.say(f"Books against the engine: {section['reason']}.")
        return
    count = engine_found(section)
    found = "nothing disagrees" if not count else f"{count} disagreements"
    printing.say(
        f"Books against the engine: {found} in {section['histories']} histories with"
        f" {section['activities']} activities since {section['since'][:16].replace('T', ' ')} UTC."
    )
    tests = [
        (
            test["id"],
            "passed" if test["passed"] and test["checked"] else "–" if test["passed"] else "failed",
            test["checked"],
            len(test["findings"]),
            test["title"],
        )
        for test in section["tests"]
    ]
    printing.table("Engine", ("test", "result", ">checked", ">found", "title"), tests)
    findings = [one for test in section["tests"] for one in test["findings"]]
    if findings:
        rows = [(f["id"], f["test"], f["invoice"], f["detail"]) for f in findings[:MOST_PRINTED]]
        printing.table("Engine findings", ("id", "test", "invoice", "what"), rows)
    if len(findings) > MOST_PRINTED:
        printing.say(f"… and {len(findings) - MOST_PRINTED} more; --json lists all.")


async def _answer(installation: Installation) -> dict[str, Any]:
    client, wiring = await connect(installation.settings), installation.wiring
    compared = EngineAudit(wiring.ledger, wiring.planner, client, utc_now())
    with printing.progress("reading histories", None) as bar:

        def progress(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        return await compared.answer(progress)
