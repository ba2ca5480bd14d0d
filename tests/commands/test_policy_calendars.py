"""The team's own days are part of a version: two people, a day, and an audit that knows which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from commands.audit.terms import kept_terms
from commands.policies.diff import differences
from commands.policies.taking_effect import take_effect
from dunning.next_step import plan
from dunning.policy_problems import InvalidPolicy
from dunning.steps import SendTouch
from ledger.engine import open_engine
from ledger.ledger import Ledger
from ledger.schema import upgrade
from tests.commands.changing_policies import START, Office, in_force_soon, settled_in

OFF, PAST = date(2026, 3, 4), date(2026, 2, 25)
FILE = "policies/calendars.toml"
DAYS = f"""
[[day]]
on = "{OFF}"
country = "DE"
why = "the works close"

[[day]]
on = "{PAST}"
why = "never was one"
""".encode()
LATER = in_force_soon(START) + timedelta(hours=1)


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Office]:
    """An office with one German customer who owes an invoice that was due on Sunday."""
    ledger = Ledger(open_engine(f"sqlite:///{tmp_path / 'books.db'}"))
    upgrade(ledger.engine)
    yield settled_in(ledger, tmp_path)
    ledger.engine.dispose()


def reminder(team: Office, now: datetime) -> date:
    """The day on which the customer would hear from us."""
    with team.ledger.reading() as books:
        case = books.case("I-1")
        step = plan(team.planner.situation(case, books.customer("C-1"), now)).step
    assert isinstance(step, SendTouch), step
    return step.at.date()


def test_a_closing_day_moves_what_comes_on_it_once_it_is_in_force(team: Office) -> None:
    team.adds(FILE, DAYS, "the works close")

    assert reminder(team, START) == OFF
    assert take_effect(team.ledger, team.versions, LATER) == 1
    assert reminder(team, LATER) == OFF + timedelta(days=1)


def test_it_is_told_in_words_and_changes_no_day_before_it(team: Office) -> None:
    team.adds(FILE, DAYS, "the works close")
    old, new = (team.versions.load(number).policies for number in (1, 2))
    told = differences(old, new, (team.versions.files(1), team.versions.files(2)))
    with team.ledger.reading() as books:
        kept = kept_terms(books, team.planner)
        customer = books.customer("C-1")
    entity = team.planner.policies.entity("")
    calendar = team.planner.calendars.calendar_for(customer, entity, 2026, kept.own_days)

    assert f"calendar: {OFF} is a day off (DE): the works close" in told
    assert [one.on for one in kept.own_days.days] == [OFF]
    assert kept.own_days == team.versions.own_days_at(LATER)
    assert not calendar.is_business_day(OFF)
    assert calendar.is_business_day(PAST)


def test_a_mistake_in_the_calendar_is_no_draft(team: Office) -> None:
    files = dict(team.versions.files(1))
    files[FILE] += b'[[day]]\non = "24.12."\nwhy = "x"\n'

    with pytest.raises(InvalidPolicy, match=r"24\.12\."):
        team.does("ada").draft(files, "x")
