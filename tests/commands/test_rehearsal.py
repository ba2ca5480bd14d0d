"""A rehearsal plays a period through the real workflows, activities and letters."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from activities.planning import Planner
from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, Script, read_script
from commands.sample.ledger import write_sample_ledger
from dunning.business_days import BusinessCalendar
from dunning.customer import Customer
from dunning.policy import Policy
from settings import ROOT, Settings
from tests.cast import day
from tests.commands.rehearsal_laws import (
    Report,
    silences,
    told_after_settling,
    told_on_a_day_off,
    told_twice_a_day,
)
from tests.commands.rehearsed import CUT, LAST, Rehearsed

IBM = ROOT.parent / "shared/data/ibm_late_payment/WA_Fn-UseC_-Accounts-Receivable.csv"
IBM_INVOICES = 250

LEDGER = """\
invoice,customer,currency,amount,issue_date,due_date
A-1,C-1,EUR,1500.00,2026-02-02,2026-03-02
A-2,C-1,EUR,80.00,2026-02-09,2026-03-06
A-3,C-2,USD,2500.00,2026-02-02,2026-03-04
A-4,C-3,JPY,90000,2026-02-10,2026-02-20
"""
PAYMENTS = """\
date,currency,amount,reference
2026-03-17,EUR,1500.00,A-1
2026-03-10,USD,500.00,A-3
"""
EVENTS = """\
date,action,invoice,amount,until,reason,by
2026-03-06,pause,A-4,,2026-03-20,system,ada
2026-03-08,promise,A-2,,2026-03-30,,ada
2026-03-09,pause,A-9,,,system,ada
2026-03-12,dispute,A-3,200.00,,price,ada
"""


async def played(script: Script, home: Path) -> Report:
    """The report of a rehearsal in fresh books."""
    settings = fresh_home(Settings(_env_file=None), home)  # type: ignore[call-arg]  # Pydantic's own.
    done = await rehearse(script, Stage(settings), lambda _: None)
    report = rehearsal_report(script, done)
    done.wiring.ledger.engine.dispose()
    return report


def small_script(folder: Path) -> Script:
    """Four invoices, two payments, four events, of which one is about an unknown invoice."""
    files = {"invoices": LEDGER, "payments": PAYMENTS, "events": EVENTS}
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    read = Files(folder / "invoices.csv", folder / "payments.csv", events=folder / "events.csv")
    return read_script(read, None, day(40))


async def test_a_rehearsal_played_twice_gives_the_same_messages(tmp_path: Path) -> None:
    script = small_script(tmp_path)
    first = await played(script, tmp_path / "first")
    second = await played(script, tmp_path / "second")

    assert len(first["messages"]) > 5
    for part in ("messages", "withheld", "tasks", "cases", "refused_events"):
        assert first[part] == second[part], part


async def test_a_rehearsal_keeps_to_the_dates_of_its_input(tmp_path: Path) -> None:
    script = small_script(tmp_path)
    report = await played(script, tmp_path / "home")
    told = [
        (message["local_date"], message["letter"])
        for message in report["messages"]
        if message["customer"] == "C-1"
    ]

    assert told[:3] == [
        ("2026-02-25", "courtesy"),
        ("2026-03-05", "reminder"),
        ("2026-03-12", "request"),
    ]
    assert {case["invoice"]: case["closed_on"] for case in report["cases"]}["A-1"] == "2026-03-17"


async def test_a_credit_note_among_the_invoices_is_played_on_its_day(tmp_path: Path) -> None:
    whole = "A-9,C-1,EUR,-1500.00,2026-03-10,,A-1\n"
    of_nothing = "A-8,C-3,JPY,-90000,2026-02-25,,\n"
    rows = [f"{row}," for row in LEDGER.splitlines()]
    ledger = "\n".join([f"{rows[0]}credits", *rows[1:], whole + of_nothing])
    (tmp_path / "invoices.csv").write_text(ledger)
    script = read_script(Files(tmp_path / "invoices.csv"), None, day(40))
    report = await played(script, tmp_path / "home")
    cases = {one["invoice"]: one for one in report["cases"]}
    told = [(one["invoices"], one["local_date"]) for one in report["messages"] if one["level"]]

    assert report["rejected"] == []
    # The note settles its invoice: nobody is reminded of it from that day on.
    assert (cases["A-1"]["balance"], cases["A-1"]["closed_on"]) == ("0.00", "2026-03-10")
    assert max(on for invoices, on in told if "A-1" in invoices) < "2026-03-10"
    # Credit of no invoice covers all the third customer owes from the day it came.
    assert [on for invoices, on in told if "A-4" in invoices and on >= "2026-02-25"] == []
    codes = {one["code"] for one in report["withheld"] if one["invoice"] == "A-4"}
    assert "CREDIT_COVERS" in codes
    assert cases["A-4"]["balance"] == "90000"


async def test_an_event_that_cannot_be_is_reported_and_the_play_goes_on(tmp_path: Path) -> None:
    report = await played(small_script(tmp_path), tmp_path / "home")

    assert [(one["invoice"], one["action"]) for one in report["refused_events"]] == [
        ("A-9", "pause")
    ]
    assert "no invoice A-9" in report["refused_events"][0]["why"]


def test_nobody_of_the_sample_ledger_is_written_to_against_the_rules(
    rehearsed: Rehearsed, planner: Planner
) -> None:
    sample = write_sample_ledger(rehearsed.settings.home / "files", LAST, days=40)
    files = (sample.invoices_file, sample.payments_file, sample.customers_file)
    script = read_script(Files(*files), None, None)
    # What was paid later than this day is not part of the rehearsal.
    known = tuple(row for row in script.payments if row.on <= CUT)
    script = replace(script, payments=known)

    assert_the_laws_hold(rehearsed.report, script, planner)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not IBM.exists(), reason="the late payment sample is not beside the checkout")
async def test_nobody_of_a_real_ledger_is_written_to_against_the_rules(
    tmp_path: Path, planner: Planner
) -> None:
    script = first_invoices(read_script(Files(IBM), None, None))
    report = await played(script, tmp_path)

    assert len(report["cases"]) == IBM_INVOICES
    assert len(report["messages"]) > 50
    assert all(case["closed_on"] for case in report["cases"])
    assert_the_laws_hold(report, script, planner)
    assert list(silences(report, script, *known_to(planner, script))) == []


def first_invoices(script: Script) -> Script:
    """The oldest invoices with their customers and payments."""
    oldest = sorted(script.invoices, key=lambda row: (row.issue_date, row.invoice))[:IBM_INVOICES]
    numbers = {row.invoice for row in oldest}
    owing = {row.customer for row in oldest}
    paid = [row for row in script.payments if row.reference in numbers]
    return replace(
        script,
        last=max(row.on for row in paid) + timedelta(days=1),
        customers=tuple(row for row in script.customers if row.customer in owing),
        invoices=tuple(oldest),
        payments=tuple(paid),
    )


def assert_the_laws_hold(report: Report, script: Script, planner: Planner) -> None:
    _, calendar_of = known_to(planner, script)

    assert told_after_settling(report, script) == []
    assert told_twice_a_day(report) == []
    assert told_on_a_day_off(report, calendar_of) == []


def known_to(planner: Planner, script: Script) -> tuple[Any, Any]:
    """The policy of an invoice and the calendar of a customer, from the input alone."""
    customers = {row.customer: row for row in script.customers}

    @cache
    def calendar_of(number: str) -> BusinessCalendar:
        row = customers[number]
        known = Customer(
            number,
            row.name,
            country=row.country,
            subdivision=row.subdivision,
            timezone=row.timezone,
            closures=row.closures,
        )
        entity = planner.policies.entity(row.entity)
        return planner.calendars.calendar_for(known, entity, script.first.year)

    def policy_of(_: str) -> Policy:
        return planner.policies.policy("standard_b2b")

    return policy_of, calendar_of
