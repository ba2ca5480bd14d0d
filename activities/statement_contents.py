"""What a statement of account says, to whom it goes, and what keeps it from going."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.gateways.interface import OutgoingMessage
from activities.letter_request import LetterClaim, LetterItem, LetterRequest
from activities.letters import Letters
from activities.outgoing import ReplyAddresses, message_id
from activities.planning import Planner
from activities.policies import Entity
from dunning.at_the_door import Objection
from dunning.business_days import BusinessCalendar
from dunning.conditions import Conditions
from dunning.contact_facts import Contact
from dunning.customer import Customer
from dunning.money import totals
from dunning.policy import Policy, StatementRules
from ledger.answers import CLAIMED_BY_STATEMENT
from ledger.books import Books
from ledger.claims import OpenClaim, open_claims_on
from ledger.report_cash import free_cash
from ledger.report_items import ItemOn, open_items_on
from ledger.report_reading import Scope
from ledger.statements import Due

LETTER, _CHANNEL = "statement_note", "email"


@dataclass(frozen=True)
class Addressed:
    """A statement with the customer it goes to, as the books know it now."""

    due: Due
    now: datetime
    customer: Customer
    contact: Contact | None
    entity: Entity
    calendar: BusinessCalendar
    policy: Policy

    @property
    def rules(self) -> StatementRules:
        """How often the customer's policy asks for statements."""
        return self.policy.statement

    @property
    def policy_name(self) -> str:
        """The policy with its version."""
        return f"{self.policy.name} v{self.policy.version}"

    @property
    def contact_name(self) -> str:
        """The contact's number."""
        return self.contact.contact if self.contact else ""

    def objection(self, conditions: Conditions) -> Objection | None:
        """Why it does not go out now; with `until` it only waits."""
        customer, today = self.customer, self.calendar.local_date(self.now)
        if customer.holds:
            return Objection(customer.holds[0].code, customer.holds[0].why)
        if customer.pause and customer.pause.until >= today:
            return Objection("PAUSED", f"the customer is paused until {customer.pause.until}")
        waiting = [one for one in customer.replies if one.hold_until > self.now]
        if waiting:
            return Objection("REPLY", "the customer wrote, and nobody has dealt with it yet")
        if self.contact is None:
            return Objection("NO_CONTACT", "nobody of the customer can be reached by e-mail")
        return self._not_now(conditions)

    def _not_now(self, conditions: Conditions) -> Objection | None:
        stop, window = conditions.against(_CHANNEL), self.policy.windows[_CHANNEL]
        if stop:
            return Objection(stop.code, stop.why, self.now)
        if not self.calendar.is_open(window, self.now):
            return Objection("QUIET", "outside the recipient's sending window", self.now)
        return None


def addressed(books: Books, planner: Planner, due: Due, now: datetime) -> Addressed:
    """Who gets the statement, and by which policy."""
    policies = planner.policies_at(now)
    case, customer = books.case(due.invoice), books.customer(due.customer)
    entity = policies.entity(due.entity)
    policy, _ = policies.for_case(case, customer)
    calendar = planner.calendars.calendar_for(customer, entity, now.year)
    contact = customer.contact_for("billing", _CHANNEL)
    return Addressed(due, now, customer, contact, entity, calendar, policy)


def composed(
    books: Books, letters: Letters, addresses: ReplyAddresses, to: Addressed, attempt: str
) -> OutgoingMessage:
    """The message with the statement as PDF. Raises LetterError."""
    assert to.contact is not None, "who cannot be reached was withheld"
    creditor = to.entity.creditor
    letter = letters.render(_request(books, to, addresses.address(attempt, creditor)))
    return OutgoingMessage(
        attempt=attempt,
        at=to.now,
        channel=_CHANNEL,
        to_name=to.contact.name,
        to_address=to.contact.email,
        from_name=creditor.name,
        from_address=creditor.email,
        reply_to=addresses.address(attempt, creditor),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=message_id(attempt, creditor.email.partition("@")[2]),
        references=(),
        attachments=letter.attachments,
    )


def message_row(to: Addressed, message: OutgoingMessage, content: bytes) -> dict[str, Any]:
    """The message's row; it takes no slot of the day."""
    return {
        "attempt": message.attempt,
        "customer": to.due.customer,
        "channel": message.channel,
        "local_date": to.calendar.local_date(to.now),
        "letter": LETTER,
        "level": 0,
        "contact": to.contact_name,
        "address": message.to_address,
        "claimant": f"{CLAIMED_BY_STATEMENT}{to.due.period}:{to.due.entity}",
        "state": "started",
        "claimed_at": to.now,
        "subject": message.subject,
        "content_hash": hashlib.sha256(content).hexdigest(),
    }


def _request(books: Books, to: Addressed, reply_to: str) -> LetterRequest:
    due, last, customer = to.due, to.due.period.last, to.customer
    scope = Scope((due.entity,))
    items = [_item(one, to) for one in open_items_on(books.connection, last, due.customer, scope)]
    cash = free_cash(books.connection, last, due.customer, scope)
    return LetterRequest(
        letter=LETTER,
        locale=customer.locale or to.entity.locale,
        level=0,
        channel=_CHANNEL,
        customer=due.customer,
        customer_name=customer.name,
        contact_name=to.contact.name if to.contact else "",
        creditor=to.entity.creditor,
        today=last,
        overdue=tuple(one for one in items if one.days_overdue > 0),
        upcoming=tuple(one for one in items if one.days_overdue <= 0),
        new=(),
        act_by=None,
        previous_contacts=(),
        broken_promise=None,
        reply_to=reply_to,
        document_number=f"{last:%Y%m%d}-{due.customer}",
        unapplied=tuple(totals([one.amount for one in cash]).values()),
        claims=_claims(books, to) if to.policy.interest.claim != "never" else (),
    )


def _claims(books: Books, to: Addressed) -> tuple[LetterClaim, ...]:
    last = to.due.period.last
    found = open_claims_on(books, to.due.customer, last)
    return tuple(statement_claim(one) for one in found if one.entity == to.due.entity)


def statement_claim(one: OpenClaim) -> LetterClaim:
    """A claim as a statement of account shows it, beside the balance."""
    raised = one.claim.raised
    return LetterClaim(one.invoice, one.claim.open, raised.until, raised.what == "fee")


def _item(one: ItemOn, to: Addressed) -> LetterItem:
    return LetterItem(
        invoice=one.invoice,
        issue_date=one.issue_date,
        due_date=one.due_date,
        amount=one.amount,
        balance=one.balance,
        days_overdue=(to.due.period.last - one.due_date).days,
        reference=one.reference,
        disputed=one.disputed if one.disputed.minor else None,
    )
