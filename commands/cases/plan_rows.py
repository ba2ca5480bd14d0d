"""Payment plans as answers show them."""

from __future__ import annotations

from datetime import date
from typing import Any

from dunning.payment_plan import PaymentPlan


def plan_row(plan: PaymentPlan) -> dict[str, Any]:
    """A plan as JSON answers give it."""
    return {
        "plan": plan.plan,
        "state": state_of(plan),
        "invoices": list(plan.invoices),
        "currency": plan.total.currency,
        "total": str(plan.total.major),
        "instalments": [
            {"date": str(one.on), "amount": str(one.amount.major)} for one in plan.instalments
        ],
        "approver": plan.role or None,
        "proposed_by": plan.by,
        "proposed_at": plan.at.isoformat(),
        "approved_at": plan.approved_at.isoformat() if plan.approved_at else None,
        "ended_at": plan.ended_at.isoformat() if plan.ended_at else None,
        "received": None if plan.outcome else str(plan.received(date.max).major),
    }


def state_of(plan: PaymentPlan) -> str:
    """Where a plan stands, in words."""
    return plan.outcome or ("stands" if plan.stands else f"waits for {plan.role}")
