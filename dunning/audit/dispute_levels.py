"""Tests of disputes: an owner, reminders, answers, decisions and an end in the policy's times."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from dunning import dispute_facts
from dunning.audit.service_levels import TOLERATED, closed_before
from dunning.audit.tally import Tally
from dunning.audit.view import View


@dataclass(slots=True)
class _Raised:
    """A dispute's time: since when whose turn it is, who was told of it, and how it ended."""

    opened: dispute_facts.DisputeOpened
    turns: list[tuple[date, str]] = field(default_factory=list)
    told: list[date] = field(default_factory=list)
    escalated: list[date] = field(default_factory=list)
    acknowledged: date | None = None
    ended: date | None = None
    owner: str = ""
    credit: bool = False
    # A credit waits for a decision since this day, or none came of it on that one.
    undecided: date | None = None
    declined: date | None = None


class _Fault(NamedTuple):
    code: str
    since: date
    why: str


def check_disputes(view: View, tally: Tally) -> None:
    """A22: every dispute has an owner, and was resolved or escalated in its time."""
    for name, one in _disputes(view).items():
        if one.ended is None and closed_before(view, None):
            continue
        last = one.ended or view.today
        for fault in (*_owned(view, one, last), *_in_time(view, one, last, tally)):
            about = view.invoice, view.customer, fault.since, name
            tally.find("A22", fault.code, *about, fault.why)


def _in_time(view: View, one: _Raised, last: date, tally: Tally) -> Iterator[_Fault]:
    """What the turn it is asks for: an end, the customer's answer, or somebody's decision."""
    rules, after = view.life.last_term.policy.dispute, view.calendar.business_days_after
    if one.credit:
        yield from _decided(view, one, last)
        return
    deadline = _deadline(view, one, rules.resolve_business_days)
    if deadline is None:
        since = one.turns[-1][0]
        end = after(since, rules.customer_business_days)
        if last > after(end, TOLERATED):
            yield _Fault("WAITS_TOO_LONG", end, f"waits for the customer since {since}")
        return
    tally.check("A22", deadline)
    due = after(max(deadline, one.declined or deadline), TOLERATED)
    if last > due and not any(day <= due for day in one.escalated):
        yield _Fault("OVERDUE", deadline, f"neither resolved nor escalated by {deadline}")
    yield from _acknowledged(view, one, last)


def _owned(view: View, one: _Raised, last: date) -> Iterator[_Fault]:
    since = _day(view, one.opened.at)
    if not one.owner and last > view.calendar.business_days_after(since, TOLERATED):
        yield _Fault("NO_OWNER", since, "nobody owns the dispute")


def _acknowledged(view: View, one: _Raised, last: date) -> Iterator[_Fault]:
    """Whoever owns it says so in time, or is reminded."""
    after = view.calendar.business_days_after
    end = _deadline(view, one, view.life.last_term.policy.dispute.acknowledge_business_days)
    if end is None or (one.acknowledged and one.acknowledged <= end):
        return
    due = after(end, TOLERATED)
    if last > due and not any(day <= due for day in (*one.told, *one.escalated)):
        yield _Fault("NOT_REMINDED", end, f"not acknowledged by {end}, and nobody was reminded")


def _decided(view: View, one: _Raised, last: date) -> Iterator[_Fault]:
    """A proposed credit is decided on in time, or somebody is told that it is not."""
    if one.undecided is None:
        return
    after, days = view.calendar.business_days_after, view.life.last_term.policy.dispute
    end = after(one.undecided, days.approve_business_days)
    due = after(end, TOLERATED)
    if last > due and not any(one.undecided <= day <= due for day in one.escalated):
        yield _Fault("NOT_DECIDED", end, f"nobody decided on the credit proposed {one.undecided}")


def _disputes(view: View) -> dict[str, _Raised]:
    found: dict[str, _Raised] = {}
    for fact in view.life.others:
        if isinstance(fact, dispute_facts.DisputeOpened):
            found[fact.dispute] = _Raised(fact)
        one = found.get(getattr(fact, "dispute", ""))
        if one is not None:
            _hear(one, fact, _day(view, fact.at))
    return found


def _hear(one: _Raised, fact: object, day: date) -> None:
    match fact:
        case dispute_facts.DisputeAssigned():
            one.owner = fact.owner
        case dispute_facts.DisputeAcknowledged() | dispute_facts.EvidenceAdded():
            one.acknowledged = one.acknowledged or day
        case dispute_facts.DisputeReminded():
            one.told.append(day)
        case dispute_facts.DisputeWaiting():
            one.acknowledged = one.acknowledged or day
            one.turns.append((day, fact.on))
        case dispute_facts.DisputeEscalated():
            one.escalated.append(day)
        case dispute_facts.CreditProposed():
            one.credit, one.undecided = True, day if fact.role else None
        case dispute_facts.CreditApproved():
            one.undecided = None
        case dispute_facts.CreditDeclined():
            one.credit, one.undecided, one.declined = False, None, day
        case dispute_facts.DisputeResolved():
            one.ended = day
        case _:
            return


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


def _day(view: View, at: datetime) -> date:
    return view.calendar.local_date(at)
