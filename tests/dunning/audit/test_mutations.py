"""The rulebook is broken on purpose, one rule at a time: the auditor must disagree."""

# ruff: noqa: SLF001, ANN001, ANN202, ARG001, E731 - rules are broken from the inside, a line each
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from dunning import cadence, dispute_service, holds, next_step, position, promises, send_gate
from dunning.business_days import BusinessCalendar
from dunning.case import Case
from dunning.money import Money
from dunning.policy import Policy
from dunning.situation import Plan
from tests.dunning import following
from tests.dunning.audit import housed_invoices
from tests.dunning.audit.auditing import audited
from tests.dunning.audit.histories import BEGINS, DAYS, household

END = datetime.combine(BEGINS, time(23), UTC) + timedelta(days=DAYS)
# So many histories at most are looked through for the rule that was broken.
HISTORIES = 600

Patch = pytest.MonkeyPatch


def _without_guard(name: str) -> Callable[[Patch], None]:
    def patch(monkeypatch: Patch) -> None:
        gate = {guard: one for guard, one in send_gate.GATE.items() if guard != name}
        monkeypatch.setattr(send_gate, "GATE", gate)
        # What holds for every invoice of a message is asked a second time.
        kept = tuple(one for one in send_gate.OF_THE_INVOICE if one in gate.values())
        monkeypatch.setattr(send_gate, "OF_THE_INVOICE", kept)

    return patch


def _without(module: object, name: str, answer: object = None) -> Callable[[Patch], None]:
    return lambda monkeypatch: monkeypatch.setattr(module, name, lambda *_: answer)


def _without_waits(*codes: str) -> Callable[[Patch], None]:
    """Holds of these codes are forgotten."""
    waits = holds._waits

    def patch(monkeypatch: Patch) -> None:
        kept = lambda s: (one for one in waits(s) if not one.code.startswith(codes))
        monkeypatch.setattr(holds, "_waits", kept)

    return patch


def _days_off(days: int) -> Callable[[Patch], None]:
    """Every step of the cadence comes so many days from its own."""
    planned = cadence._planned_day

    def patch(monkeypatch: Patch) -> None:
        def moved(situation, step):  # type: ignore[no-untyped-def]
            day, remark = planned(situation, step)
            return day + timedelta(days=days), remark

        monkeypatch.setattr(cadence, "_planned_day", moved)

    return patch


def _no_remarks(monkeypatch: Patch) -> None:
    plan = next_step.plan
    silent = lambda situation: Plan(plan(situation).step)
    for module in (following, housed_invoices, send_gate):
        monkeypatch.setattr(module, "plan", silent)


def _a_step_is_forgotten(monkeypatch: Patch) -> None:
    pending = position.pending

    def shorter(situation):  # type: ignore[no-untyped-def]
        steps, remarks = pending(situation)
        return [one for one in steps if one.id != "reminder"], remarks

    for module in (cadence, next_step, position):
        monkeypatch.setattr(module, "pending", shorter)


def _no_grace_after_promises(monkeypatch: Patch) -> None:
    for module in (holds, promises):
        monkeypatch.setattr(module, "held_until", lambda _, promise: promise.promised_on)


def _skips_levels(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Policy, "spoken", lambda _, step, __: step)


def _approves_itself(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Case, "approved_at", lambda case, _: case.opened_at)


def _asks_for_everything(monkeypatch: Patch) -> None:
    nothing = property(lambda case: Money.zero(case.amount.currency))
    monkeypatch.setattr(Case, "disputed", nothing)


def _sends_courtesy_late(monkeypatch: Patch) -> None:
    monkeypatch.setattr(position, "_passed_over", lambda *_: None)


def _sends_notes_early(monkeypatch: Patch) -> None:
    note = promises.courtesy_note

    def early(situation):  # type: ignore[no-untyped-def]
        planned = note(situation)
        return planned and replace(planned, at=situation.now)

    monkeypatch.setattr(next_step, "courtesy_note", early)


def _opens_at_night(monkeypatch: Patch) -> None:
    _without_guard("window")(monkeypatch)

    def at_night(calendar, window, earliest, now, slot):  # type: ignore[no-untyped-def]
        return max(now, calendar.moment(calendar.on_or_after(earliest), time(21)))

    monkeypatch.setattr(BusinessCalendar, "next_opening", at_night)


