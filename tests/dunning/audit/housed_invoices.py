"""One invoice of a household, followed by the scheduler's own rules."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from activities.account import SOON
from dunning import touch_facts
from dunning.at_the_door import AtTheDoor, RecentTouch
from dunning.audit.account import (
    Followed,
    Item,
    Listed,
    Message,
    Said,
)
from dunning.contact_facts import Contact, ContactBlocked
from dunning.customer import apply_to_customer
from dunning.customer_facts import CustomerFact
from dunning.holds import holds_of
from dunning.lapse import after_lapse
from dunning.may import is_closed
from dunning.money import Money, totals
from dunning.next_step import plan
from dunning.send_gate import first_objection, objection_of_invoice, passed_guards
from dunning.situation import Plan, Situation
from dunning.steps import SendInvoice, SendTouch, Speak, Step
from tests.dunning.following import Following
from tests.dunning.provider import provider_said
from tests.dunning.worlds import DUNCAN

if TYPE_CHECKING:
    from tests.dunning.audit.households import Household

_STATES = {"sent": "sent", "unknown": "unknown"}


@dataclass
class Invoice(Following):
    """One invoice of a household: its message covers the others that are due on the channel."""

    home: Household = field(kw_only=True)

    def moment(self) -> datetime | None:
        """When it has to be looked at again."""
        return self._next_moment(self.next)

    def as_followed(self) -> Followed:
        """The invoice as the auditor is given it."""
        case = self.case
        listed = Listed(case.customer, case.amount, case.balance, case.due_date, is_closed(case))
        name = case.invoice
        return Followed(name, tuple(self.history), tuple(self.home.items.get(name, ())), listed)

    def plan(self) -> Step:
        """Plan with the customer as the household knows it; a lapse wakes nobody by itself."""
        before = self.customer
        step = after_lapse(self.situation, Plan(super().plan())).step
        self.next = step
        if self.customer is not before:
            ended = [one for one in self.customer.plans if one not in before.plans]
            assert ended == [], "plans are not played here"
        return step

    def remember(self) -> None:
        """Record why steps were passed over on the way to what is carried out now."""
        remarks = plan(self.situation).remarks
        self.record(*(self._withheld(r.step, r.code, r.why, None, r.passed_over) for r in remarks))

    def claim(self, touch: Speak, attempt: str, contact: str) -> touch_facts.TouchStarted:
        """The claim of a touch, as the case keeps it."""
        return self._started(touch, attempt, contact)

    def _door(self, situation: Situation, touch: Speak) -> AtTheDoor:
        items = self._items(situation)
        overdue = [one for one in items if one.case.due_date < situation.today]
        owed = totals([one.case.balance - one.case.disputed for one in overdue])
        currency = situation.case.amount.currency
        taken = any(
            (m.channel, m.local_date) == (touch.channel, situation.today) and m.reached
            for m in self.home.messages
        )
        return AtTheDoor(
            situation,
            touch,
            owed.get(currency, Money.zero(currency)) if touch.level else situation.case.balance,
            tuple(
                RecentTouch(m.channel, m.claimed_at, m.letter)
                for m in self.home.messages
                if m.reached and m.letter != "invoice"
            ),
            has_open_reminder=any(one.case.level > 0 for one in overdue),
            slot_taken=taken,
            credit=self.home.credit_at(situation.now),
        )

    def _items(self, situation: Situation) -> list[Invoice]:
        """The invoices that the customer may be reminded of now."""
        found = []
        for one in self.home.invoices:
            one.now = max(one.now, situation.now)
            open_ = one.case.balance > one.case.disputed and not is_closed(one.case)
            if open_ and not holds_of(one.situation):
                found.append(one)
        return found

    def _speak(self, touch: Speak) -> None:
        situation = self.situation
        objection = first_objection(self._door(situation, touch))
        if objection:
            self._withhold(touch, objection)
            return
        covered: list[tuple[Invoice, Speak]] = [(self, touch)]
        others = [one for one in self.home.invoices if one is not self]
        covered += [(one, shared) for one in others if (shared := self._shares(one, touch))]
        contact = self.customer.contact_for(touch.to, touch.channel)
        assert contact is not None, "the gate lets no touch pass that reaches nobody"
        self._send(covered, contact, self.provider())

    def _shares(self, one: Invoice, touch: Speak) -> Speak | None:
        one.now = max(one.now, self.now)
        planned = plan(one.situation).step
        if not isinstance(planned, SendTouch | SendInvoice) or planned.channel != touch.channel:
            return None
        courtesies = isinstance(planned, SendTouch) and isinstance(touch, SendTouch)
        soon = one.case.due_date <= one.situation.today + SOON
        notes = any(one.step.startswith("promise:") for one in (planned, touch))
        both = courtesies and planned.level == touch.level == 0 and soon and not notes
        if planned.at > self.now and not both:
            return None
        objection = objection_of_invoice(self._door(one.situation, planned))
        return None if objection else planned

    def _send(self, covered: list[tuple[Invoice, Speak]], contact: Contact, said: str) -> None:
        home, today = self.home, self.situation.today
        attempt = f"{home.recorded.customer}-{len(home.messages)}"
        text = f"letter {attempt}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        touch = max(covered, key=lambda pair: _rank(*pair))[1]
        mine = self._items(self.situation)
        for one, spoken in covered:
            started = replace(
                one.claim(spoken, attempt, contact.contact),
                policy=f"{one.policy.name} v{one.policy.version}",
                claimant=self.case.invoice,
                content=digest,
                guards=passed_guards(),
            )
            if one is not self:
                one.remember()
            item = Item(attempt, spoken.step, spoken.level, started.amount, covered=True)
            home.items.setdefault(one.case.invoice, []).append(item)
            one.record(started)
        names = {one.case.invoice for one, _ in covered}
        for one in mine:
            if touch.level and one.case.due_date < today and one.case.invoice not in names:
                asked = one.case.balance - one.case.disputed
                item = Item(attempt, "", one.case.level, asked, covered=False)
                home.items.setdefault(one.case.invoice, []).append(item)
        state = _STATES.get(said, "refused")
        home.messages.append(
            Message(
                attempt=attempt,
                channel=touch.channel,
                local_date=today,
                letter=touch.letter,
                level=touch.level,
                contact=contact.contact,
                address=contact.phone if touch.channel == "sms" else contact.email,
                claimant=self.case.invoice,
                state=state,
                claimed_at=self.now,
                provider_id=f"p-{attempt}" if state == "sent" else "",
                content_hash=digest,
                delivery="delivered" if state == "sent" else "",
                digest=digest,
                text=text,
                events=(Said("delivered", self.now),) if state == "sent" else (),
            )
        )
        for one, _ in covered:
            one.record(provider_said(said, self.now, attempt))
        if said == "dead":
            self._block(contact.contact, touch.channel)
        for one, _ in covered:
            if one is not self:
                one.next = one.plan()

    def _block(self, contact: str, channel: str) -> None:
        blocked = _dead(contact, channel, self.now)
        self.home.history.append(blocked)
        self.home.customer = apply_to_customer(self.home.customer, blocked)
        for one in self.home.invoices:
            one.customer = self.home.customer


def _rank(one: Invoice, touch: Speak) -> tuple[int, bool, str]:
    return touch.level, isinstance(touch, SendTouch), one.case.invoice


def _dead(contact: str, channel: str, at: datetime) -> CustomerFact:
    return ContactBlocked(at=at, by=DUNCAN, contact=contact, channel=channel, code="BOUNCED")
