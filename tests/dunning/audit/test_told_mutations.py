"""Rules that random histories seldom come to: each is broken in a history made for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from dunning import (
    approvals,
    cadence,
    dispute_service,
    dispute_work,
    holds,
    next_step,
    position,
    promises,
    send_gate,
)
from dunning.audit.account import Period, Surroundings
from dunning.audit.auditor import Auditor
from dunning.audit.terms import PoliciesInForce
from dunning.channel_facts import ChannelStopped
from dunning.conditions import Conditions, Stop
from dunning.dispute import Dispute
from dunning.dispute_steps import AskApproval, AssignOwner, CloseDispute, DisputeStep
from dunning.replacing import replace
from dunning.situation import Situation
from tests.dunning.audit import told_disputes, told_policies
from tests.dunning.audit import told_stories as stories
from tests.dunning.audit.auditing import TERMS
from tests.dunning.audit.households import Household
from tests.dunning.audit.told_stories import BEGINS
from tests.dunning.following import Following
from tests.dunning.worlds import LONDON

STOPPED_AT = BEGINS + timedelta(days=1)
Patch = Callable[[pytest.MonkeyPatch], None]


def _without_guard(name: str) -> Patch:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        gate = {guard: one for guard, one in send_gate.GATE.items() if guard != name}
        monkeypatch.setattr(send_gate, "GATE", gate)
        kept = tuple(one for one in send_gate.OF_THE_INVOICE if one in gate.values())
        monkeypatch.setattr(send_gate, "OF_THE_INVOICE", kept)

    return patch


def _without(name: str, *modules: object, answer: object = None) -> Patch:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        for module in modules:
            monkeypatch.setattr(module, name, lambda *_: answer)

    return patch


def _months_to_approve(monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = approvals.approval_deadline
    for module in (approvals, cadence):
        later = lambda *asked: deadline(*asked) + timedelta(days=60)  # noqa: E731 - a line each
        monkeypatch.setattr(module, "approval_deadline", later)


def _half_a_year_later(step: DisputeStep) -> DisputeStep:
    assert not isinstance(step, CloseDispute), "what is still open has a moment"
    return replace(step, at=step.at + timedelta(days=180))


def _turns_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer is waited for, and a decision, for half a year."""
    for name in ("_customers_turn", "_decision"):
        turn = vars(dispute_service)[name]

        def later(
            situation: Situation, dispute: Dispute, turn: Callable[..., DisputeStep] = turn
        ) -> DisputeStep:
            step = turn(situation, dispute)
            return step if isinstance(step, AskApproval) else _half_a_year_later(step)

        monkeypatch.setattr(dispute_service, name, later)


