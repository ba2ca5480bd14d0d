"""What becomes of messages after they were handed over: events, look-ups, people's findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from activities.outcomes import cleared_up, given_up
from activities.planning import DUNCAN, Planner
from activities.tasks import contact_task, task_for
from dunning import touch_facts
from dunning.case import Case
from dunning.contact_facts import ContactBlocked
from dunning.delivery import BAD, DeliveryEvent, further
from dunning.facts import InvoiceFact
from dunning.may import is_closed
from ledger.addresses import contact_at, customers_at
from ledger.books import Books
from ledger.delivery_events import note_delivery, note_event, sent_message
from ledger.messages import covered_invoices, settle_message

Finding = Callable[[Case], Sequence[InvoiceFact]]
A_DAY = timedelta(days=1)
_BLOCKS: Mapping[str, str] = {
    "bounced": "BOUNCED",
    "complained": "COMPLAINT",
    "opted_out": "OPT_OUT",
}


@dataclass(frozen=True)
class Deliveries:
    """Records what is learnt of messages, each thing once and in any order."""

    planner: Planner

    def take(self, books: Books, said: DeliveryEvent, now: datetime, *, proven: bool = True) -> str:
        """Record an event; the answer says in a word what it was to us.

        Anybody can write a mail that looks like a report: one that is not `proven` to be the
        provider's own counts only when it names a message of ours, whose name nobody can guess.
        """
        message = self.message(books, said.attempt)
        if message is None and not proven:
            return "not about us"
        if not note_event(books.connection, said, now):
            return "known already"
        if message is None:
            return self._about_address(books, said, now)
        told = further(message["delivery"], said.kind, message["channel"])
        note_delivery(books.connection, said.attempt, told)
        self.found_out(books, said.attempt, now)
        if said.kind in BAD and told != message["delivery"]:
            self._bad_news(books, message, said, now)
        return said.kind

    @staticmethod
    def message(books: Books, attempt: str) -> RowMapping | None:
        """The message of an attempt, if it is ours; nobody else writes to its customer now."""
        known = sent_message(books.connection, attempt)
        if known is None:
            return None
        books.lock_customers([known["customer"]])
        return sent_message(books.connection, attempt)

    def found_out(
        self, books: Books, attempt: str, now: datetime, provider_id: str = "", by: str = DUNCAN
    ) -> bool:
        """Record that a message went out after all; False when that was known."""
        message = self.message(books, attempt)
        if message is None or message["state"] in {"sent", "bounced"}:
            return False
        name = provider_id or message["provider_id"]
        sent = touch_facts.TouchSent(at=now, by=by, attempt=attempt, provider_id=name)
        self._record(books, attempt, lambda case: [sent, *cleared_up(case, sent)])
        settle_message(books.connection, attempt, "sent", now, provider_id=name)
        return True

    def never_sent(self, books: Books, attempt: str, why: str, now: datetime, by: str) -> None:
        """Record a person's finding that a message did not go out: its step comes again."""
        refused = touch_facts.TouchRefused(
            at=now, by=by, attempt=attempt, code="NOT_SENT", why=why, retry_at=now
        )
        self._record(books, attempt, lambda case: [refused, *cleared_up(case, refused)])
        settle_message(books.connection, attempt, "refused", now, why=why)

    def _bad_news(
        self, books: Books, message: RowMapping, said: DeliveryEvent, now: datetime
    ) -> None:
        code = _BLOCKS.get(said.kind)
        if code:
            whom = message["customer"], message["contact"], message["channel"]
            _block(books, whom, said, code, now)
        facts: list[Finding] = []
        if said.kind == "complained":
            facts.append(lambda case: self._complaint(books, case, now))
        if said.is_lost and message["state"] != "bounced":
            facts.append(lambda case: self._lost(books, case, said, now))
            settle_message(
                books.connection,
                said.attempt,
                "bounced",
                now,
                provider_id=message["provider_id"],
                why=said.why,
            )
        self._record(books, said.attempt, lambda case: [one for f in facts for one in f(case)])

    def _lost(
        self, books: Books, case: Case, said: DeliveryEvent, now: datetime
    ) -> list[InvoiceFact]:
        """Its step is not done: it comes again, by another way, or is people's work."""
        bounced = touch_facts.TouchBounced(
            at=now,
            by=DUNCAN,
            attempt=said.attempt,
            code=said.code,
            why=said.why,
            retry_at=now + A_DAY if said.again else None,
        )
        if said.kind != "failed" or said.again:
            return [bounced]
        # The same words would be filtered again.
        situation = self.planner.situation(case, books.customer(case.customer), now)
        return [bounced, *given_up(books, situation, said.attempt, said.why)]

    def _complaint(self, books: Books, case: Case, now: datetime) -> list[InvoiceFact]:
        """The address is never used again; somebody has to find out what went wrong."""
        if is_closed(case):
            return []
        situation = self.planner.situation(case, books.customer(case.customer), now)
        why = "The customer reported our message as unwanted: find out why."
        return [contact_task(situation, "", why, task_for(books, situation, "contact", ""))]

    def _about_address(self, books: Books, said: DeliveryEvent, now: datetime) -> str:
        """No message of ours is known, but what is said of the address counts all the same."""
        code = _BLOCKS.get(said.kind)
        if not code:
            return "not about us"
        known = customers_at(books.connection, said.address)
        for customer in known:
            books.lock_customers([customer])
            contact = contact_at(books.customer(customer), said.address)
            _block(books, (customer, contact, said.channel), said, code, now)
        return f"{said.kind}: contact of {len(known)} customers"

    @staticmethod
    def _record(books: Books, attempt: str, found: Finding) -> None:
        cases = books.cases(covered_invoices(books.connection, attempt))
        changes: list[tuple[Case, Sequence[InvoiceFact]]] = [
            (case, found(case)) for case in cases.values()
        ]
        books.record_all(changes)


def _block(
    books: Books, whom: tuple[str, str, str], said: DeliveryEvent, code: str, now: datetime
) -> None:
    """Never use the customer's contact on the channel again, unless that is known already."""
    customer, contact, channel = whom
    if (contact, channel, code) in books.customer(customer).blocked:
        return
    blocked = ContactBlocked(
        at=now, by=DUNCAN, contact=contact, channel=channel, code=code, why=said.why
    )
    books.record_customer(customer, blocked)
