from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from dunning.business_days import BusinessCalendar, SendingWindow
from dunning.policy import Cap, PromiseRules
from dunning.policy_problems import InvalidPolicy
from dunning.policy_text import parse_policy

_POLICY = """
name = "plain"
title = "Plain"
version = 3
days_between_levels = 7
[windows.email]
opens = "09:00"
closes = "16:30"
[caps]
email = [{ count = 2, days = 7 }]
[days_between_touches]
email = 5
[minimum_balance]
default = "25.00"
JPY = "3000"
[promise]
max_days_ahead = 14

[[step]]
id = "courtesy"
action = "touch"
day = -5
level = 0
channel = "email"
letter = "courtesy"
condition = "no_open_reminder"

[[step]]
id = "reminder"
action = "touch"
business_day = 3
level = 1
channel = "email"
letter = "reminder"
to = "manager"
minimum_balance = "250.00"
approval = true

[[step]]
id = "request"
action = "touch"
day = 12
level = 2
channel = "email"
letter = "request"

[[step]]
id = "lead"
action = "escalate"
day = 20
to = "ar_lead"

[[step]]
id = "decide"
action = "task"
day = 30
what = "decide"
to = "controller"
"""


def test_a_policy_reads_as_it_is_written() -> None:
    policy = parse_policy(_POLICY, "plain.toml")
    reminder, decide = policy.steps[1], policy.steps[4]

    assert (policy.name, policy.version, policy.days_between_levels) == ("plain", 3, 7)
    assert policy.windows == {"email": SendingWindow(time(9), time(16, 30))}
    assert policy.caps == {"email": (Cap(2, 7),)}
    assert policy.minimum_balance == {"default": Decimal("25.00"), "JPY": Decimal(3000)}
    assert policy.promise == PromiseRules(max_days_ahead=14)
    assert (reminder.day, reminder.business_days, reminder.to) == (3, True, "manager")
    assert (reminder.minimum_balance, reminder.approval) == (Decimal("250.00"), True)
    assert (decide.what, decide.to, decide.level, decide.channel) == ("decide", "controller", 0, "")
    assert policy.steps[0].condition == "no_open_reminder"


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        # Values.
        ('name = "plain"', "", "name: is missing: it needs a text in quotes"),
        ('name = "plain"', 'name = "Plain 1"', 'name: "Plain 1" is no name: use small letters,'),
        ('title = "Plain"', 'title = " "', "title: is empty"),
        ("version = 3", "version = true", "version: true is not a whole number"),
        ("version = 3", "version = 0", "version: 0 is not a whole number from 1"),
        ("day = 12", 'day = "12"', 'step[3].day: "12" is not a whole number'),
        ("day = 12", "", "step[3].day: is missing"),
        ("day = 12", "day = 12\nbusiness_day = 8", "step[3].day: give either day or business_day"),
        ("approval = true", 'approval = "yes"', 'step[2].approval: "yes" is not true or false'),
        ('"250.00"', "250.00", "step[2].minimum_balance: 250.0 is not an amount in quotes"),
        ('"250.00"', '"-1"', 'step[2].minimum_balance: "-1" is not an amount'),
        ('"250.00"', '"NaN"', 'step[2].minimum_balance: "NaN" is not an amount'),
        ('"250.00"', '"a lot"', 'step[2].minimum_balance: "a lot" is not an amount'),
        ('default = "25.00"', "", "minimum_balance.default: is missing"),
        ('JPY = "3000"', 'JPY = "3000.50"', "minimum_balance.JPY: 3000.50 is not an amount in JPY"),
        ('JPY = "3000"', 'yen = "3000"', "minimum_balance.yen: is no currency"),
        ("max_days_ahead = 14", "max_days_ahead = 0", "promise.max_days_ahead: 0 is not a whole"),
        ("email = 5", "email = -1", "days_between_touches.email: -1 is not a whole number"),
        # Closed lists.
        ('"escalate"', '"escalation"', 'step[4].action: "escalation" is not one of touch, task,'),
        ('"no_open_reminder"', '"no_reply"', 'step[1].condition: "no_reply" is not one of'),
        ('to = "manager"', 'to = "manger"', '"manger" is not one of billing, manager, director'),
        ('letter = "request"', "", "step[3].letter: is missing"),
        # Windows and caps.
        ('"16:30"', '"09:00"', "windows.email.closes: 09:00 is not after 09:00"),
        ('"16:30"', '"24:30"', 'windows.email.closes: "24:30" is not a time from'),
        ('"16:30"', '"4:30pm"', 'windows.email.closes: "4:30pm" is not a time from'),
        ("[windows.email]", "[windows.sms]", "windows.email: is missing"),
        ("count = 2", "count = 0", "caps.email[1].count: 0 is not a whole number from 1"),
        ("days = 7 }", "days = 0 }", "caps.email[1].days: 0 is not a whole number from 1"),
        ("[{ count = 2, days = 7 }]", "2", "caps.email: is not a list"),
        ("[{ count = 2, days = 7 }]", "[2]", "caps.email[1]: 2 is not a table"),
        # Unknown keys.
        ("[promise]", "[promises]", 'promises: unknown key; did you mean "promise"?'),
        ("approval = true", "aproval = true", 'aproval: unknown key; did you mean "approval"?'),
        ("[[step]]", "colour = 1\n[[step]]", "promise.colour: unknown key"),
        ('what = "decide"', 'what = "decide"\nletter = "firm"', "does not belong to a task"),
        ('to = "ar_lead"', 'to = "ar_lead"\napproval = true', "does not belong to an escalation"),
        ('to = "manager"', 'what = "call"', "step[2].what: a touch says its letter"),
        # Tasks and their roles.
        ('what = "decide"', "", "step[5].what: is missing"),
        ('to = "controller"', "", "step[5].to: is missing"),
        ('what = "decide"', 'what = "approve"', 'step[5].what: "approve" is a name Duncan uses'),
        ('id = "lead"', 'id = "issue"', 'step[4].id: "issue" is a name Duncan uses itself'),
        # The cadence as a whole.
        ('id = "request"', 'id = "reminder"', 'step[3].id: "reminder" is taken'),
        ("day = 20", "day = 11", "step[4].day: comes before request"),
        ("level = 2", "level = 3", "step[3].level: rises from 1 to 3"),
        ("level = 2", "level = 0", "step[3].level: falls from 1 to 0"),
        ("level = 0", "level = 2", "step[1].level: the first touch has level 2"),
        ("day = -5", "day = 0", "step[1].day: level 0 speaks before the due date only"),
        ("business_day = 3", "business_day = -3", "step[2].business_day: level 1 reminds of what"),
        ("day = 12", "day = 10", "step[3].day: comes 6 days after reminder, but days_between_lev"),
        ("email = 5", "email = 9", "step[3].day: comes 8 days after reminder, but days_between_t"),
        ('channel = "email"\nletter = "request"', 'channel = "sms"\nletter = "x"', "windows.sms: "),
        ('action = "task"', 'action = "escalate"', "step[5].action: the last step must be a task"),
    ],
)
def test_a_mistake_is_named_with_its_key(written: str, instead: str, problem: str) -> None:
    assert written in _POLICY
    with pytest.raises(InvalidPolicy) as invalid:
        parse_policy(_POLICY.replace(written, instead, 1), "plain.toml")

    assert any(problem in str(one) for one in invalid.value.problems), invalid.value


