"""The tables of a policy for promises, plans, escalation and statements, as people write them."""

from __future__ import annotations

from typing import Literal

from dunning.policy import EscalationRules, PlanRules, PromiseRules, StatementRules
from dunning.policy_document import Section

_EVERY: tuple[Literal["never", "month"], ...] = ("never", "month")


def read_promise_rules(section: Section) -> PromiseRules:
    """The rules for promises; what the section leaves out is as usual."""
    usual = PromiseRules()
    return PromiseRules(
        grace_business_days=section.whole("grace_business_days", usual.grace_business_days),
        max_days_ahead=section.whole("max_days_ahead", usual.max_days_ahead, least=1),
        max_in_a_row=section.whole("max_in_a_row", usual.max_in_a_row, least=1),
        courtesy_note=section.flag("courtesy_note", default=usual.courtesy_note),
        tolerance_percent=section.whole("tolerance_percent", usual.tolerance_percent, most=100),
        tolerance_most=section.amount("tolerance_most", str(usual.tolerance_most)),
    )


def read_plan_rules(section: Section) -> PlanRules:
    """The rules for payment plans; what the section leaves out is as usual."""
    usual = PlanRules()
    return PlanRules(
        grace_business_days=section.whole("grace_business_days", usual.grace_business_days),
        max_amount=section.amount("max_amount", str(usual.max_amount)),
        max_days=section.whole("max_days", usual.max_days),
    )


def read_escalation_rules(section: Section) -> EscalationRules:
    """The ladder and its patience; what the section leaves out is as usual."""
    usual = EscalationRules()
    ladder = section.names("ladder", usual.ladder)
    if not ladder and not section.is_refused("ladder"):
        section.refuse("ladder", "is empty: name at least one role")
    return EscalationRules(
        ladder=ladder or usual.ladder,
        wait_business_days=section.whole("wait_business_days", usual.wait_business_days, least=1),
        calls=section.whole("calls", usual.calls, least=1),
    )


def read_statement_rules(section: Section) -> StatementRules:
    """How often statements of account go out, and from which day of the month."""
    return StatementRules(
        every=section.choice("every", _EVERY, "never"),
        day=section.whole("day", 3, least=1, most=28),
    )