def _owners_later(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = dispute_service.next_dispute_step

    def later(situation: Situation, dispute: Dispute) -> DisputeStep:
        step = usual(situation, dispute)
        return _half_a_year_later(step) if isinstance(step, AssignOwner) else step

    monkeypatch.setattr(dispute_work, "next_dispute_step", later)


class Told(NamedTuple):
    """A rule that is broken, the history that comes to it, and what the auditor says then."""

    patch: Patch
    story: Callable[[], Household]
    code: str
    terms: PoliciesInForce = TERMS


TOLD = {
    "the plan is not asked for again": Told(
        _without_guard("planned"), stories.paused_at_the_door, "PAUSE"
    ),
    "refusals never end": Told(
        _without_guard("refusals"), stories.always_refused, "TRIED_TOO_OFTEN"
    ),
    "broken promises stay below": Told(
        _without("_escalate_broken_promises", next_step), stories.broken_twice, "NOT_ESCALATED"
    ),
    "broken promises are not counted": Told(
        _without("broken_in_a_row", next_step, answer=0), stories.broken_twice, "NOT_ESCALATED"
    ),
    "a broken promise waits for the step's day": Told(
        _without("_follows_broken_promise", cadence, answer=False),
        stories.broken_late,
        "NOT_FOLLOWED",
        told_policies.terms_of(told_policies.slow_policy()),
    ),
    "what was asked for is not sent": Told(
        _without("_send_on_request", next_step), stories.asked_for, "NOT_SENT"
    ),
    "no note before the promised day": Told(
        _without("courtesy_note", next_step), stories.promised, "NO_NOTE"
    ),
    "a pause keeps the note away for good": Told(
        lambda patch: patch.setattr(next_step, "_before_promised_day", lambda *_: None),
        stories.promised,
        "NO_NOTE",
    ),
    "a resume sends at once": Told(
        _without("first_day_after_holds", cadence, next_step, answer=BEGINS.date()),
        stories.resumed_on_the_day,
        "AT_ONCE",
    ),
    "the backlog is sent": Told(
        _without("_is_superseded", position, answer=False),
        stories.enrolled_late,
        "BACKLOG",
        told_policies.terms_of(told_policies.twice_policy()),
    ),
    "a broken promise is not asked for": Told(
        _without_guard("condition"),
        stories.without_a_promise,
        "NO_BROKEN_PROMISE",
        told_policies.terms_of(told_policies.conditional_policy()),
    ),
    "a promise that waits for approval is forgotten": Told(
        _without("_proposal_wait", holds), stories.promise_to_be_approved, "PROMISE"
    ),
    "payment plans are forgotten": Told(_without("plan_wait", holds), stories.paid_by_plan, "PLAN"),
    "what never arrived is dunned": Told(
        _without("is_given_up", holds, answer=False),
        stories.never_delivered,
        "INVOICE_NOT_DELIVERED",
        told_policies.terms_of(told_policies.certain_policy()),
    ),
    "approvals are waited for in vain": Told(_months_to_approve, stories.never_approved, "MISSED"),
    "promises are settled wrongly": Told(
        _without("outcome_of", promises, answer="kept"), stories.broken_twice, "WRONG_OUTCOME"
    ),
    "owners of disputes are not reminded": Told(
        _without("_reminders", dispute_service, answer=[]), told_disputes.disputed, "NOT_REMINDED"
    ),
    "disputes have no owner": Told(
        _owners_later,
        told_disputes.disputed,
        "NO_OWNER",
    ),
    "the customer's turn never ends": Told(
        _turns_last, told_disputes.customers_turn, "WAITS_TOO_LONG"
    ),
    "nobody has to decide on a credit": Told(
        _turns_last, told_disputes.credit_asked_for, "NOT_DECIDED"
    ),
}


@pytest.mark.parametrize("rule", TOLD)
def test_a_rule_that_seldom_matters_is_missed_when_it_is_broken(
    rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = TOLD[rule]

    assert _found(told.story(), told.terms) == set()

    told.patch(monkeypatch)

    assert told.code in _found(told.story(), told.terms)


def test_a_message_on_a_stopped_channel_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = Conditions(channels={"email": Stop("AUTH", "the account is refused")})
    usual = vars(Following)["situation"].fget
    monkeypatch.setattr(
        Following, "situation", property(lambda one: replace(usual(one), conditions=stopped))
    )
    fact = ChannelStopped(at=STOPPED_AT, by="duncan", channel="email", code="AUTH", why="refused")
    around = Surroundings(LONDON, channels={"email": [fact]})

    assert _found(stories.followed_for_long(), TERMS, around) == set()

    monkeypatch.setattr(next_step, "_unless_stopped", lambda _, planned: planned)

    assert "AUTH" in _found(stories.followed_for_long(), TERMS, around)


def _found(home: Household, terms: PoliciesInForce, around: Surroundings | None = None) -> set[str]:
    period = Period(date(2026, 1, 1), date(2026, 12, 31), home.now)
    auditor = Auditor(period, terms, around or Surroundings(LONDON))
    auditor.account(home.account(), home.followed())
    return {one.code for one in auditor.end().findings}
