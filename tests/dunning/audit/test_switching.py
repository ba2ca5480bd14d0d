"""A new version on the way: nothing is sent twice, nothing skipped without a reason."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from random import Random

import pytest

from dunning import next_step, touch_facts
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.finding import Finding
from dunning.audit.timeline import Timeline
from dunning.policy_version_facts import Wave
from tests.dunning.audit import histories
from tests.dunning.audit.histories import BEGINS, household
from tests.dunning.audit.households import Household
from tests.dunning.audit.switching import Switch, SwitchingHousehold, moved, without_a_step
from tests.dunning.worlds import LONDON, POLICIES

HISTORIES = 300
ANY_TIME = datetime(2027, 1, 1, tzinfo=UTC)


def switched(monkeypatch: pytest.MonkeyPatch, seed: int) -> tuple[Household, Switch]:
    """A random customer, and other policies from a random moment on; every other in waves."""
    random = Random(seed)
    start = datetime.combine(BEGINS, time(random.randrange(24)), UTC)
    at = start + timedelta(days=random.randrange(10, 55))
    days = random.choice((-2, -1, 2, 4))
    policies = {
        name: moved(one, days) if seed % 3 else without_a_step(one, random)
        for name, one in POLICIES.items()
    }
    waves = (Wave(2**31, at), Wave(2**32, at + timedelta(days=9))) if seed % 2 else ()
    switch = Switch(at, policies, waves)
    monkeypatch.setattr(histories, "Household", partial(SwitchingHousehold, switch=switch))
    return household(seed), switch


def found_in(home: Household, timeline: Timeline, as_of: datetime) -> list[Finding]:
    """What the audit finds, but for what only shows in the whole population."""
    period = Period(date(2026, 1, 1), date(2026, 12, 31), as_of)
    auditor = Auditor(period, timeline, Surroundings(LONDON))
    auditor.account(home.account(), home.followed())
    return auditor.tally.sorted_findings()


@pytest.mark.slow
def test_after_a_switch_nothing_is_sent_twice_or_skipped_without_a_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited = 0
    for seed in range(HISTORIES):
        home, switch = switched(monkeypatch, seed)
        for invoice in home.invoices:
            waited += any(
                isinstance(fact, touch_facts.TouchWithheld) and fact.code == "POLICY_WAVE"
                for fact in invoice.history
            )
            asked = any(isinstance(f, touch_facts.SendRequested) for f in invoice.history)
            sent = Counter(touch.step for touch in invoice.case.touches if touch.counts)
            assert asked or all(times == 1 for times in sent.values()), f"seed {seed}: {sent}"

        assert found_in(home, switch.timeline, home.ends) == [], f"seed {seed}"
    assert waited > 0


@pytest.mark.parametrize("rule", ["_wave", "_would_have_come"])
def test_a_wave_that_is_not_waited_for_is_found(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = {"_wave": None, "_would_have_come": True}[rule]
    monkeypatch.setattr(next_step, rule, lambda *_: answer)
    found: set[str] = set()
    for seed in range(1, HISTORIES, 2):
        home, switch = switched(monkeypatch, seed)
        found |= {one.code for one in found_in(home, switch.timeline, home.ends)}
        if found:
            break

    assert found == {"BEFORE_WAVE"}
