"""The audit of a rehearsal: everything that was played, as a part of its report."""

from __future__ import annotations

from typing import Any

from commands.audit.audit import Scope, audit
from commands.rehearsal.playing import Played
from commands.rehearsal.script import Script


def rehearsed_audit(script: Script, played: Played) -> dict[str, Any]:
    """Findings and tests of the rehearsed period, under the policies it was played with."""
    wiring = played.wiring
    scope = Scope(script.first, script.last, played.ended)
    answer = audit(wiring.ledger, wiring.planner, scope, lambda _: None)
    return {
        "findings": [one for test in answer["tests"] for one in test["findings"]],
        "tests": {
            test["id"]: {"passed": test["passed"], "checked": test["checked"]}
            for test in answer["tests"]
        },
        "score": answer["score"],
        "explained": answer["explained"],
    }