def test_all_mistakes_are_named_at_once() -> None:
    text = _POLICY.replace('"16:30"', '"08:00"').replace("level = 2", "level = 4")
    with pytest.raises(InvalidPolicy) as invalid:
        parse_policy(text.replace('title = "Plain"', 'titel = "Plain"'), "plain.toml")

    assert str(invalid.value).splitlines() == [
        "plain.toml: title: is missing: it needs a text in quotes",
        "plain.toml: windows.email.closes: 08:00 is not after 09:00",
        "plain.toml: step[3].level: rises from 1 to 4: levels rise one by one",
        'plain.toml: titel: unknown key; did you mean "title"?',
    ]


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ("level = 1", 'level = "one"', 'step[2].level: "one" is not a whole number from 0 to 9'),
        ('"escalate"', '"escalte"', '"escalte" is not one of touch, task, escalate; did you mean'),
        ("day = 12", "day = soon", "is not valid TOML"),
    ],
)
def test_one_mistake_is_one_problem(written: str, instead: str, problem: str) -> None:
    with pytest.raises(InvalidPolicy) as invalid:
        parse_policy(_POLICY.replace(written, instead, 1), "plain.toml")

    assert len(invalid.value.problems) == 1
    assert problem in str(invalid.value)


def test_tasks_open_in_the_window_for_email_even_where_only_sms_is_sent() -> None:
    text = _POLICY.replace('channel = "email"', 'channel = "sms"')
    with pytest.raises(InvalidPolicy, match=r"windows\.email: is missing"):
        parse_policy(text.replace("[windows.email]", "[windows.sms]"), "plain.toml")


def test_a_cadence_needs_a_touch() -> None:
    text = _POLICY[: _POLICY.index("[[step]]")] + _POLICY[_POLICY.rindex("[[step]]") :]
    with pytest.raises(InvalidPolicy, match="step: a cadence needs at least one touch"):
        parse_policy(text, "plain.toml")


def test_business_days_are_counted_without_weekends_and_bank_holidays() -> None:
    reminder = parse_policy(_POLICY, "plain.toml").steps[1]
    britain = BusinessCalendar("Europe/London", frozenset({5, 6}), frozenset({date(2026, 5, 25)}))

    assert reminder.scheduled_on(date(2026, 5, 22), britain) == date(2026, 5, 28)


@pytest.mark.parametrize(
    ("opens", "night", "expected"),
    [
        ("01:00", date(2026, 3, 29), "2026-03-29 01:00 CET"),
        ("02:30", date(2026, 3, 29), "2026-03-29 03:30 CEST"),
        ("01:00", date(2026, 10, 25), "2026-10-25 01:00 CEST"),
        ("02:30", date(2026, 10, 25), "2026-10-25 02:30 CEST"),
    ],
)
def test_a_window_at_night_holds_when_the_clocks_change(
    opens: str, night: date, expected: str
) -> None:
    text = _POLICY.replace('"09:00"', f'"{opens}"').replace('"16:30"', '"04:00"')
    window = parse_policy(text, "plain.toml").windows["email"]
    berlin = BusinessCalendar("Europe/Berlin", frozenset(), frozenset())
    noon_before = datetime(night.year, night.month, night.day - 1, 12, tzinfo=UTC)
    first = berlin.next_opening(window, night, noon_before, slot=0.0)
    last = berlin.next_opening(window, night, noon_before, slot=1.0)

    assert f"{first.astimezone(ZoneInfo('Europe/Berlin')):%Y-%m-%d %H:%M %Z}" == expected
    assert berlin.is_open(window, first)
    assert berlin.is_open(window, last)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 5_000, "a = " + "1" * 5_000, "level = 0x" + "f" * 5_000]
)
def test_a_text_that_no_reader_can_take_is_refused_like_any_other(text: str) -> None:
    with pytest.raises(InvalidPolicy, match="is not valid TOML"):
        parse_policy(text, "deep.toml")
