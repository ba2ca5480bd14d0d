"""What becomes of messages after they were handed over: events, look-ups, people's findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from activities.outcomes import cleared_up
from activities.planning import DUNCAN, Planner
from activities.tasks import contact_task, task_for
from dunning import touch_facts
from dunning.case import Case
from dunning.contact_facts import ContactBlocked
from dunning.delivery import BAD, DeliveryEvent, further, reached
from dunning.facts import InvoiceFact
from ledger.addresses import contact_at, customers_at
from ledger.books import Books
from ledger.delivery_events import note_delivery, note_event, sent_message
from ledger.messages import covered_invoices, settle_message

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
        message = sent_message(books.connection, said.attempt)
        if message is None and not proven:
            return "not about us"
        if not note_event(books.connection, said, now):
            return "known already"
        if message is None:
            return self._about_address(books, said, now)
        books.lock_customers([message["customer"]])
        told = further(message["delivery"], said.kind)
        note_delivery(books.connection, said.attempt, told)
        if message["state"] in ("started", "unknown") and reached(said.kind):
            self.found_out(books, said.attempt, now, message["provider_id"])
        if said.kind in BAD and told != message["delivery"]:
            self._bad_news(books, message, said, now)
        return said.kind

    def found_out(
        self, books: Books, attempt: str, now: datetime, provider_id: str = "", by: str = DUNCAN
    ) -> None:
        """Record that a message of unknown outcome was sent after all."""
        sent = touch_facts.TouchSent(at=now, by=by, attempt=attempt, provider_id=provider_id)
        self._record(books, attempt, lambda case: [sent, *cleared_up(case, sent)])
        settle_message(books.connection, attempt, "sent", now, provider_id=provider_id)

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
            _block(books, (message["customer"], message["contact"]), said, code, now)
        if said.kind not in ("bounced", "failed") or message["state"] in ("refused", "bounced"):
            return
        retry_at = now + A_DAY if said.again else None
        bounced = touch_facts.TouchBounced(
            at=now,
            by=DUNCAN,
            attempt=said.attempt,
            code=said.code,
            why=said.why,
            retry_at=retry_at,
        )
        final = said.kind == "failed" and not said.again
        self._record(
            books,
            said.attempt,
            lambda case: [bounced, *(self._given_up(books, case, said, now) if final else ())],
        )
        settle_message(
            books.connection,
            said.attempt,
            "bounced",
            now,
            provider_id=message["provider_id"],
            why=said.why,
        )

    def _given_up(
        self, books: Books, case: Case, said: DeliveryEvent, now: datetime
    ) -> Iterator[InvoiceFact]:
        """The same words would be filtered again: people take over."""
        step = next(t.step for t in case.touches if t.attempt == said.attempt)
        situation = self.planner.situation(case, books.customer(case.customer), now)
        yield touch_facts.TouchWithheld(
            at=now, by=DUNCAN, step=step, code="REFUSED", why=said.why, passed_over=True
        )
        yield contact_task(situation, step, said.why, task_for(books, situation, "contact", step))

    def _about_address(self, books: Books, said: DeliveryEvent, now: datetime) -> str:
        """No message of ours is known, but what is said of the address counts all the same."""
        code = _BLOCKS.get(said.kind)
        if not code:
            return "not about us"
        known = customers_at(books.connection, said.address)
        for customer in known:
            books.lock_customers([customer])
            contact = contact_at(books.customer(customer), said.address)
            _block(books, (customer, contact), said, code, now)
        return f"{said.kind}: contact of {len(known)} customers"

    @staticmethod
    def _record(books: Books, attempt: str, found: Callable[[Case], Sequence[InvoiceFact]]) -> None:
        cases = books.cases(covered_invoices(books.connection, attempt))
        changes: list[tuple[Case, Sequence[InvoiceFact]]] = [
            (case, found(case)) for case in cases.values()
        ]
        books.record_all(changes)


def _block(
    books: Books, whom: tuple[str, str], said: DeliveryEvent, code: str, now: datetime
) -> None:
    """Never use the customer's contact on the channel again, unless that is known already."""
    customer, contact = whom
    if (contact, said.channel, code) in books.customer(customer).blocked:
        return
    blocked = ContactBlocked(
        at=now, by=DUNCAN, contact=contact, channel=said.channel, code=code, why=said.why
    )
    books.record_customer(customer, blocked)
