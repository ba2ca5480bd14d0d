"""One fact of every kind, as it may stand in the books."""

from __future__ import annotations

from datetime import date, timedelta

from dunning import customer, facts, payment, touch_facts
from ledger.wire import AnyFact
from tests.ledger.entries import AT, described, eur, opened, paid, paused

_DAY = date(2026, 3, 9)

SAMPLES: tuple[AnyFact, ...] = (
    opened(),
    facts.InvoiceAmended(at=AT, by="import", amount=eur(140_000), due_date=_DAY, reference="PO 7"),
    paid(100),
    facts.PaymentReversed(
        at=AT, by="import", payment="P-1", amount=eur(100), on=_DAY, reason="bounced"
    ),
    facts.WrittenOff(at=AT, by="ada", reason="bankrupt"),
    facts.HandedOver(at=AT, by="ada", to="Gladstone Legal", reason="no answer"),
    paused(note="später"),
    facts.Resumed(at=AT, by="ada", reason="answered", note="rang back"),
    facts.PromiseMade(at=AT, by="ada", amount=eur(5_000), promised_on=_DAY, note="by phone"),
    facts.DisputeOpened(at=AT, by="ada", dispute="I-1/1", reason="price", amount=eur(1)),
    facts.DisputeResolved(at=AT, by="ada", dispute="I-1/1", outcome="split", note="half"),
    facts.Escalated(at=AT, by="ada", to_role="ar_lead", step="escalate", hold=True, reason="big"),
    facts.TaskOpened(
        at=AT, by="duncan", task="C-1:call", what="call", role="associate", why="due", step="call"
    ),
    facts.TaskClosed(at=AT, by="ada", task="C-1:call", outcome="promised", note="Friday"),
    touch_facts.TouchApproved(at=AT, by="ada", step="formal_notice", note="go"),
    touch_facts.SendRequested(at=AT, by="ada", note="now"),
    touch_facts.TouchStarted(
        at=AT,
        by="duncan",
        attempt="a1",
        step="reminder",
        channel="email",
        letter="reminder",
        level=1,
        amount=eur(150_000),
        contact="C-1/1",
        policy="standard_b2b v1",
        claimant="I-1",
    ),
    touch_facts.TouchSent(at=AT, by="duncan", attempt="a1", provider_id="<a1@x>"),
    touch_facts.TouchRefused(
        at=AT,
        by="duncan",
        attempt="a1",
        code="SMTP_450",
        why="busy",
        retry_at=AT + timedelta(minutes=15),
    ),
    touch_facts.TouchUnknown(at=AT, by="duncan", attempt="a1", why="the line broke"),
    touch_facts.TouchWithheld(
        at=AT, by="duncan", step="reminder", code="CAP", why="full", until=AT, passed_over=False
    ),
    described("C-1", customer.Contact("C-1/1", "Søren", "billing", "s@x.example", "+4512345678")),
    customer.CustomerPaused(at=AT, by="ada", reason="hardship", until=_DAY, note="flood"),
    customer.CustomerResumed(at=AT, by="ada", reason="recovered", note="paid"),
    customer.ContactBlocked(
        at=AT, by="duncan", contact="C-1/1", channel="email", code="BOUNCED", why="no such user"
    ),
    payment.PaymentReceived(
        at=AT, by="import", payment="P-1", amount=eur(100), on=_DAY, reference="I-1", payer="ACME"
    ),
)
