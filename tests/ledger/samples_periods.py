"""A fact of every kind about months and statements of account, as it may stand in the books."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dunning import period_facts, statement_facts
from ledger.wire import AnyFact
from tests.ledger.entries import AT, eur

_DAY = date(2026, 3, 9)

PERIOD_SAMPLES: tuple[AnyFact, ...] = (
    period_facts.PeriodPrepared(
        at=AT,
        by="ada",
        entity="demo",
        month="2026-01",
        digest="ab" * 32,
        balances=(period_facts.GlBalance("1200", eur(100)),),
        items=(period_facts.ReconcilingItem("timing", "JE-7", eur(-5), _DAY, "bea"),),
        rates=(("current", Decimal("0.003")),),
        audit="Yes.",
    ),
    period_facts.PeriodClosed(
        at=AT, by="bea", entity="demo", month="2026-01", digest="ab" * 32, note="tied out"
    ),
    period_facts.PeriodReopened(
        at=AT, by="ada", entity="demo", month="2026-01", reason="wrong bank file", approved_by="cfo"
    ),
    statement_facts.StatementAsked(
        at=AT, by="ada", customer="C-1", entity="", period="2026-03-31", note="they rang"
    ),
    statement_facts.StatementCancelled(
        at=AT, by="ada", customer="C-1", entity="", period="2026-03-31"
    ),
    statement_facts.StatementStarted(
        at=AT,
        by="duncan",
        customer="C-1",
        entity="demo",
        period="2026-01",
        attempt="s1",
        channel="email",
        contact="C-1/1",
        policy="standard_b2b v1",
        content="ab" * 32,
    ),
    statement_facts.StatementSent(at=AT, by="duncan", attempt="s1", provider_id="<s1@x>"),
    statement_facts.StatementRefused(
        at=AT, by="duncan", attempt="s1", why="busy", retry_at=AT + timedelta(minutes=15)
    ),
    statement_facts.StatementUnknown(at=AT, by="duncan", attempt="s1", why="the line broke"),
    statement_facts.StatementWithheld(
        at=AT,
        by="duncan",
        customer="C-1",
        entity="demo",
        period="2026-01",
        code="LEGAL_INSOLVENCY",
        why="an administrator wrote",
    ),
)
