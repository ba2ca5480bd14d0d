"""The customer: who is spoken to, where, in which language, and what holds all their invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import Literal, assert_never

from dunning.fact import Fact


@dataclass(frozen=True)
class Contact:
    """A person or mailbox of the customer. `role` is billing, manager, director or owner."""

    contact: str
    name: str
    role: str
    email: str = ""
    phone: str = ""
    sms_consent: bool = False
    # Channels on which this contact must not be used any more: opted out, bounced, wrong party.
    blocked: tuple[str, ...] = ()

    def reachable_by(self, channel: str) -> bool:
        """Whether a message on the channel may go to this contact."""
        address = self.phone if channel == "sms" else self.email
        return bool(address) and channel not in self.blocked


@dataclass(frozen=True, kw_only=True)
class CustomerRecorded(Fact):
    """What the ledger says of a customer now. Closures are first and last days without work."""

    kind: Literal["customer_recorded"] = "customer_recorded"
    customer: str
    name: str
    country: str = ""
    subdivision: str = ""
    timezone: str = ""
    locale: str = ""
    segment: str = ""
    entity: str = ""
    policy: str = ""
    closures: tuple[tuple[date, date], ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CustomerPaused(Fact):
    """A person stopped every cadence of the customer until the end of the day `until`."""

    kind: Literal["customer_paused"] = "customer_paused"
    reason: str
    until: date
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CustomerResumed(Fact):
    """A person lifted the customer's pause."""

    kind: Literal["customer_resumed"] = "customer_resumed"
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ContactBlocked(Fact):
    """A contact must not be used on a channel: `OPT_OUT`, `BOUNCED`, `COMPLAINT`, `WRONG_PARTY`."""

    kind: Literal["contact_blocked"] = "contact_blocked"
    contact: str
    channel: str
    code: str
    why: str = ""


CustomerFact = CustomerRecorded | CustomerPaused | CustomerResumed | ContactBlocked


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
    closures: tuple[tuple[date, date], ...] = ()
    contacts: tuple[Contact, ...] = ()
    blocked: tuple[tuple[str, str, str], ...] = ()
    pause: CustomerPaused | None = None
    resumed_at: datetime | None = None

    def contact_for(self, role: str, channel: str) -> Contact | None:
        """Who gets a message meant for `role`: that role, else billing, else anybody reachable.

        Of those with a telephone, whoever agreed to text messages comes first.
        """
        reachable = [one for one in self.contacts if one.reachable_by(channel)]

        def rank(one: Contact) -> tuple[bool, bool, bool]:
            unasked = channel == "sms" and not one.sms_consent
            return unasked, one.role != role, one.role != "billing"

        ranked = sorted(reachable, key=rank)
        return ranked[0] if ranked else None


def fold_customer(history: Iterable[CustomerFact]) -> Customer:
    """The customer after all its facts, the first of which recorded it."""
    first, *later = history
    assert isinstance(first, CustomerRecorded), "a customer begins when the ledger names it"
    return reduce(apply_to_customer, later, _recorded(Customer(first.customer, first.name), first))


def apply_to_customer(customer: Customer, fact: CustomerFact) -> Customer:
    """The customer after one more fact."""
    match fact:
        case CustomerRecorded():
            return _recorded(customer, fact)
        case CustomerPaused():
            return replace(customer, pause=fact)
        case CustomerResumed():
            return replace(customer, pause=None, resumed_at=fact.at)
        case ContactBlocked():
            block = (fact.contact, fact.channel, fact.code)
            return _with_blocks(replace(customer, blocked=(*customer.blocked, block)))
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
        closures=fact.closures,
        contacts=fact.contacts,
    )
    return _with_blocks(recorded)


def _with_blocks(customer: Customer) -> Customer:
    # A later import must not bring an address back to life that bounced or opted out.
    def blocked(contact: Contact) -> Contact:
        channels = tuple(c for who, c, _ in customer.blocked if who == contact.contact)
        return replace(contact, blocked=channels)

    return replace(customer, contacts=tuple(blocked(one) for one in customer.contacts))
