"""The `[dispute]` table of a policy as people write it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dunning.dispute import REASONS
from dunning.dispute_policy import DisputeRules
from dunning.policy_document import Section
from dunning.policy_problems import meant


def read_dispute_rules(section: Section) -> DisputeRules:
    """The rules for disputes; what the section leaves out is as usual."""
    usual = DisputeRules()
    rules = DisputeRules(
        owner=_owners(section.section("owner"), usual),
        acknowledge_business_days=_days(section, "acknowledge", usual.acknowledge_business_days),
        resolve_business_days=_days(section, "resolve", usual.resolve_business_days),
        remind_business_days=_days(section, "remind", usual.remind_business_days),
        repeat_business_days=_days(section, "repeat", usual.repeat_business_days),
        customer_business_days=_days(section, "customer", usual.customer_business_days),
        approve_business_days=_days(section, "approve", usual.approve_business_days),
        grace_days=section.whole("grace_days", usual.grace_days, most=365),
        escalate_to=section.name("escalate_to") if "escalate_to" in section else usual.escalate_to,
        credit_limit=_limits(section.section("credit_limit"), usual),
    )
    _check_order(section, rules)
    return rules


def _days(section: Section, name: str, usual: int) -> int:
    return section.whole(f"{name}_business_days", usual, least=1, most=365)


def _owners(section: Section, usual: DisputeRules) -> Mapping[str, str]:
    owners = dict(usual.owner)
    for reason in section:
        owners[reason] = section.name(reason)
        if reason not in REASONS:
            section.refuse(reason, f"is no reason of a dispute{meant(reason, REASONS)}")
    return owners


def _limits(section: Section, usual: DisputeRules) -> Mapping[str, Decimal]:
    limits = {role: section.amount(role) for role in section}
    return limits or usual.credit_limit


def _check_order(section: Section, rules: DisputeRules) -> None:
    for name in ("acknowledge", "remind"):
        key = f"{name}_business_days"
        days = getattr(rules, key)
        doubtful = section.is_refused(key) or section.is_refused("resolve_business_days")
        if days >= rules.resolve_business_days and not doubtful:
            section.refuse(
                key, f"{days} is not below {rules.resolve_business_days}, the days to resolve"
            )
