"""What people do with contacts: verify, block and unblock them, and note what they agreed to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from commands.acting import Acting, known
from commands.authority import needs
from dunning.contact_facts import (
    ConsentRecorded,
    Contact,
    ContactAway,
    ContactBlocked,
    ContactLogged,
    ContactProposed,
    ContactUnblocked,
    ContactVerified,
)
from dunning.customer import Customer
from dunning.customer_facts import CustomerFact
from dunning.may import NotAllowed
from dunning.proposal import same_person
from ledger.books import Books
from ledger.people_contacts import log_contact

SPOKEN = ("call", "email", "sms", "letter")
CONTACT_ROLES = ("billing", "manager", "director", "owner")
OPT_OUT, BY_HAND = "OPT_OUT", "BY_HAND"
# Loose on purpose: what is wrong with an address shows when somebody verifies it.
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,250}")
_PHONE = re.compile(r"\+[0-9][0-9 ()/-]{5,24}")


@dataclass(frozen=True)
class ContactActions(Acting):
    """Actions of a person on a customer's contacts; each raises NotAllowed, or says what is so."""

    @needs("follow_up")
    def propose_contact(
        self, customer: str, name: str, role: str, *, email: str = "", phone: str = ""
    ) -> str:
        """Name somebody else to write to, who is not used until a colleague verified it."""
        known(role, CONTACT_ROLES, "role of a contact")
        if not name.strip():
            raise NotAllowed("Say who it is.")
        if not email and not phone:
            raise NotAllowed("Give an e-mail address or a telephone number.")
        if email and not _EMAIL.fullmatch(email):
            raise NotAllowed(f"{email} is no e-mail address.")
        if phone and not _PHONE.fullmatch(phone):
            raise NotAllowed("Write the telephone number as +49 30 1234567.")

        def found(known: Customer) -> list[CustomerFact]:
            number = 1 + len(known.proposed) + len(known.added)
            dialled = f"+{''.join(filter(str.isdigit, phone))}" if phone else ""
            named = Contact(
                f"{known.customer}/{self.by}/{number}", name.strip(), role, email, dialled
            )
            return [ContactProposed(at=self.now, by=self.by, contact=named)]

        self._record_of(customer, found)
        return "The contact is proposed: a colleague has to verify it."

    @needs("follow_up")
    def note_away(self, customer: str, contact: str, until: date) -> str:
        """Note that a contact is out of office up to and including a day."""
        if until < self.now.date():
            raise NotAllowed(f"{until} has passed.")

        def found(known: Customer) -> list[CustomerFact]:
            _known(known, contact)
            return [ContactAway(at=self.now, by=self.by, contact=contact, until=until)]

        self._record_of(customer, found)
        return f"Contact {contact} is away until {until}."

    @needs("change_contacts")
    def verify(self, customer: str, contact: str, note: str) -> str:
        """Use a contact that a reply named, now that somebody made sure by another way."""

        def found(known: Customer) -> list[CustomerFact]:
            named = next((one for one in known.proposed if one.contact == contact), None)
            if named is None:
                raise NotAllowed(f"No reply named a contact {contact} of customer {customer}.")
            if not named.email and not named.phone:
                raise NotAllowed(f"{named.name} has no address: add the contact to the ledger.")
            if not note.strip():
                raise NotAllowed("Say how it was verified.")
            if same_person(self._proposer(customer, contact), self.by):
                raise NotAllowed(f"{self.by} named this contact: a colleague has to verify it.")
            return [ContactVerified(at=self.now, by=self.by, contact=contact, note=note)]

        self._record_of(customer, found)
        return f"Contact {contact} of customer {customer} is used from now on."

    @needs("follow_up")
    def block(self, customer: str, contact: str, channel: str, reason: str) -> str:
        """Never use a contact on a channel again, until somebody unblocks it."""
        self._record_of(customer, self._blocking(contact, channel, BY_HAND, reason))
        return f"Contact {contact} gets no {channel} any more."

    @needs("change_contacts")
    def unblock(self, customer: str, contact: str, channel: str, reason: str) -> str:
        """Use a contact on a channel again, whatever blocked it."""

        def found(known: Customer) -> list[CustomerFact]:
            _known(known, contact)
            if all((who, by) != (contact, channel) for who, by, _ in known.blocked):
                raise NotAllowed(f"Contact {contact} is not blocked for {channel}.")
            return [
                ContactUnblocked(
                    at=self.now, by=self.by, contact=contact, channel=channel, reason=reason
                )
            ]

        self._record_of(customer, found)
        return f"Contact {contact} may get {channel} again."

    @needs("change_contacts")
    def record_consent(
        self, customer: str, contact: str, channel: str, source: str, wording: str
    ) -> str:
        """Note that a contact agreed to a channel: where, and in which words."""

        def found(known: Customer) -> list[CustomerFact]:
            _known(known, contact)
            blocked = [code for who, by, code in known.blocked if (who, by) == (contact, channel)]
            if blocked:
                raise NotAllowed(
                    f"Contact {contact} is blocked for {channel} ({blocked[-1]}): unblock it first."
                )
            return [
                ConsentRecorded(
                    at=self.now,
                    by=self.by,
                    contact=contact,
                    channel=channel,
                    source=source,
                    wording=wording,
                )
            ]

        self._record_of(customer, found)
        return f"Contact {contact} agreed to {channel} ({source})."

    @needs("follow_up")
    def withdraw_consent(self, customer: str, contact: str, channel: str, reason: str) -> str:
        """Note that a contact does not want a channel any more: it counts as an opt-out."""
        self._record_of(customer, self._blocking(contact, channel, OPT_OUT, reason))
        return f"Contact {contact} gets no {channel} any more."

    @needs("follow_up")
    def note_contact(self, customer: str, channel: str, note: str) -> str:
        """Note that somebody spoke or wrote to the customer: it counts for the caps."""
        known(channel, SPOKEN, "way to reach a customer")
        fact = ContactLogged(at=self.now, by=self.by, channel=channel, note=note)

        def work(books: Books) -> None:
            books.lock_customers([customer])
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            log_contact(books, customer, fact)

        self.ledger.transact(work)
        return f"Noted: {self.by} reached out to {customer} ({channel})."

    def _proposer(self, customer: str, contact: str) -> str:
        """Who named a contact."""
        stream = f"customer:{customer}"
        with self.ledger.reading() as books:
            facts = books.histories([stream]).get(stream, [])
        named = (one for one in facts if isinstance(one, ContactProposed))
        return next((one.by for one in named if one.contact.contact == contact), "")

    def _blocking(
        self, contact: str, channel: str, code: str, reason: str
    ) -> Callable[[Customer], Sequence[CustomerFact]]:
        def found(known: Customer) -> list[CustomerFact]:
            _known(known, contact)
            if (contact, channel, code) in known.blocked:
                raise NotAllowed(f"Contact {contact} is blocked for {channel} already.")
            return [
                ContactBlocked(
                    at=self.now,
                    by=self.by,
                    contact=contact,
                    channel=channel,
                    code=code,
                    why=reason,
                )
            ]

        return found

    def _record_of(
        self, customer: str, found: Callable[[Customer], Sequence[CustomerFact]]
    ) -> None:
        def work(books: Books) -> None:
            books.lock_customers([customer])
            if not books.knows_customer(customer):
                raise NotAllowed(f"There is no customer {customer} in the books.")
            for fact in found(books.customer(customer)):
                books.record_customer(customer, fact)

        self.ledger.transact(work)


def _known(customer: Customer, contact: str) -> Contact:
    for one in customer.contacts:
        if one.contact == contact:
            return one
    named = ", ".join(one.contact for one in customer.contacts) or "none"
    raise NotAllowed(
        f"Customer {customer.customer} has no contact {contact}; its contacts are {named}."
    )