def _follows_paid_cases(monkeypatch: Patch) -> None:
    _without_guard("minimum")(monkeypatch)
    close = next_step._close_if_over

    def later(situation):  # type: ignore[no-untyped-def]
        settled = situation.case.settled_on
        just = settled and situation.today < settled + timedelta(days=30)
        return None if just else close(situation)

    monkeypatch.setattr(next_step, "_close_if_over", later)


def _escalates_disputes_late(monkeypatch: Patch) -> None:
    deadline = dispute_service.owners_deadline
    later = lambda *asked: deadline(*asked) + timedelta(days=30)
    monkeypatch.setattr(dispute_service, "owners_deadline", later)


# The rule that is broken: how, and which tests may notice it.
BROKEN: dict[str, tuple[Callable[[Patch], None], set[str]]] = {
    "closed cases go on": (_follows_paid_cases, {"A09"}),
    "pauses are forgotten": (_without_waits("PAUSE"), {"A11"}),
    "promises are forgotten": (_without_waits("PROMISE"), {"A11"}),
    "promises have no grace": (_no_grace_after_promises, {"A11"}),
    "disputes are forgotten": (_without_waits("DISPUTE"), {"A10"}),
    "days of grace are forgotten": (_without_waits("DISPUTE_GRACE"), {"A10"}),
    "escalations are forgotten": (_without_waits("ESCALATED"), {"A11"}),
    "insolvencies are forgotten": (_without_waits("LEGAL"), {"A12"}),
    "hardship is forgotten": (_without_waits("HARDSHIP"), {"A12"}),
    "replies are forgotten": (_without_waits("REPLY"), {"A11"}),
    "steps come a week early": (_days_off(-7), {"A06"}),
    "steps come a week late": (_days_off(7), {"A04"}),
    "levels keep no distance": (_without(cadence, "_spaced", BEGINS), {"A06"}),
    "levels are skipped": (_skips_levels, {"A06"}),
    "a step is forgotten": (_a_step_is_forgotten, {"A04", "A06"}),
    "reasons are not recorded": (_no_remarks, {"A04", "A06"}),
    "courtesy notes come late": (_sends_courtesy_late, {"A06"}),
    "nobody is asked for approval": (_approves_itself, {"A18"}),
    "disputed amounts are asked for": (_asks_for_everything, {"A10", "A16"}),
    "caps do not hold": (_without_guard("caps"), {"A14"}),
    "messages keep no distance": (_without_guard("interval"), {"A14"}),
    "the slot is not kept": (_without_guard("slot"), {"A07"}),
    "small sums are asked for": (_without_guard("minimum"), {"A07"}),
    "contacts are not checked": (_without_guard("contact"), {"A15"}),
    "conditions are not checked": (_without_guard("condition"), {"A07"}),
    "unused money is not looked for": (_without_guard("credit"), {"A09"}),
    "invoices are not sent": (_without(next_step, "_send_undistributed_invoice"), {"A04"}),
    "messages go out at night": (_opens_at_night, {"A13"}),
    "notes about promises come early": (_sends_notes_early, {"A06"}),
    "promises are not settled": (_without(following, "settled_promises", ()), {"A22"}),
    "disputes are escalated late": (_escalates_disputes_late, {"A22"}),
}


# Guards that are not broken above, and why.
ELSEWHERE = {
    "planned": "broken in a history made for it (test_told_mutations)",
    "refusals": "broken in a history made for it (test_told_mutations)",
    "window": "broken above together with the opening of the window",
}


def test_every_guard_is_broken_or_says_why_not() -> None:
    broken = {"caps", "interval", "slot", "minimum", "contact", "condition", "credit"}

    assert broken | ELSEWHERE.keys() == send_gate.GATE.keys()
    assert all(ELSEWHERE.values())


@pytest.mark.slow
@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_noticed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    patch, tests = BROKEN[rule]
    patch(monkeypatch)

    assert tests & _found(tests), f"nothing was found in {HISTORIES} histories"


def _found(wanted: set[str]) -> set[str]:
    found: set[str] = set()
    for seed in range(HISTORIES):
        try:
            home = household(seed)
        except AssertionError:
            # A broken rulebook may contradict itself before anybody looks at what it did.
            continue
        found |= {one.test for one in audited([home], home.ends).tally.findings}
        if wanted & found:
            return found
    return found
