from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from console.tellers import TELLERS
from console.timeline import Entry, timeline
from dunning.facts import InvoiceFact

LONDON = ZoneInfo("Europe/London")


def _told(kind: str, **own: object) -> Entry:
    envelope = {"number": 1, "kind": kind, "at": "2026-07-01T09:00:00+00:00", "by": "m.rivera"}
    shown: dict[str, Any] = {"currency": "JPY", "facts": [envelope | own]}
    return timeline(shown, LONDON, silent_steps={"call"})[0]


def test_every_kind_of_fact_is_told() -> None:
    kinds = {fact.__dataclass_fields__["kind"].default for fact in get_args(InvoiceFact)}

    assert set(TELLERS) == kinds


@pytest.mark.parametrize(
    ("entry", "title", "detail"),
    [
        (
            _told("payment_applied", amount="1200", on="2026-06-30", payment="P-7"),
            "Payment applied",
            "1,200 JPY with value date 30 Jun 2026 (P-7)",
        ),
        (
            _told("touch_refused", why="busy", code="X", retry_at="2026-07-01T10:00:00+00:00"),
            "Refused by the provider",
            "busy (X); next try 1 Jul 2026, 11:00",
        ),
        (
            _told("touch_withheld", step="firm", why="paused", code="PAUSE_goodwill"),
            "Not sent: firm",
            "paused (PAUSE_goodwill)",
        ),
        (
            _told("touch_withheld", step="call", why="late", code="EXPIRED", passed_over=True),
            "Not done: call",
            "late (EXPIRED); the step is not tried again",
        ),
        (
            _told("dispute_opened", reason="not_received", note="lost"),
            "Dispute opened",
            "not received, the whole invoice: lost",
        ),
        (
            _told("escalated", to_role="ar_lead", hold=True, reason="legal"),
            "Escalated to the AR lead",
            "legal; Duncan is silent until somebody resumes the case",
        ),
    ],
)
def test_a_fact_is_told_in_plain_words(entry: Entry, title: str, detail: str) -> None:
    assert (entry.title, entry.detail) == (title, detail)


def test_the_newest_fact_comes_first() -> None:
    first = {"number": 1, "kind": "resumed", "at": "2026-07-01T09:00:00+00:00", "by": "a"}
    second = first | {"number": 2, "at": "2026-07-02T09:00:00+00:00"}
    told = timeline({"currency": "EUR", "facts": [first, second]}, LONDON, ())

    assert [entry.number for entry in told] == [2, 1]
    assert told[1].at == datetime(2026, 7, 1, 9, tzinfo=UTC)
