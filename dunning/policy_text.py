"""Policies as people write them: TOML read into a Policy, with every problem named at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Literal

from dunning.business_days import SendingWindow
from dunning.cadence_rules import contradictions
from dunning.countries.law import JURISDICTIONS
from dunning.dispute_policy_text import read_dispute_rules
from dunning.dispute_steps import DISPUTE_WORK
from dunning.interest_policy import read_interest_rules
from dunning.money import Money
from dunning.policy import CadenceStep, Cap, Condition, Policy
from dunning.policy_document import Section, read_document
from dunning.promise_policy_text import (
    read_escalation_rules,
    read_plan_rules,
    read_promise_rules,
    read_statement_rules,
)
from dunning.proposal import APPROVALS

_Action = Literal["touch", "task", "escalate"]
_ACTIONS: tuple[_Action, ...] = ("touch", "task", "escalate")
_CHANNELS = ("email", "sms")
_CONTACT_ROLES = ("billing", "manager", "director", "owner")
_CONDITIONS: tuple[Condition, ...] = ("", "no_open_reminder", "broken_promise")
_OF_A_TOUCH = ("channel", "letter", "approval", "condition", "otherwise")
_CURRENCY_LETTERS = 3
# The gate looks back so many days over a customer's messages; a longer rule would not hold.
_LONGEST_MEMORY = 30

# Names the engine gives its own steps and tasks: a policy's step must not be taken for them.
_RESERVED = {"id": ("issue",), "what": ("approve", *APPROVALS, *DISPUTE_WORK)}


def parse_policy(text: str, file: str, laws: Collection[str] = JURISDICTIONS) -> Policy:
    """The policy a TOML text describes; its form is in docs/policies.md. Problems name the `file`.

    `laws` are the countries whose law it may name.

    Raises InvalidPolicy with all problems of the text, each with its key and a plain reason.
    """
    document = read_document(text, file)
    policy = _policy(document, laws)
    doubtful = {key.rpartition(".")[2] for key in (one.key for one in document.problems)}
    for key, reason in contradictions(policy, doubtful):
        document.refuse(key, reason)
    document.finish()
    return policy


def _policy(document: Section, laws: Collection[str]) -> Policy:
    pause, approval = document.section("pause"), document.section("approval")
    return Policy(
        name=document.name("name"),
        title=document.text("title"),
        version=document.whole("version", least=1, most=99_999_999),
        steps=tuple(_step(section) for section in document.sections("step")),
        windows=_windows(document.section("windows")),
        caps=_caps(document.section("caps")),
        days_between_touches=_days_by_channel(document.section("days_between_touches")),
        days_between_levels=document.whole("days_between_levels", 7),
        minimum_balance=_minimum_balance(document.section("minimum_balance")),
        pause_days=pause.whole("days", 30, least=1),
        approval_business_days=approval.whole("business_days", 10, least=1),
        approve_words=approval.flag("own_words"),
        dispute=read_dispute_rules(document.section("dispute")),
        promise=read_promise_rules(document.section("promise")),
        plan=read_plan_rules(document.section("plan")),
        escalation=read_escalation_rules(document.section("escalation")),
        interest=read_interest_rules(document.section("interest"), laws),
        statement=read_statement_rules(document.section("statement")),
        delivery_required=document.section("distribution").flag("required", default=False),
        reply_business_days=document.section("reply").whole("business_days", 2, least=1),
    )


def _step(section: Section) -> CadenceStep:
    action = section.choice("action", _ACTIONS)
    step_id = _free_name(section, "id")
    business_days = "business_day" in section
    day = _day(section)
    if section.is_refused("action"):
        section.pass_over()
        return CadenceStep(step_id, action, day, level=0, business_days=business_days)
    spoken = _touch(section) if action == "touch" else _for_people(section, action)
    return CadenceStep(
        id=step_id,
        action=action,
        day=day,
        business_days=business_days,
        level=section.whole("level", None if action == "touch" else 0, most=9),
        minimum_balance=section.amount("minimum_balance", "0"),
        channel=spoken.get("channel", ""),
        letter=spoken.get("letter", ""),
        to=spoken["to"],
        what=spoken.get("what", ""),
        approval=action == "touch" and section.flag("approval"),
        condition=section.choice("condition", _CONDITIONS, "") if action == "touch" else "",
        otherwise=spoken.get("otherwise", ""),
    )


def _touch(section: Section) -> dict[str, str]:
    section.explain({"what": "a touch says its letter; `what` belongs to a task"})
    channel = section.choice("channel", _CHANNELS)
    otherwise = section.choice("otherwise", ("", *_CHANNELS), "")
    if otherwise == channel and not section.is_refused("channel"):
        section.refuse("otherwise", f"is the step's own channel, {channel}; name the other one")
    return {
        "channel": channel,
        "letter": section.name("letter"),
        "to": section.choice("to", _CONTACT_ROLES, "billing"),
        "otherwise": otherwise,
    }


def _for_people(section: Section, action: _Action) -> dict[str, str]:
    named = "a task" if action == "task" else "an escalation"
    keys = _OF_A_TOUCH if action == "task" else (*_OF_A_TOUCH, "what")
    section.explain(dict.fromkeys(keys, f"does not belong to {named}"))
    what = {"what": _free_name(section, "what")} if action == "task" else {}
    return {"to": section.name("to"), **what}


def _free_name(section: Section, key: str) -> str:
    name = section.name(key)
    if name in _RESERVED[key]:
        section.refuse(key, f'"{name}" is a name Duncan uses itself; choose another')
    return name


def _day(section: Section) -> int:
    """Days from the due date: `day` counts all days, `business_day` those on which people work."""
    if "business_day" not in section:
        return section.whole("day", least=-365)
    day = section.whole("business_day", least=-365)
    if "day" in section:
        section.refuse("day", "give either day or business_day, not both")
    return day


def _windows(windows: Section) -> Mapping[str, SendingWindow]:
    return {name: _window(windows.section(name)) for name in _CHANNELS if name in windows}


def _window(section: Section) -> SendingWindow:
    window = SendingWindow(section.clock("opens"), section.clock("closes"))
    doubtful = section.is_refused("opens") or section.is_refused("closes")
    if not doubtful and window.opens >= window.closes:
        section.refuse("closes", f"{window.closes:%H:%M} is not after {window.opens:%H:%M}")
    return window


def _caps(caps: Section) -> Mapping[str, tuple[Cap, ...]]:
    def cap(section: Section) -> Cap:
        days = section.whole("days", least=1, most=_LONGEST_MEMORY)
        return Cap(section.whole("count", least=1), days)

    names = (*_CHANNELS, "all")
    return {name: tuple(cap(one) for one in caps.sections(name)) for name in names if name in caps}


def _days_by_channel(days: Section) -> Mapping[str, int]:
    return {name: days.whole(name, most=_LONGEST_MEMORY) for name in _CHANNELS if name in days}


def _minimum_balance(amounts: Section) -> Mapping[str, Decimal]:
    least = {"default": amounts.amount("default")}
    for currency in amounts:
        least[currency] = amounts.amount(currency)
        if currency != "default" and not amounts.is_refused(currency):
            _check_currency(amounts, currency, least[currency])
    return least


def _check_currency(amounts: Section, currency: str, amount: Decimal) -> None:
    if not (currency.isalpha() and currency.isupper() and len(currency) == _CURRENCY_LETTERS):
        amounts.refuse(currency, "is no currency: use three capital letters, or default")
        return
    try:
        Money.parse(amount, currency)
    except ValueError as error:
        amounts.refuse(currency, str(error))
