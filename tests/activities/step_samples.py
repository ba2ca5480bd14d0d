"""One of everything that crosses the engine: steps of invoices and disputes, and orders."""

from __future__ import annotations

from datetime import UTC, datetime

from activities.payloads import DisputeOrder, FactOrder, PlanOrder, StepOrder, UpkeepOrder
from dunning import dispute_steps, steps
from tests.ledger.entries import paused

AT = datetime(2026, 3, 3, 10, tzinfo=UTC)
TOUCH = steps.SendTouch(
    at=AT, why="reminder is due", step="reminder", channel="email", letter="reminder", level=1,
    to="billing", requested=True,
)  # fmt: skip
STEPS: tuple[steps.Step, ...] = (
    TOUCH,
    steps.Wait(at=None, code="CADENCE_DONE", why="people decide"),
    steps.SendInvoice(at=AT, why="not sent yet"),
    steps.AskAssociate(at=AT, why="level 3", step="call", what="call", role="associate"),
    steps.Escalate(at=AT, why="level 4", step="escalate", role="ar_lead"),
    steps.CloseCase(code="PAID", why="paid in full"),
)
DISPUTE_STEPS: tuple[dispute_steps.DisputeStep, ...] = (
    dispute_steps.AssignOwner(at=AT, why="it is new", role="pricing"),
    dispute_steps.RemindOwner(at=AT, why="two days left", role="pricing"),
    dispute_steps.EscalateDispute(at=AT, why="the time is over", role="ar_lead"),
    dispute_steps.AskApproval(at=AT, why="above the limit", role="controller"),
    dispute_steps.TakeBack(at=AT, why="the customer had its time", role="pricing"),
    dispute_steps.EndDispute(at=AT, why="paid in full", outcome="withdrawn"),
    dispute_steps.ReleaseDispute(at=AT, why="grace is over"),
    dispute_steps.CloseDispute(code="RESOLVED", why="nothing is left"),
)
ORDERS = (
    PlanOrder("I-1", AT),
    DisputeOrder("I-1/1", AT),
    StepOrder("I-1", TOUCH, AT),
    FactOrder("I-1", paused(), AT),
    UpkeepOrder("weekly_audit", AT),
)
