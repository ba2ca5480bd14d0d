"""One fact of every kind, as it may stand in the books."""

from __future__ import annotations

from datetime import date, timedelta

from dunning import (
    cash_facts,
    channel_facts,
    contact_facts,
    customer_facts,
    dispute_facts,
    experiment_facts,
    facts,
    note_facts,
    payment,
    plan_facts,
    promise_facts,
    proposal_facts,
    task_facts,
    touch_facts,
)
from ledger.wire import AnyFact
from tests.ledger.audit_samples import AUDIT_SAMPLES
from tests.ledger.entries import AT, described, eur, opened, paid, paused
from tests.ledger.samples_adjustments import ADJUSTED
from tests.ledger.samples_erasures import ERASURES
from tests.ledger.samples_of_people import PEOPLE
from tests.ledger.samples_periods import PERIOD_SAMPLES
from tests.ledger.samples_versions import VERSIONS

_DAY = date(2026, 3, 9)

SAMPLES: tuple[AnyFact, ...] = (
    opened(),
    experiment_facts.ExperimentStarted(
        at=AT,
        by="ada",
        experiment="pace",
        policy="standard_b2b",
        step="reminder",
        arms=(experiment_facts.Arm("sooner", 40, letter="request", day=2),),
        starts=_DAY,
        ends=_DAY,
        segments=("retail",),
        most_disputes=5,
        note="as agreed",
    ),
    experiment_facts.ExperimentStopped(at=AT, by="ada", experiment="pace", reason="complaints"),
    facts.InvoiceAmended(at=AT, by="import", amount=eur(140_000), due_date=_DAY, reference="PO 7"),
    paid(100),
    facts.PaymentReversed(
        at=AT, by="import", payment="P-1", amount=eur(100), on=_DAY, reason="bounced"
    ),
    cash_facts.ApplicationUndone(
        at=AT, by="ada", number=2, payment="P-1", amount=eur(100), on=_DAY, reason="not theirs"
    ),
    cash_facts.DeductionAllowed(
        at=AT, by="import", payment="P-1", amount=eur(3), on=_DAY, reason="discount"
    ),
    cash_facts.DeductionUndone(
        at=AT, by="import", payment="P-1", amount=eur(3), on=_DAY, reason="withholding"
    ),
    cash_facts.ShortPaid(at=AT, by="import", payment="P-1", amount=eur(1), reason="tolerance"),
    cash_facts.PutOnAccount(at=AT, by="ada", payment="P-1", customer="C-1", why="paid twice"),
    cash_facts.TakenOffAccount(at=AT, by="ada", payment="P-1", reason="another's"),
    cash_facts.PaymentReturned(
        at=AT, by="import", payment="P-1", amount=eur(100), on=_DAY, reason="AC04"
    ),
    cash_facts.PayerAliasLearnt(
        at=AT, by="ada", payer="ab12", shown="ACME DE89…3000", customer="C-1"
    ),
    cash_facts.PayerAliasForgotten(at=AT, by="ada", payer="ab12", reason="pays for two"),
    facts.CreditApplied(
        at=AT,
        by="bea",
        credit="CN-I-1/1",
        amount=eur(30_000),
        on=_DAY,
        dispute="I-1/1",
        reason="price",
    ),
    facts.WrittenOff(at=AT, by="ada", reason="bankrupt", waiver="in court", relief_from=_DAY),
    *ADJUSTED,
    facts.HandedOver(at=AT, by="ada", to="Gladstone Legal", reason="no answer"),
    paused(note="später"),
    facts.Resumed(at=AT, by="ada", reason="answered", note="rang back"),
    promise_facts.PromiseMade(
        at=AT, by="ada", amount=eur(5_000), promised_on=_DAY, note="by phone", reply="R-1"
    ),
    dispute_facts.DisputeOpened(at=AT, by="ada", dispute="I-1/1", reason="price", amount=eur(1)),
    dispute_facts.DisputeResolved(at=AT, by="ada", dispute="I-1/1", outcome="split", note="half"),
    facts.Escalated(at=AT, by="ada", to_role="ar_lead", step="escalate", hold=True, reason="big"),
    facts.TaskOpened(
        at=AT, by="duncan", task="C-1:call", what="call", role="associate", why="due", step="call"
    ),
    facts.TaskClosed(at=AT, by="ada", task="C-1:call", outcome="promised", note="Friday"),
    touch_facts.TouchApproved(at=AT, by="ada", step="formal_notice", note="go"),
    touch_facts.SendRequested(at=AT, by="ada", note="now"),
    touch_facts.TouchReworded(
        at=AT,
        by="ada",
        step="reminder",
        letter="reminder",
        channel="email",
        subject="Our call",
        text="{{ greeting }}",
        made_from="0" * 64,
    ),
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
    described(
        "C-1", contact_facts.Contact("C-1/1", "Søren", "billing", "s@x.example", "+4512345678")
    ),
    customer_facts.CustomerPaused(at=AT, by="ada", reason="hardship", until=_DAY, note="flood"),
    customer_facts.CustomerResumed(at=AT, by="ada", reason="recovered", note="paid"),
    contact_facts.ContactBlocked(
        at=AT, by="duncan", contact="C-1/1", channel="email", code="BOUNCED", why="no such user"
    ),
    customer_facts.HoldPlaced(
        at=AT, by="duncan", hold="H-1", code="LEGAL_INSOLVENCY", why="an administrator wrote"
    ),
    customer_facts.HoldLifted(at=AT, by="ada", hold="H-1", reason="not our customer"),
    contact_facts.ContactUnblocked(
        at=AT, by="duncan", contact="C-1/1", channel="sms", reason="START", reply="R-2"
    ),
    contact_facts.ConsentRecorded(
        at=AT, by="ada", contact="C-1/1", channel="sms", source="order form", wording="text me"
    ),
    contact_facts.ContactProposed(
        at=AT,
        by="duncan",
        contact=contact_facts.Contact("C-1/2", "Åsa", "billing", "a@x.example"),
        reply="R-3",
    ),
    contact_facts.ContactVerified(at=AT, by="ada", contact="C-1/2", note="rang the switchboard"),
    contact_facts.ContactAway(at=AT, by="duncan", contact="C-1/1", until=_DAY, reply="R-4"),
    contact_facts.SentenceAdded(at=AT, by="ada", message="2026-03-02 email", text="Danke, Åsa!"),
    contact_facts.ContactLogged(at=AT, by="ada", channel="call", note="left a message"),
    note_facts.NoteAdded(at=AT, by="ada", text="Pays on the 15th, says Åsa.", invoice="INV-7"),
    contact_facts.ReplyReceived(
        at=AT, by="duncan", reply="R-1", channel="email", intents=("paid",), hold_until=AT
    ),
    contact_facts.ReplyHandled(at=AT, by="ada", reply="R-1", outcome="answered"),
    contact_facts.ReplyReadAgain(
        at=AT, by="ada", reply="R-1", intents=("dispute",), were=("paid", "other")
    ),
    contact_facts.ReplyAnswered(
        at=AT, by="duncan", reply="R-1", attempt="a2", channel="email", letter="invoice_copy"
    ),
    plan_facts.PlanProposed(
        at=AT,
        by="ada",
        plan="P-1",
        invoices=("I-1", "I-2"),
        instalments=(plan_facts.Instalment(_DAY, eur(5_000)),),
        role="ar_lead",
    ),
    plan_facts.PlanApproved(at=AT, by="eve", plan="P-1", note="once"),
    plan_facts.PlanEnded(at=AT, by="duncan", plan="P-1", outcome="broken", missed=_DAY),
    proposal_facts.ProposalMade(
        at=AT,
        by="ada",
        what="promise",
        role="ar_lead",
        reason="later than 30 days",
        amount=eur(5_000),
        promised_on=_DAY,
    ),
    proposal_facts.ProposalDecided(
        at=AT, by="bea", what="promise", outcome="approved", note="known for it"
    ),
    task_facts.CallMade(at=AT, by="ada", task="C-1:call", outcome="no_answer", note="rang long"),
    task_facts.TaskRaised(at=AT, by="duncan", task="C-1:call", role="ar_lead", why="not done"),
    task_facts.Delegated(at=AT, by="bea", of="ar_lead", to="cem", until=_DAY, note="holiday"),
    channel_facts.ChannelStopped(
        at=AT, by="duncan", channel="email", code="AUTH", why="the key is refused"
    ),
    channel_facts.ChannelReleased(at=AT, by="ada", channel="email", reason="new key", on=_DAY),
    promise_facts.PromiseWithdrawn(at=AT, by="ada", reason="misread"),
    promise_facts.PromiseSettled(
        at=AT, by="duncan", promised_on=_DAY, outcome="part_kept", paid=eur(100)
    ),
    dispute_facts.DisputeAssigned(at=AT, by="ada", dispute="I-1/1", owner="sales", why="price"),
    dispute_facts.DisputeReminded(
        at=AT, by="duncan", dispute="I-1/1", owner="sales", why="five days without an answer"
    ),
    dispute_facts.DisputeAcknowledged(at=AT, by="sam", dispute="I-1/1", note="asked the plant"),
    dispute_facts.DisputeEscalated(
        at=AT, by="duncan", dispute="I-1/1", role="ar_lead", why="not resolved in 10 days"
    ),
    dispute_facts.DisputeWaiting(at=AT, by="ada", dispute="I-1/1", on="customer", note="photos"),
    dispute_facts.EvidenceAdded(
        at=AT, by="ada", dispute="I-1/1", name="photo.jpg", digest="ab" * 32
    ),
    dispute_facts.CreditProposed(
        at=AT, by="ada", dispute="I-1/1", amount=eur(100), role="manager", note="half"
    ),
    dispute_facts.CreditApproved(
        at=AT, by="bea", dispute="I-1/1", role="controller", note="agreed"
    ),
    dispute_facts.CreditDeclined(at=AT, by="bea", dispute="I-1/1", note="too much"),
    dispute_facts.DisputeReleased(at=AT, by="duncan", dispute="I-1/1", why="grace is over"),
    touch_facts.TouchBounced(at=AT, by="duncan", attempt="a1", code="5.1.1", why="no such user"),
    *PERIOD_SAMPLES,
    payment.PaymentReceived(
        at=AT, by="import", payment="P-1", amount=eur(100), on=_DAY, reference="I-1", payer="ACME"
    ),
    *AUDIT_SAMPLES,
    *VERSIONS,
    *PEOPLE,
    *ERASURES,
)
