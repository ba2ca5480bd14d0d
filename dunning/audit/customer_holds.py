"""What a customer's own facts say: intervals of silence, contacts that may be used, plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from dunning import contact_facts, customer_facts, plan_facts
from dunning.audit.known import Block, Known, Plan
from dunning.audit.silence import Silence, earlier, end_of, silence
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerFact


def known_of(history: Sequence[CustomerFact], calendar: BusinessCalendar) -> Known:
    """Read a customer from its facts."""
    known, holds = Known(), dict[str, tuple[str, datetime]]()
    proposed: dict[str, Contact] = {}
    for fact in history:
        match fact:
            case customer_facts.CustomerRecorded():
                known.recorded.append(fact)
            case customer_facts.CustomerPaused():
                _end_pause(known, fact.at, calendar)
                known.pauses.append(fact)
                _add(known, silence("PAUSE", fact.at, end_of(fact.until, calendar), calendar))
            case customer_facts.CustomerResumed():
                _end_pause(known, fact.at, calendar)
                known.lifted.append(fact)
            case customer_facts.HoldPlaced():
                holds[fact.hold] = (fact.code, fact.at)
            case customer_facts.HoldLifted():
                code, since = holds.pop(fact.hold, ("", fact.at))
                _add(known, silence(code, since, fact.at, calendar))
                known.lifted.append(fact)
            case contact_facts.ContactProposed():
                proposed[fact.contact.contact] = fact.contact
            case contact_facts.ContactVerified() if fact.contact in proposed:
                known.verified.append((fact.at, proposed[fact.contact]))
            case _:
                _more(known, fact)
    for code, since in holds.values():
        _add(known, silence(code, since, None, calendar))
    _add_replies(known, calendar)
    return known


def _more(known: Known, fact: CustomerFact) -> None:  # noqa: C901, PLR0912 - one line a fact
    match fact:
        case contact_facts.ContactBlocked():
            known.blocks.append(Block(fact.contact, fact.channel, fact.code, fact.at))
        case contact_facts.ContactUnblocked():
            for one in known.blocks:
                if (one.contact, one.channel) == (fact.contact, fact.channel):
                    one.end = one.end or fact.at
        case contact_facts.ConsentRecorded():
            known.consents.append(fact)
        case contact_facts.ContactAway():
            known.away.append(fact)
        case contact_facts.ReplyReceived():
            known.replies[fact.reply] = fact
        case contact_facts.ReplyHandled():
            known.handled.setdefault(fact.reply, fact)
        case plan_facts.PlanProposed():
            known.plans.append(Plan(fact))
        case plan_facts.PlanApproved() | plan_facts.PlanEnded():
            for plan in known.plans:
                if plan.fact.plan == fact.plan and plan.ended is None:
                    _decide(plan, fact)
        case _:
            return


def _decide(plan: Plan, fact: plan_facts.PlanApproved | plan_facts.PlanEnded) -> None:
    if isinstance(fact, plan_facts.PlanApproved):
        plan.approved = fact
    else:
        plan.ended = fact


def _end_pause(known: Known, at: datetime, calendar: BusinessCalendar) -> None:
    """A new pause takes the place of the one before; a resume ends it."""
    for place, one in enumerate(known.silences):
        if one.code == "PAUSE" and one.end is not None and one.end > at:
            ended = silence("PAUSE", one.since, at, calendar)
            known.silences[place : place + 1] = [ended] if ended else []
            return


def _add_replies(known: Known, calendar: BusinessCalendar) -> None:
    for name, reply in known.replies.items():
        handled = known.handled.get(name)
        end = earlier(reply.hold_until, handled.at if handled else None)
        _add(known, silence("REPLY", reply.at, end, calendar))


def _add(known: Known, found: Silence | None) -> None:
    if found:
        known.silences.append(found)
