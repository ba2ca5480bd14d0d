"""One fact of every kind about audits, findings and reports."""

from __future__ import annotations

from datetime import date

from dunning import finding_facts, report_facts
from ledger.wire import AnyFact
from tests.ledger.entries import AT

_DAY = date(2026, 3, 9)

AUDIT_SAMPLES: tuple[AnyFact, ...] = (
    finding_facts.AuditRecorded(
        at=AT,
        by="eve",
        run="2026-W10",
        first=_DAY,
        last=_DAY,
        invoices=3,
        touches=2,
        customers=1,
        found=1,
        failed=1,
        score={"on_time": 2},
        digest="ab" * 32,
        sealed_from=1,
        sealed_to=9,
        sealed_facts=9,
        seal="cd" * 32,
        root="ef" * 32,
    ),
    finding_facts.FindingFound(
        at=AT,
        by="eve",
        finding="0123456789ab",
        run="2026-W10",
        first=_DAY,
        last=_DAY,
        test="A04",
        code="MISSED",
        invoice="I-1",
        customer="C-1",
        since=_DAY,
        subject="reminder",
        detail="reminder was missed",
        severity="medium",
        owner="ar_lead",
        due=_DAY,
    ),
    finding_facts.FindingAssigned(at=AT, by="eve", owner="controller", due=_DAY, note="yours"),
    finding_facts.FindingExplained(at=AT, by="ada", note="the server was down"),
    finding_facts.FindingRemediated(at=AT, by="ada", note="reminded by phone"),
    finding_facts.FindingAccepted(at=AT, by="bea", note="fine"),
    finding_facts.FindingAcceptanceRefused(at=AT, by="ada", why="ada explained it"),
    finding_facts.FindingReopened(at=AT, by="bea", note="it happened again"),
    finding_facts.FindingGone(at=AT, by="eve", run="2026-W11"),
    report_facts.ReportStarted(
        at=AT, by="duncan", attempt="r1", channel="email", content="ab" * 32
    ),
    report_facts.ReportSent(at=AT, by="duncan", attempt="r1", provider_id="outbox:r1"),
    report_facts.ReportRefused(at=AT, by="duncan", attempt="r1", code="AUTH", why="no such key"),
    report_facts.ReportUnknown(at=AT, by="duncan", attempt="r1", why="no answer"),
)
