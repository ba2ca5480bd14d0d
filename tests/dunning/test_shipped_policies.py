from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from dunning.business_days import BusinessCalendar
from dunning.policy import Policy
from dunning.policy_text import parse_policy

_OTHERS = {
    f"{one}.toml" for one in "assignment calendars cash entities rates sending write_offs".split()
}
_SHIPPED = sorted(
    path
    for path in (Path(__file__).parents[2] / "policies").glob("*.toml")
    if path.name not in _OTHERS
)


_POLICIES = {
    path.stem: parse_policy(path.read_text(encoding="utf-8"), path.name) for path in _SHIPPED
}


@pytest.mark.parametrize(("name", "policy"), _POLICIES.items(), ids=_POLICIES)
def test_every_shipped_policy_can_be_followed(name: str, policy: Policy) -> None:
    assert policy.name == name


def test_seven_policies_are_shipped() -> None:
    assert list(_POLICIES) == [
        "consumer",
        "consumer_nl",
        "eu_formal",
        "high_risk",
        "key_account",
        "small_balance",
        "standard_b2b",
    ]


def test_the_standard_steps_wait_for_the_end_of_weekends_and_bank_holidays() -> None:
    bank_holidays = frozenset({date(2026, 5, 4), date(2026, 5, 25), date(2026, 8, 31)})
    britain = BusinessCalendar("Europe/London", frozenset({5, 6}), bank_holidays)
    friday_before_bank_holiday = date(2026, 5, 22)

    assert {
        step.id: f"{step.scheduled_on(friday_before_bank_holiday, britain):%a %d %b}"
        for step in _POLICIES["standard_b2b"].steps
    } == {
        "courtesy": "Mon 18 May",
        "reminder": "Tue 26 May",
        "request": "Mon 01 Jun",
        "request_sms": "Wed 03 Jun",
        "call": "Mon 08 Jun",
        "firm": "Mon 15 Jun",
        "escalate": "Mon 22 Jun",
        "formal_notice": "Mon 06 Jul",
        "final_notice": "Tue 21 Jul",
        "decide": "Wed 05 Aug",
    }


def test_each_policy_has_the_steps_its_customers_were_promised() -> None:
    def told(policy: Policy) -> str:
        return " ".join(f"{one.id}{one.day:+}/{one.level}" for one in policy.steps)

    assert {name: told(policy) for name, policy in _POLICIES.items()} == {
        "consumer": "courtesy-3/0 reminder+3/1 reminder_sms+7/1 notice+14/2 second_notice+28/3 "
        "last_notice+42/4 decide+60/0",
        "consumer_nl": "courtesy-3/0 reminder+3/1 reminder_sms+7/1 fourteen_day+23/2 "
        "second_notice+40/3 last_notice+57/4 decide+73/0",
        "eu_formal": "courtesy-5/0 reminder+7/1 request+21/2 firm+35/3 decide+50/0",
        "high_risk": "courtesy-3/0 reminder+1/1 call+5/0 request+6/2 firm+11/3 credit_hold+15/0 "
        "formal_notice+30/4 decide+45/0",
        "key_account": "statement_note-7/0 call+5/0 reminder+15/1 escalate+30/0 decide+45/0",
        "small_balance": "reminder+7/1 request+21/2 write_off+120/0",
        "standard_b2b": "courtesy-5/0 reminder+3/1 request+10/2 request_sms+12/2 call+17/0 "
        "firm+24/3 escalate+30/0 formal_notice+45/4 final_notice+60/5 decide+75/0",
    }


def test_formal_letters_and_those_to_key_accounts_need_approval() -> None:
    touches = [(name, step) for name, one in _POLICIES.items() for step in one.steps if step.letter]
    approved = {(name, step.id) for name, step in touches if step.approval}
    formal = {(n, s.id) for n, s in touches if s.letter in ("formal_notice", "final_notice")}
    key_account = {(name, step.id) for name, step in touches if name == "key_account"}

    consumers = {("consumer", "last_notice"), ("consumer_nl", "last_notice")}
    assert approved == formal | key_account | consumers | {("eu_formal", "firm")}


def test_consumers_get_letters_written_for_consumers() -> None:
    letters = {step.letter for step in _POLICIES["consumer"].steps if step.letter}
    dutch = {step.letter for step in _POLICIES["consumer_nl"].steps if step.letter}

    assert letters == {"courtesy", "consumer_reminder", "consumer_notice"}
    assert dutch == letters | {"nl_fourteen_day"}


def test_key_accounts_get_a_statement_every_month_and_nobody_else() -> None:
    asked = {name: (one.statement.every, one.statement.day) for name, one in _POLICIES.items()}

    assert asked.pop("key_account") == ("month", 3)
    assert {every for every, _ in asked.values()} == {"never"}


def test_dutch_costs_are_stated_only_after_the_fourteen_day_letter_and_its_time() -> None:
    policy = _POLICIES["consumer_nl"]
    (letter,) = [step for step in policy.steps if step.letter == "nl_fourteen_day"]
    stating = [s for s in policy.steps if s.letter and policy.interest.speaks_at(s.level)]

    assert policy.interest.fees
    # 15 days from the day after the letter came.
    assert min(step.day for step in stating) >= letter.day + 16
    assert policy.days_between_levels >= 16


@pytest.mark.parametrize("policy", _POLICIES.values(), ids=_POLICIES)
def test_no_policy_writes_at_night_or_in_floods(policy: Policy) -> None:
    most = {(cap.count, cap.days) for cap in policy.caps["email"]}

    assert all(time(9) <= one.opens < one.closes <= time(18) for one in policy.windows.values())
    assert (2, 7) in most
    assert {(cap.count, cap.days) for cap in policy.caps["all"]} == {(3, 7), (10, 30)}
    assert policy.caps.keys() >= policy.windows.keys()
    assert policy.days_between_touches.keys() == policy.windows.keys()
