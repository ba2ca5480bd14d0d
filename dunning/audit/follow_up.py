"""Tests of when people have to take over: promises broken in a row, tries that reached nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dunning import facts, promise_facts
from dunning.audit.excuses import ISSUE
from dunning.audit.life import Life, Made
from dunning.audit.reasons import FAILURES, REFUSALS
from dunning.audit.standing import Pledge
from dunning.audit.tally import Tally
from dunning.audit.touch_policy import Fault
from dunning.audit.view import View
from dunning.policy import Policy

# What is planned at night is done on the next morning; so many business days are enough.
TOLERATED = 2


def check_follow_up(view: View, tally: Tally) -> None:
    """A22: when the last promise the policy takes was broken, the next role up is told."""
    for fact in view.life.others:
        if isinstance(fact, promise_facts.PromiseSettled) and fact.outcome == "broken":
            _check_escalated(view, fact, tally)
            _check_followed(view, fact, tally)


def too_many_tries(view: View, made: Made) -> Iterator[Fault]:
    """A07: what the provider refuses again and again, or what never arrives, is people's work."""
    mine = made.fact.step, made.fact.channel
    before = [
        one
        for one in view.life.touches
        if (one.fact.step, one.fact.channel) == mine
        and one.settled_at is not None
        and one.settled_at < made.fact.at
    ]
    refused = sum(one.state == "refused" for one in before)
    failed = sum(one.state == "bounced" and one.retry_at is not None for one in before)
    if refused >= REFUSALS or failed >= FAILURES:
        yield Fault("A07", "TRIED_TOO_OFTEN", f"{refused} refused and {failed} lost before it")


def _check_escalated(view: View, fact: promise_facts.PromiseSettled, tally: Tally) -> None:
    standing, policy = view.life.standing, view.life.last_term.policy
    pledges = standing.pledges if standing else []
    broken = _broken_in_a_row(pledges[: fact.number])
    has_role_above = policy.escalation.above(policy.escalation.ladder[0]) is not None
    if fact.number < len(pledges) or broken < policy.promise.max_in_a_row or not has_role_above:
        return
    day = view.calendar.local_date(fact.at)
    deadline = view.calendar.business_days_after(day, TOLERATED)
    step = f"broken_promises:{fact.number}"
    if _is_excused(view, fact.at, deadline):
        return
    tally.check("A22", day)
    if all(one.step != step for one in view.life.escalations):
        why = f"{broken} promises in a row were broken, and nobody was told by {deadline}"
        about = view.invoice, view.customer, day, step
        tally.find("A22", "NOT_ESCALATED", *about, why)


def _check_followed(view: View, fact: promise_facts.PromiseSettled, tally: Tally) -> None:
    """Who was reminded before and breaks a promise hears from us, or people do, at once."""
    life, calendar, policy = view.life, view.calendar, view.life.term_at(fact.at).policy
    day = calendar.local_date(fact.at)
    deadline = calendar.business_days_after(day, TOLERATED)
    reminders = [one.day for one in life.touches if one.counts and one.fact.level > 0]
    before = [one for one in reminders if one < day]
    if not before or fact.number < _promises(view) or _is_excused(view, fact.at, deadline):
        return
    # A level keeps its distance, a channel its own, and somebody's absence may come first.
    gap = max(policy.days_between_levels, *policy.days_between_touches.values(), 0)
    apart = day - max(before) > timedelta(days=gap)
    away = any(calendar.local_date(one.at) <= deadline <= one.until for one in view.known.away)
    if not apart or away or _is_done(view, policy):
        return
    tally.check("A22", day)
    if not any(day <= calendar.local_date(at) <= deadline for at in done_since(life, fact.at)):
        why = f"a promise was broken, and by {deadline} nobody said or did anything"
        about = view.invoice, view.customer, day, f"promise {fact.number}"
        tally.find("A22", "NOT_FOLLOWED", *about, why)


def _promises(view: View) -> int:
    return len(view.life.standing.pledges) if view.life.standing else 0


def _is_done(view: View, policy: Policy) -> bool:
    """Whether nothing of the policy is left to be done."""
    over = {one.fact.step for one in view.life.touches} | {one.step for one in view.life.work}
    over |= {one.step for one in view.life.withheld if one.passed_over}
    return all(step.id in over for step in policy.steps[-1:])


def done_since(life: Life, since: datetime) -> Iterator[datetime]:
    """When something was sent, handed to people or said to be impossible."""
    yield from (one.fact.at for one in life.touches if one.fact.at >= since)
    for one in (*life.work, *life.withheld, *life.escalations):
        if one.at >= since:
            yield one.at
    # Nobody is asked a second time for an approval that is still waited for.
    asked = {one.step for one in life.work if one.what == "approve" and one.at < since}
    if asked - {one.step for one in life.approvals if one.at < since}:
        yield since


def _broken_in_a_row(pledges: list[Pledge]) -> int:
    """How many of the latest were broken; one that was paid or lifted begins a new row."""
    count = 0
    for one in reversed(pledges):
        if one.outcome in ("kept", "part_kept") or (one.lifted and not one.withdrawn):
            break
        count += one.outcome == "broken"
    return count


def _is_excused(view: View, since: datetime, deadline: date) -> bool:
    """Whether it is too early to tell, or something else came first meanwhile."""
    first = view.calendar.local_date(since)
    stops = (one for stops in view.stops.values() for one in stops)
    holds = (*view.silences, *stops)
    if deadline >= view.today or any(o.first <= deadline and first <= o.last for o in holds):
        return True
    amended = (one for one in view.life.others if isinstance(one, facts.InvoiceAmended))
    return any(since <= one.at for one in amended) or not any(_distributed(view, since))


def _distributed(view: View, at: datetime) -> Iterator[bool]:
    """Nobody is reminded, and nothing escalated, before the invoice was sent."""
    yield view.life.opened.distributed
    yield from (one.fact.step == ISSUE and one.fact.at < at for one in view.life.touches)
