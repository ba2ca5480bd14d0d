"""What is known of a customer over time: silences, contacts that may be used, plans, replies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dunning import contact_facts, customer_facts, plan_facts
from dunning.audit.silence import Silence, earlier, end_of, silence
from dunning.business_days import BusinessCalendar
from dunning.contact_facts import Contact
from dunning.policy import Policy

# So far the clocks of two machines may be apart that record what belongs together.
CLOCKS_APART = timedelta(minutes=2)


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

    def contact_at(self, contact: str, at: datetime) -> Contact | None:
        """The contact as a message of that moment knew it.

        Another machine recorded the customer, with a clock of its own: where the contact is not
        known at the moment, it may be within `CLOCKS_APART` of it.
        """
        found = self.contacts_at(at).get(contact)
        return found or self.contacts_at(at + CLOCKS_APART).get(contact)

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


def _last_day_of(plan: Plan, calendar: BusinessCalendar, policy: Policy) -> date:
    if plan.approved is None:
        asked = calendar.local_date(plan.fact.at)
        return calendar.business_days_after(asked, policy.escalation.wait_business_days)
    last = max(one.on for one in plan.fact.instalments)
    return calendar.business_days_after(last, policy.plan.grace_business_days)
