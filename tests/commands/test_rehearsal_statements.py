"""A rehearsal sends the statements of account that policies ask for, when upkeep would."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from commands.rehearsal.playing import Stage, fresh_home, rehearse
from commands.rehearsal.report import rehearsal_report
from commands.rehearsal.script import Files, read_script
from commands.rehearsal.summary import print_summary
from settings import Settings

INVOICES = """\
invoice,customer,currency,amount,issue_date,due_date,policy,distributed
A-1,C-1,EUR,1500.00,2026-02-02,2026-05-02,key_account,yes
A-2,C-2,EUR,80.00,2026-02-09,2026-05-06,standard_b2b,yes
A-3,C-3,EUR,70.00,2026-02-09,2026-05-06,key_account,yes
A-4,C-4,EUR,90.00,2026-02-09,2026-05-06,key_account,yes
A-5,C-5,EUR,60.00,2026-02-09,2026-05-06,key_account,yes
"""
CUSTOMERS = """\
customer,name,country,timezone,locale,contact_name,contact_role,email
C-1,First,GB,Europe/London,en,Ada,billing,ada@first.example
C-2,Second,GB,Europe/London,en,Bea,billing,bea@second.example
C-3,Third,GB,Europe/London,en,,,
C-4,Fourth,GB,Europe/London,en,Dan,billing,dan@fourth.example
C-5,Fifth,GB,Europe/London,en,Eve,billing,eve@fifth.example
"""
PAYMENTS = """\
date,currency,amount,reference
2026-02-27,EUR,90.00,A-4
2026-03-02,EUR,60.00,A-5
"""


@pytest.fixture
async def report(tmp_path: Path) -> dict[str, Any]:
    """February to Easter with four key accounts and another customer."""
    files = {"invoices": INVOICES, "customers": CUSTOMERS, "payments": PAYMENTS}
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    read = Files(tmp_path / "invoices.csv", tmp_path / "payments.csv", tmp_path / "customers.csv")
    script = read_script(read, None, date(2026, 4, 8))
    settings = fresh_home(Settings(_env_file=None), tmp_path / "home")  # type: ignore[call-arg]  # Pydantic's own.
    done = await rehearse(script, Stage(settings), lambda _: None)
    told = rehearsal_report(script, done)
    done.wiring.ledger.engine.dispose()
    return told


async def test_statements_go_out_when_upkeep_would_send_them(
    report: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    told = [
        (one["period"], one["customer"], one["state"], one["code"], one["local_date"])
        for one in report["statements"]
    ]
    sent = [one["at"][11:16] for one in report["statements"] if one["state"] == "sent"]
    print_summary(report)

    # What was open at the end of February counts: the fourth had paid, the fifth paid afterwards.
    # The third of April is Good Friday, and the Tuesday after Easter the next day of work.
    assert told == [
        ("2026-02", "C-3", "withheld", "NO_CONTACT", ""),
        ("2026-02", "C-1", "sent", "", "2026-03-03"),
        ("2026-02", "C-5", "sent", "", "2026-03-03"),
        ("2026-03", "C-3", "withheld", "NO_CONTACT", ""),
        ("2026-03", "C-1", "sent", "", "2026-04-07"),
    ]
    # In the first run after the window has opened, in winter and in summer time.
    assert sent == ["09:20", "09:20", "08:20"]
    assert "3 statements of account sent" in capsys.readouterr().out
    # It is no touch, and no part of what following invoices costs.
    assert all(one["letter"] != "statement_note" for one in report["messages"])
    assert report["engine"]["workflows"] == 5
    assert report["audit"]["findings"] == []
    assert report["audit"]["tests"]["A12"]["checked"] >= 3
