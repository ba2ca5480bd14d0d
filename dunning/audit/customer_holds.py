"""What a customer's own facts say: intervals of silence, contacts that may be used, plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dunning import contact_facts, customer_facts, plan_facts
from dunning.audit.silence import Silence, earlier, end_of, silence
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import Contact
from dunning.customer_facts import CustomerFact
from dunning.policy import Policy

BY_A_PERSON = ("cancelled", "declined")


@dataclass(slots=True)
class Block:
    """A contact that must not be used on a channel, from `since` until `end`."""

    contact: str
    channel: str
    code: str
    since: datetime
    end: datetime | None = None


@dataclass(slots=True)
class Plan:
    """A payment plan and the silence it brings its invoices."""

    fact: plan_facts.PlanProposed
    approved: plan_facts.PlanApproved | None = None
    ended: plan_facts.PlanEnded | None = None


@dataclass(slots=True)
class Known:
    """What is known of a customer over time, read once from its facts."""

    silences: list[Silence] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    recorded: list[customer_facts.CustomerRecorded] = field(default_factory=list)
    consents: list[contact_facts.ConsentRecorded] = field(default_factory=list)
    verified: list[tuple[datetime, Contact]] = field(default_factory=list)
    replies: dict[str, contact_facts.ReplyReceived] = field(default_factory=dict)
    handled: dict[str, contact_facts.ReplyHandled] = field(default_factory=dict)
    away: list[contact_facts.ContactAway] = field(default_factory=list)
    pauses: list[customer_facts.CustomerPaused] = field(default_factory=list)
    lifted: list[customer_facts.HoldLifted | customer_facts.CustomerResumed] = field(
        default_factory=list
    )

    def contacts_at(self, at: datetime) -> dict[str, Contact]:
        """The contacts that the ledger listed or a person verified before the moment."""
        listed: Sequence[Contact] = ()
        for one in self.recorded:
            if one.at > at:
                break
            listed = one.contacts
        added = {one.contact: one for since, one in self.verified if since <= at}
        return added | {one.contact: one for one in listed}

    def blocked_at(self, contact: str, channel: str, at: datetime) -> Block | None:
        """What forbade to use the contact on the channel at the moment."""
        for one in self.blocks:
            same = one.contact == contact and one.channel == channel
            if same and one.since < at and (one.end is None or at < one.end):
                return one
        return None

    def agreed_at(self, contact: Contact, at: datetime) -> bool:
        """Whether the contact had agreed to text messages."""
        given = (one for one in self.consents if one.contact == contact.contact and one.at <= at)
        return contact.sms_consent or any(one.channel == "sms" for one in given)

    def reachable_at(self, channel: str, at: datetime) -> list[Contact]:
        """The contacts that could have been written to on the channel."""
        return [
            one
            for one in self.contacts_at(at).values()
            if (one.phone if channel == "sms" else one.email)
            and not self._blocked_by(one.contact, channel, at)
        ]

    def _blocked_by(self, contact: str, channel: str, at: datetime) -> bool:
        """Whether it was blocked by the moment, what happened at it included."""
        mine = (one for one in self.blocks if (one.contact, one.channel) == (contact, channel))
        return any(one.since <= at and (one.end is None or at < one.end) for one in mine)

    def plan_silences(
        self, invoice: str, calendar: BusinessCalendar, policy: Policy
    ) -> Iterator[Silence]:
        """The intervals in which a payment plan kept the invoice silent."""
        for one in self.plans:
            if invoice not in one.fact.invoices:
                continue
            last = _last_day_of(one, calendar, policy)
            end = earlier(end_of(last, calendar), one.ended.at if one.ended else None)
            found = silence("PLAN", one.fact.at, end, calendar)
            if found:
                yield found


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


def _more(known: Known, fact: CustomerFact) -> None:
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


def _last_day_of(plan: Plan, calendar: BusinessCalendar, policy: Policy) -> date:
    if plan.approved is None:
        asked = calendar.local_date(plan.fact.at)
        return calendar.business_days_after(asked, policy.escalation.wait_business_days)
    last = max(one.on for one in plan.fact.instalments)
    return calendar.business_days_after(last, policy.plan.grace_business_days)


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
