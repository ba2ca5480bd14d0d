"""Holds: what keeps a case silent for a while, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dunning.dispute import Dispute
from dunning.dispute_service import grace_end
from dunning.distribution import NOT_DELIVERED, is_given_up
from dunning.plans import first_day_after_plans, plan_wait
from dunning.promise import Promise
from dunning.promises import held_until, outcome_of
from dunning.proposal import open_proposal
from dunning.situation import Situation, answered_once
from dunning.steps import Wait

ONE_DAY = timedelta(days=1)


def hold_of(situation: Situation) -> Wait | None:
    """The hold that lasts longest; one without an end outlasts all others, a legal one first."""
    waits = holds_of(situation)
    if not waits:
        return None
    open_ended = [wait for wait in waits if wait.at is None]
    dated = [(wait.at, wait) for wait in waits if wait.at is not None]
    if open_ended or not dated:
        return open_ended[0] if open_ended else None
    return max(dated, key=lambda pair: pair[0])[1]


def holds_of(situation: Situation) -> list[Wait]:
    """Everything that keeps the case silent now."""
    return list(_waits(situation))


@answered_once
def broken_promise(situation: Situation) -> Promise | None:
    """The latest promise, when its date and grace passed without all of the money."""
    promises = situation.case.promises
    for number in range(len(promises), 0, -1):
        promise = promises[number - 1]
        if not promise.lifted:
            broken = outcome_of(situation, number) in ("broken", "part_kept")
            return promise if broken else None
    return None


def first_day_after_holds(situation: Situation) -> date:
    """The first day on which the customer may hear from us again after a hold ended.

    Never the day a person resumed the case: a resume must not send at once.
    """
    case, customer, calendar = situation.case, situation.customer, situation.calendar
    days = [case.issue_date]
    days += [
        calendar.local_date(resumed) + ONE_DAY
        for resumed in (case.resumed_at, customer.resumed_at)
        if resumed
    ]
    days += [pause.until + ONE_DAY for pause in (case.pause, customer.pause) if pause]
    broken = broken_promise(situation) if case.promises else None
    if broken:
        days.append(held_until(situation, broken) + ONE_DAY)
    if customer.plans:
        days.append(first_day_after_plans(situation))
    return max(days)


def _waits(situation: Situation) -> Iterator[Wait]:
    case, customer, today = situation.case, situation.customer, situation.today
    if customer.holds:
        yield from _customer_holds(situation)
    if case.pause and case.pause.until >= today:
        yield _until_after(situation, case.pause.until, f"PAUSE_{case.pause.reason}", "paused")
    if customer.pause and customer.pause.until >= today:
        reason = f"PAUSE_{customer.pause.reason}"
        yield _until_after(situation, customer.pause.until, reason, "the customer is paused")
    if case.escalation and case.escalation.hold:
        why = f"escalated to {case.escalation.to_role}, who decides what happens next"
        yield Wait(at=None, code="ESCALATED", why=why)
    if situation.policy.delivery_required and is_given_up(case):
        why = "the invoice did not reach the customer; send it again, or confirm that it arrived"
        yield Wait(at=None, code=NOT_DELIVERED, why=why)
    if case.promises:
        yield from _promise_wait(situation)
    if customer.plans or customer.replies or case.proposals:
        waits = (plan_wait(situation), _reply_wait(situation), _proposal_wait(situation))
        yield from filter(None, waits)
    if case.disputes:
        yield from _dispute_wait(situation)


def _customer_holds(situation: Situation) -> Iterator[Wait]:
    """What a person has to lift; the engine sees the code only, not who wrote what."""
    legal_first = sorted(
        situation.customer.holds, key=lambda hold: not hold.code.startswith("LEGAL")
    )
    for hold in legal_first:
        words = hold.code.lower().replace("_", " ")
        why = f"the customer is held ({words}) until a person lifts it"
        yield Wait(at=None, code=hold.code, why=why)


def _reply_wait(situation: Situation) -> Wait | None:
    """Nobody is written to while a message of theirs waits, as long as the service level says."""
    if not situation.customer.replies:
        return None
    until = max(reply.hold_until for reply in situation.customer.replies)
    if until <= situation.now:
        return None
    return Wait(at=until, code="REPLY", why="the customer wrote; a person has to answer first")


def _proposal_wait(situation: Situation) -> Wait | None:
    """A promise that needs approval is waited for as long as one role of the ladder has."""
    asked = open_proposal(situation.case.proposals, "promise")
    if asked is None:
        return None
    calendar = situation.calendar
    days = situation.policy.escalation.wait_business_days
    last_day = calendar.business_days_after(calendar.local_date(asked.at), days)
    if situation.today > last_day:
        return None
    return _until_after(
        situation, last_day, "PROMISE", f"a promise waits for the {asked.role}; held"
    )


def _until_after(situation: Situation, last_day: date, code: str, what: str) -> Wait:
    at = situation.start_of(last_day + ONE_DAY)
    return Wait(at=at, code=code, why=f"{what} until {last_day}")


def _promise_wait(situation: Situation) -> Iterator[Wait]:
    promise = situation.case.promise
    if promise is None or promise.is_kept(situation.case.paid):
        return
    last_day = held_until(situation, promise)
    if situation.today <= last_day:
        what = f"promised for {promise.promised_on}; held"
        yield _until_after(situation, last_day, "PROMISE", what)


def _dispute_wait(situation: Situation) -> Iterator[Wait]:
    case = situation.case
    still_open = [dispute for dispute in case.disputes if dispute.is_open]
    in_grace = _in_grace(situation)
    held = case.held_by([*still_open, *in_grace])
    if not held.minor or held < case.balance:
        return
    if case.held_by(still_open) >= case.balance or not in_grace:
        yield Wait(at=None, code="DISPUTE", why="disputed; waiting for the dispute to be resolved")
        return
    last_day = min(grace_end(situation, dispute) for dispute in in_grace)
    what = "the dispute is decided; the customer has time to pay"
    yield _until_after(situation, last_day, "DISPUTE_GRACE", what)


def _in_grace(situation: Situation) -> list[Dispute]:
    """The disputes whose days of grace are not over, whether that was recorded yet or not."""
    return [
        dispute
        for dispute in situation.case.disputes
        if dispute.has_grace and grace_end(situation, dispute) >= situation.today
    ]
