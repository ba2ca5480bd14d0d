"""What must hold for every invoice, recomputed from its facts without asking the rulebook."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from dunning import facts, touch_facts
from dunning.dispute_facts import DisputeResolved
from dunning.next_step import plan
from dunning.policy import CadenceStep
from dunning.situation import Plan
from dunning.steps import CloseCase, SendInvoice, SendTouch, Wait
from tests.dunning.following import Following
from tests.dunning.holding import Holding, holding
from tests.dunning.worlds import Message


def check_plan(world: Following, planned: Plan) -> None:
    """A plan looks ahead, and the same books give the same plan."""
    assert plan(world.situation) == planned
    step, now = planned.step, world.now
    if isinstance(step, Wait):
        assert step.at is None or step.at > now, step
    elif not isinstance(step, CloseCase):
        assert step.at >= now, step
    assert all([step.why, *(remark.why for remark in planned.remarks)])


def check_message(message: Message) -> None:
    """Nobody is written to who must not be, nor when, nor in a tone not reached yet."""
    situation, touch = message.situation, message.touch
    held = holding(message.known)
    grace = situation.policy.promise.grace_business_days
    silent = held.silent_because(message.on, situation.calendar, grace)
    assert silent == ("promised" if message.touch.letter == "promise_reminder" else "")
    _check_customers_holds(message)
    paused = situation.customer.pause
    assert paused is None or message.on > paused.until
    _check_hours(message)
    if touch.letter == "promise_reminder":
        _check_note(message, held)
    elif isinstance(touch, SendTouch):
        _check_level(message, touch)
        _check_day(message, touch)


def _check_note(message: Message, held: Holding) -> None:
    """One note a promise, on the business day before, and never right after it was made."""
    calendar, promise = message.situation.calendar, held.promise
    assert promise is not None
    assert message.on == calendar.business_days_after(promise.promised_on, -1)
    assert calendar.local_date(promise.at) < message.on
    since = (f for f in message.known if isinstance(f, touch_facts.TouchSent) and f.at > promise.at)
    noted = {t.attempt for t in message.case.touches if t.letter == "promise_reminder"}
    assert not any(sent.attempt in noted for sent in since)


def _check_customers_holds(message: Message) -> None:
    customer = message.situation.customer
    assert customer.holds == ()
    assert all(reply.hold_until <= message.at for reply in customer.replies)
    for one in customer.plans:
        assert not one.stands or message.case.invoice not in one.invoices


def _check_hours(message: Message) -> None:
    calendar, window = message.situation.calendar, message.situation.policy.windows
    assert calendar.is_business_day(message.on)
    assert calendar.is_open(window[message.touch.channel], message.at)


def _check_level(message: Message, touch: SendTouch) -> None:
    reached = message.case.level
    # Asked for under a policy with a shorter ladder, its last letter is sent again.
    top = max(step.level for step in message.situation.policy.steps)
    assert (min(reached, top) if touch.requested else reached) <= touch.level <= reached + 1
    step = next(
        s
        for s in message.situation.policy.steps
        if s.letter == touch.letter and s.level == touch.level
    )
    if step.approval:
        approved = (f for f in message.known if isinstance(f, touch_facts.TouchApproved))
        assert touch.step in {fact.step for fact in approved}


def _check_day(message: Message, touch: SendTouch) -> None:
    situation, policy, calendar = (
        message.situation,
        message.situation.policy,
        message.situation.calendar,
    )
    if touch.requested:
        return
    step = policy.step(touch.step)
    assert step is not None
    on_its_day = message.on >= step.scheduled_on(message.case.due_date, calendar)
    assert on_its_day or _promise_was_broken(message), "too early"
    before = [one for one in message.case.touches if one.counts and one.level > 0]
    if before and touch.level > message.case.level:
        since = message.on - calendar.local_date(before[-1].at)
        assert since >= timedelta(days=policy.days_between_levels), "levels too close"
    freed = [f.at for f in message.known if isinstance(f, facts.Resumed | DisputeResolved)]
    freed += [situation.customer.resumed_at] if situation.customer.resumed_at else []
    assert all(calendar.local_date(at) < message.on for at in freed), "on the day it was resumed"


def _promise_was_broken(message: Message) -> bool:
    """Whether a promise of a customer who was reminded ran out without all of its money."""
    held, situation = holding(message.known), message.situation
    if held.promise is None or message.case.level == 0 or message.on <= message.case.due_date:
        return False
    grace = situation.policy.promise.grace_business_days
    last_day = situation.calendar.business_days_after(held.promise.promised_on, grace)
    short = held.paid.minor - held.paid_before_promise < held.promise.amount.minor
    return short and message.on > last_day


def check_customer(world: Following) -> None:
    """One touch a channel and day, never more than the caps, never two too close together."""
    days = Counter((one.touch.channel, one.on) for one in world.messages)
    assert max(days.values(), default=0) <= 1
    for message in world.messages:
        if message.touch.letter != "invoice":
            _check_caps(world, message)


def _check_caps(world: Following, message: Message) -> None:
    policy, channel = message.situation.policy, message.touch.channel
    for name in (channel, "all"):
        got = [r.at for r in world.recent if name in ("all", r.channel) and r.at <= message.at]
        for cap in policy.caps.get(name, ()):
            within = [at for at in got if at > message.at - timedelta(days=cap.days)]
            assert len(within) <= cap.count, f"over the cap of {cap}"


def check_nothing_is_forgotten(world: Following) -> None:
    """Every step whose day passed was carried out, has a recorded reason, or is the next.

    Steps come one by one, so those behind the first that is still ahead wait for it.
    """
    case, today = world.case, world.situation.today
    if holding(world.history).silent_because(today, world.calendar, 0) == "closed":
        return
    planned = plan(world.situation)
    done = {t.step for t in case.touches if t.counts} | {t.step for t in case.tasks}
    said = {one.step for one in case.withheld} | {remark.step for remark in planned.remarks}
    if isinstance(planned.step, SendInvoice):
        return
    ahead = {getattr(planned.step, "step", "")}
    for step in _steps_of_its_own(world):
        if step.scheduled_on(case.due_date, world.calendar) >= today or step.id in ahead:
            return
        assert step.id in done | said, f"nobody knows why {step.id} was not done: {planned}"


def _steps_of_its_own(world: Following) -> tuple[CadenceStep, ...]:
    """The policy's steps; under a new policy those beyond the level reached before."""
    steps, level = world.policy.steps, world.case.level
    if not world.came_from_another_policy:
        return steps
    reached = [i for i, step in enumerate(steps, start=1) if 0 < step.level <= level]
    return steps[max(reached, default=0) :]


def check_few_words(world: Following) -> None:
    """A reason is recorded when it is new, not again and again."""
    days = Counter(
        (world.calendar.local_date(fact.at), fact.step, fact.code)
        for fact in world.history
        if isinstance(fact, touch_facts.TouchWithheld)
    )
    assert max(days.values(), default=0) <= 3, days.most_common(3)
