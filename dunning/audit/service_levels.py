"""Tests of replies, disputes and promises: each followed up in the time the policy gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from dunning import dispute_facts
from dunning.audit.holds import promise_ends
from dunning.audit.known import Known
from dunning.audit.standing import Pledge
from dunning.audit.tally import Tally
from dunning.audit.view import View
from dunning.money import minor_digits

# Planning happens when something comes up; what it has to note may wait until the next morning.
TOLERATED = 2


@dataclass(slots=True)
class _Raised:
    """A dispute's time: since when it is the owner's turn, and how many days were used."""

    opened: dispute_facts.DisputeOpened
    turns: list[tuple[date, str]] = field(default_factory=list)
    escalated: date | None = None
    ended: date | None = None
    owner: str = ""
    credit: bool = False


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
        if _closed_before(view, end):
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


def check_disputes(view: View, tally: Tally) -> None:
    """A22: every dispute has an owner, and was resolved or escalated in its time."""
    for name, one in _disputes(view).items():
        rules, calendar = view.life.last_term.policy.dispute, view.calendar
        if one.credit or (one.ended is None and _closed_before(view, None)):
            continue
        last = one.ended or view.today
        deadline = _deadline(view, one, rules.resolve_business_days)
        if deadline is None:
            continue
        tally.check("A22", deadline)
        due = calendar.business_days_after(deadline, TOLERATED)
        if last > due and not (one.escalated and one.escalated <= due):
            why = f"neither resolved nor escalated by {deadline}"
            _find(view, tally, ("OVERDUE", deadline, name, why))
        if not one.owner and last > calendar.business_days_after(_day(view, one.opened.at), 2):
            _find(
                view,
                tally,
                ("NO_OWNER", _day(view, one.opened.at), name, "nobody owns the dispute"),
            )


def _disputes(view: View) -> dict[str, _Raised]:
    found: dict[str, _Raised] = {}
    for fact in view.life.others:
        if isinstance(fact, dispute_facts.DisputeOpened):
            found[fact.dispute] = _Raised(fact)
        one = found.get(getattr(fact, "dispute", ""))
        if one is None:
            continue
        day = _day(view, fact.at)
        match fact:
            case dispute_facts.DisputeAssigned():
                one.owner = fact.owner
            case dispute_facts.DisputeWaiting():
                one.turns.append((day, fact.on))
            case dispute_facts.DisputeEscalated():
                one.escalated = one.escalated or day
            case dispute_facts.DisputeResolved():
                one.ended = day
            case dispute_facts.CreditProposed():
                one.credit = True
            case _:
                pass
    return found


def _deadline(view: View, one: _Raised, days: int) -> date | None:
    """When the owner has had so many business days; None while it is the customer's turn."""
    since, used, on = _day(view, one.opened.at), 0, "owner"
    for day, turn in one.turns:
        if on == "owner":
            used += view.calendar.business_days_between(since, day)
        since, on = day, turn
    if on != "owner":
        return None
    return view.calendar.business_days_after(since, max(0, days - used))


def _closed_before(view: View, end: datetime | None) -> bool:
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


def _day(view: View, at: datetime) -> date:
    return view.calendar.local_date(at)
