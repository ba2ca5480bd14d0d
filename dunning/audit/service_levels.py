"""Tests of replies and promises: each followed up in the time the policy gives."""

from __future__ import annotations

from datetime import date, datetime

from dunning.audit.holds import promise_ends
from dunning.audit.known import Known
from dunning.audit.standing import Pledge
from dunning.audit.tally import Tally
from dunning.audit.view import View
from dunning.money import minor_digits

# Planning happens when something comes up; what it has to note may wait until the next morning.
TOLERATED = 2


def check_replies(known: Known, customer: str, view: View, tally: Tally) -> None:
    """A21: every reply was handled before its service level ran out."""
    for name, reply in known.replies.items():
        handled, over = known.handled.get(name), reply.hold_until
        day = view.calendar.local_date(over)
        tally.check("A21", day)
        late = handled.at > over if handled else day < view.today
        if late:
            what = f"handled on {handled.at:%Y-%m-%d}" if handled else "not handled"
            why = f"{what}; the time for it ended on {over:%Y-%m-%d %H:%M} UTC"
            tally.find("A21", "TOO_LATE", "", customer, day, name, why)


def check_promises(view: View, tally: Tally) -> None:
    """A22: what became of a promise was noted, and noted right, when its time was over."""
    standing = view.life.standing
    for number, pledge in enumerate(standing.pledges if standing else [], start=1):
        later = standing.pledges[number:] if standing else []
        if pledge.withdrawn or any(not one.withdrawn for one in later) or pledge.lifted:
            continue
        policy = view.life.last_term.policy
        end = promise_ends(pledge.fact.promised_on, view.calendar, policy)
        if closed_before(view, end):
            continue
        last_day = view.calendar.local_date(end)
        due = view.calendar.business_days_after(last_day, TOLERATED)
        if due >= view.today or any(one.on(due) for one in view.silences):
            continue
        tally.check("A22", last_day)
        if not pledge.outcome:
            why = f"the promise for {pledge.fact.promised_on} matured, and nobody noted how"
            _find(view, tally, ("NO_OUTCOME", last_day, f"promise {number}", why))
        elif pledge.outcome != (right := _outcome(view, pledge, end)) and right:
            why = f"noted as {pledge.outcome}, but it was {right}"
            _find(view, tally, ("WRONG_OUTCOME", last_day, f"promise {number}", why))


def closed_before(view: View, end: datetime | None) -> bool:
    """Whether the case ended by the moment, or at all where none is given."""
    closing = (one for one in view.silences if one.code in ("PAID", "WRITTEN_OFF", "HANDED_OVER"))
    return any(end is None or one.since <= end for one in closing)


def _outcome(view: View, pledge: Pledge, end: datetime) -> str:
    """What became of a promise by the payments alone; empty where something was taken back."""
    if any(fact.kind == "payment_reversed" for fact in view.life.others):
        return ""
    last, wanted = view.calendar.local_date(end), pledge.fact.amount
    paid = sum(
        one.amount.minor for one in view.life.payments if one.at >= pledge.fact.at and one.on < last
    )
    rules = view.life.last_term.policy.promise
    most = int(rules.tolerance_most.scaleb(minor_digits(wanted.currency)))
    if wanted.minor - paid <= min(wanted.minor * rules.tolerance_percent // 100, most):
        return "kept"
    return "part_kept" if paid > 0 else "broken"


def _find(view: View, tally: Tally, what: tuple[str, date, str, str]) -> None:
    code, since, subject, why = what
    tally.find("A22", code, view.invoice, view.customer, since, subject, why)
