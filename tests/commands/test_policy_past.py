"""A change of a policy leaves what was audited and explained before it as it was."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from activities.planning import Planner
from activities.policy_versions import PolicyVersions
from commands.audit.audit import Scope, audit
from commands.doctor.finding import DoctorContext
from ledger.ledger import Ledger
from tests.commands.changing_policies import Office
from tests.commands.rehearsed import AFTER_ALL, LAST
from tests.commands.test_audit import WHOLE
from worker import wire

A_DAY = timedelta(days=1)


def audited(ledger: Ledger, planner: Planner, scope: Scope) -> dict[str, Any]:
    """The audit's answer."""
    return audit(ledger, planner, scope, lambda _: None)


def test_after_a_change_the_past_is_audited_to_the_same_bytes(ctx: DoctorContext) -> None:
    wiring = wire(ctx.settings)
    office = Office(wiring.ledger, wiring.planner, AFTER_ALL)
    before = audited(wiring.ledger, wiring.planner, WHOLE)
    office.activated(reminder=1)
    # Another process, later: it knows nothing but the books.
    own = PolicyVersions(wiring.ledger, ctx.settings.home / "elsewhere")
    later = own.at(AFTER_ALL + A_DAY)
    planner = Planner(later.policies, wiring.planner.calendars, wiring.planner.watch, own)
    after = audited(wiring.ledger, planner, WHOLE)
    listed = next(test for test in after["tests"] if test["id"] == "A19")
    wiring.ledger.engine.dispose()

    assert later.version == 2
    assert WHOLE.last == LAST
    assert before["population"]["touches"] > 50
    assert json.dumps(after) == json.dumps(before)
    assert listed["passed"]
