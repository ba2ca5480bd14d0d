"""The customer: who is spoken to, where, in which language, and what holds all their invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import assert_never

from dunning import contact_facts, customer_facts, plan_facts
from dunning.contact_facts import Contact, ContactFact, ReplyFact, ReplyReceived
from dunning.customer_facts import CustomerFact, CustomerPaused, CustomerRecorded, HoldPlaced
from dunning.payment_plan import PaymentPlan
from dunning.plan_facts import PlanFact
from dunning.replacing import replace

DUNCAN = "duncan"


@dataclass(frozen=True)
class Customer:
    """One customer as the books know it."""

    customer: str
    name: str
    country: str = ""
    subdivision: str = ""
    timezone: str = ""
    locale: str = ""
    segment: str = ""
    entity: str = ""
    policy: str = ""
    debtor: str = ""
    collector: str = ""
    closures: tuple[tuple[date, date], ...] = ()
    contacts: tuple[Contact, ...] = ()
    # The contacts as the ledger lists them.
    listed: tuple[Contact, ...] = ()
    # Contact, channel and code of what must not be used.
    blocked: tuple[tuple[str, str, str], ...] = ()
    consents: tuple[tuple[str, str], ...] = ()
    # Named in replies: not verified yet, and verified since.
    proposed: tuple[Contact, ...] = ()
    added: tuple[Contact, ...] = ()
    away: tuple[tuple[str, date], ...] = ()
    pause: CustomerPaused | None = None
    resumed_at: datetime | None = None
    holds: tuple[HoldPlaced, ...] = ()
    replies: tuple[ReplyReceived, ...] = ()
    plans: tuple[PaymentPlan, ...] = ()

    def contact_for(self, role: str, channel: str) -> Contact | None:
        """Who gets a message meant for `role`: that role, else billing, else anybody reachable.

        Of those with a telephone, whoever agreed to text messages comes first.
        """
        reachable = [one for one in self.contacts if one.reachable_by(channel)]

        def rank(one: Contact) -> tuple[bool, bool, bool]:
            unasked = channel == "sms" and not one.sms_consent
            return unasked, one.role != role, one.role != "billing"

        return min(reachable, key=rank, default=None)

    def has_opted_out(self, channel: str) -> bool:
        """Whether somebody of the customer asked not to be written to on the channel."""
        return any((by, code) == (channel, "OPT_OUT") for _, by, code in self.blocked)


def fold_customer(history: Iterable[CustomerFact]) -> Customer:
    """The customer after all its facts, the first of which recorded it."""
    first, *later = history
    assert isinstance(first, CustomerRecorded), "a customer begins when the ledger names it"
    return reduce(apply_to_customer, later, _recorded(Customer(first.customer, first.name), first))


def apply_to_customer(customer: Customer, fact: CustomerFact) -> Customer:
    """The customer after one more fact."""
    if isinstance(fact, ContactFact):
        return _with_contacts(_after_contact(customer, fact))
    if isinstance(fact, ReplyFact):
        return _after_reply(customer, fact)
    if isinstance(fact, PlanFact):
        return _after_plan(customer, fact)
    return _after_standing(customer, fact)


def _after_standing(customer: Customer, fact: customer_facts.StandingFact) -> Customer:
    match fact:
        case CustomerRecorded():
            return _recorded(customer, fact)
        case CustomerPaused():
            return replace(customer, pause=fact)
        case customer_facts.CustomerResumed():
            return replace(customer, pause=None, resumed_at=fact.at)
        case HoldPlaced():
            return replace(customer, holds=(*customer.holds, fact))
        case customer_facts.HoldLifted():
            left = tuple(hold for hold in customer.holds if hold.hold != fact.hold)
            return replace(customer, holds=left, resumed_at=fact.at)
        case _:
            assert_never(fact)


def _recorded(customer: Customer, fact: CustomerRecorded) -> Customer:
    recorded = replace(
        customer,
        name=fact.name,
        country=fact.country,
        subdivision=fact.subdivision,
        timezone=fact.timezone,
        locale=fact.locale,
        segment=fact.segment,
        entity=fact.entity,
        policy=fact.policy,
        debtor=fact.debtor,
        collector=fact.collector,
        closures=fact.closures,
        listed=fact.contacts,
    )
    return _with_contacts(recorded)


def _after_contact(customer: Customer, fact: ContactFact) -> Customer:
    match fact:
        case contact_facts.ContactBlocked():
            block = (fact.contact, fact.channel, fact.code)
            return replace(customer, blocked=(*customer.blocked, block))
        case contact_facts.ContactUnblocked():
            left = tuple(b for b in customer.blocked if b[:2] != (fact.contact, fact.channel))
            return replace(customer, blocked=left)
        case contact_facts.ConsentRecorded():
            given = (fact.contact, fact.channel)
            return replace(customer, consents=(*customer.consents, given))
        case contact_facts.ContactProposed():
            return replace(customer, proposed=(*customer.proposed, fact.contact))
        case contact_facts.ContactVerified():
            return _verified(customer, fact.contact)
        case contact_facts.ContactAway():
            # The latest note counts: somebody may be back sooner.
            others = tuple(one for one in customer.away if one[0] != fact.contact)
            return replace(customer, away=(*others, (fact.contact, fact.until)))
        case _:
            assert_never(fact)


def _verified(customer: Customer, contact: str) -> Customer:
    verified = [one for one in customer.proposed if one.contact == contact]
    left = tuple(one for one in customer.proposed if one.contact != contact)
    return replace(customer, proposed=left, added=(*customer.added, *verified))


def _after_reply(customer: Customer, fact: ReplyFact) -> Customer:
    match fact:
        case contact_facts.ReplyReceived():
            return replace(customer, replies=(*customer.replies, fact))
        case contact_facts.ReplyHandled():
            left = tuple(reply for reply in customer.replies if reply.reply != fact.reply)
            # Whom a person answered today is not dunned today.
            resumed_at = customer.resumed_at if fact.by == DUNCAN else fact.at
            return replace(customer, replies=left, resumed_at=resumed_at)
        case contact_facts.ReplyAnswered() | contact_facts.ReplyReadAgain():
            return customer
        case _:
            assert_never(fact)


def _after_plan(customer: Customer, fact: PlanFact) -> Customer:
    if isinstance(fact, plan_facts.PlanProposed):
        return replace(customer, plans=(*customer.plans, PaymentPlan.of(fact)))
    return replace(customer, plans=tuple(plan.after(fact) for plan in customer.plans))


def _with_contacts(customer: Customer) -> Customer:
    # A later import must not bring an address back to life that bounced or opted out, nor
    # forget somebody a person verified or an agreement that was given since.
    listed = {one.contact for one in customer.listed}
    added = [one for one in customer.added if one.contact not in listed]

    def as_known(contact: Contact) -> Contact:
        channels = tuple(c for who, c, _ in customer.blocked if who == contact.contact)
        agreed = contact.sms_consent or (contact.contact, "sms") in customer.consents
        return replace(contact, blocked=channels, sms_consent=agreed)

    return replace(customer, contacts=tuple(map(as_known, (*customer.listed, *added))))
