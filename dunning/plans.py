"""The life of payment plans: what they hold, when one is completed, missed or left undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dunning.case import Case
from dunning.customer import Customer
from dunning.may import is_closed
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import Instalment, PlanEnded
from dunning.replacing import replace
from dunning.situation import Situation
from dunning.steps import Wait

DUNCAN = "duncan"
ONE_DAY = timedelta(days=1)
# Decided by a person: the customer hears from us on the day after at the earliest.
_BY_A_PERSON = ("cancelled", "declined")


def plans_of(case: Case, customer: Customer) -> tuple[PaymentPlan, ...]:
    """The customer's plans that are about the invoice, oldest first."""
    return tuple(plan for plan in customer.plans if case.invoice in plan.invoices)


def open_plan(case: Case, customer: Customer) -> PaymentPlan | None:
    """The invoice's plan that stands or waits for approval."""
    return next((plan for plan in plans_of(case, customer) if not plan.outcome), None)


def with_money(plan: PaymentPlan, cases: Mapping[str, Case]) -> PaymentPlan:
    """An open plan with the money on its invoices; `cases` has them by number."""
    if plan.outcome:
        return plan
    mine = [cases[invoice] for invoice in plan.invoices if invoice in cases]
    cash = (one for case in mine for one in case.cash if one.at >= plan.at)
    return replace(plan, cash=tuple(cash), paid_off=all(map(is_closed, mine)))


def ended_plans(situation: Situation) -> Iterator[PlanEnded]:
    """How the customer's plans end today, whichever invoice is looked at."""
    for plan in situation.customer.plans:
        if plan.outcome:
            continue
        ended = _end_of(situation, plan)
        if ended:
            outcome, note, missed = ended
            yield PlanEnded(
                at=situation.now,
                by=DUNCAN,
                plan=plan.plan,
                outcome=outcome,
                note=note,
                missed=missed,
            )


def plan_wait(situation: Situation) -> Wait | None:
    """The silence a plan brings its invoice: until its next instalment should be in at last."""
    plan = open_plan(situation.case, situation.customer) if situation.customer.plans else None
    if plan is None or _end_of(situation, plan):
        return None
    if not plan.stands:
        last_day = _decide_by(situation, plan)
        why = f"a payment plan waits for the {plan.role}, until {last_day} at the latest"
        return Wait(at=situation.start_of(last_day + ONE_DAY), code="PLAN", why=why)
    instalment = next(one for one in plan.instalments if not _came(situation, plan, one))
    last_day = _last_day(situation, instalment)
    why = f"a payment plan stands; the next instalment is due on {instalment.on}"
    return Wait(at=situation.start_of(last_day + ONE_DAY), code="PLAN", why=why)


def first_day_after_plans(situation: Situation) -> date:
    """The first day on which the customer may hear from us after the invoice's plans ended."""
    case, calendar = situation.case, situation.calendar
    days = [case.issue_date]
    for plan in plans_of(case, situation.customer):
        if plan.ended_at:
            ended = calendar.local_date(plan.ended_at)
            days.append(ended + ONE_DAY if plan.outcome in _BY_A_PERSON else ended)
    return max(days)


def missed_instalment(situation: Situation) -> date | None:
    """The day of the instalment that broke the invoice's plan, until a letter named it."""
    broken = [p for p in plans_of(situation.case, situation.customer) if p.outcome == "broken"]
    if not broken or broken[-1].ended_at is None:
        return None
    ended_at = broken[-1].ended_at
    said = (t for t in situation.case.touches if t.counts and t.level > 0 and t.at >= ended_at)
    return None if any(said) else broken[-1].missed


def _end_of(situation: Situation, plan: PaymentPlan) -> tuple[str, str, date | None] | None:
    if not plan.stands:
        if situation.today > _decide_by(situation, plan):
            return "lapsed", f"the {plan.role} did not decide in time", None
        return ("lapsed", "nothing is open any more", None) if plan.paid_off else None
    if plan.paid_off or all(_came(situation, plan, one) for one in plan.instalments):
        return "completed", "all instalments came", None
    missed = (
        one
        for one in plan.instalments
        if situation.today > _last_day(situation, one) and not _came(situation, plan, one)
    )
    first = next(missed, None)
    if first is None:
        return None
    note = f"the instalment of {first.amount} due on {first.on} did not come"
    return "broken", note, first.on


def _came(situation: Situation, plan: PaymentPlan, instalment: Instalment) -> bool:
    received = plan.received(_last_day(situation, instalment))
    return received >= plan.due_with(instalment)


def _last_day(situation: Situation, instalment: Instalment) -> date:
    grace = situation.policy.plan.grace_business_days
    return situation.calendar.business_days_after(instalment.on, grace)


def _decide_by(situation: Situation, plan: PaymentPlan) -> date:
    """The last day on which its approval is waited for."""
    rules, calendar = situation.policy.escalation, situation.calendar
    asked_on = calendar.local_date(plan.at)
    return calendar.business_days_after(asked_on, rules.wait_business_days)
