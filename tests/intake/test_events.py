from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dunning.money import Money
from intake.events import EventRow, read_events
from tests.intake.ledgers import sort_out, write

HEADER = "date,action,invoice,amount,until,reason,by\n"


def test_a_promise_is_read_in_its_invoice_s_currency(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}2026-03-01,Promise,A-1,10.5,2026-03-09,by phone,ada\n")

    accepted, _ = sort_out(read_events(path, currencies={"A-1": "GBP"}))

    assert accepted == [
        EventRow(
            row=2,
            on=date(2026, 3, 1),
            action="promise",
            invoice="A-1",
            amount=Money(1050, "GBP"),
            until=date(2026, 3, 9),
            reason="by phone",
            by="ada",
        )
    ]


@pytest.mark.parametrize("action", "dispute resolve pause resume escalate write-off".split())
def test_every_other_action_needs_no_end_and_no_amount(tmp_path: Path, action: str) -> None:
    accepted, refused = sort_out(
        read_events(write(tmp_path, f"{HEADER}2026-03-01,{action},A-1,,,,\n"))
    )

    assert not refused
    assert accepted[0].action == action.replace("-", "_")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("2026-03-01,nag,A-1,,,,", "action", "ACTION_UNKNOWN"),
        ("2026-03-01,,A-1,,,,", "action", "ACTION_MISSING"),
        ("2026-03-01,pause,,,,,", "invoice", "INVOICE_MISSING"),
        (",pause,A-1,,,,", "date", "DATE_MISSING"),
        ("2026-03-01,promise,A-1,,,,", "until", "DATE_MISSING"),
        ("2026-03-01,pause,A-1,,2026-02-28,,", "until", "UNTIL_BEFORE_DATE"),
        ("2026-03-01,dispute,A-1,5,,,", "currency", "CURRENCY_MISSING"),
    ],
)
def test_a_broken_event_is_refused(tmp_path: Path, row: str, column: str, code: str) -> None:
    _, refused = sort_out(read_events(write(tmp_path, f"{HEADER}{row}\n")))

    assert [(bad.column, bad.code) for bad in refused] == [(column, code)]


def test_an_amount_must_be_above_zero(tmp_path: Path) -> None:
    path = write(tmp_path, f"{HEADER}2026-03-01,dispute,A-1,0,,,\n")

    _, refused = sort_out(read_events(path, currencies={"A-1": "EUR"}))

    assert [row.code for row in refused] == ["AMOUNT_NOT_POSITIVE"]
