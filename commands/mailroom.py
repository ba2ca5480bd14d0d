"""The mailroom: handles what arrived, one thing after the other, each in one transaction.

What was stored at the door stays there until all that follows from it is in the books: whoever
dies meanwhile, the next one begins anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError

from activities.answers import Answers
from activities.deliveries import Deliveries
from activities.gateways.interface import Gateway, SentBefore
from activities.outgoing import text_of
from activities.planning import DUNCAN
from commands.inbound import Inbound, Unreadable, opened
from commands.taking_replies import ReplyTaker
from dunning.channel_facts import ChannelStopped
from dunning.conditions import ACCOUNT_REFUSED
from intake.sendgrid_events import read_events
from intake.twilio_posts import read_status
from ledger.arrivals import Arrival, mark_handled, mark_unreadable, next_waiting, postpone
from ledger.books import Books
from ledger.channels import stop_channel
from ledger.delivery_events import unknown_messages
from ledger.ledger import Ledger
from ledger.messages import message_content
from worker import Wiring

IDLE = timedelta(seconds=1)
# An arrival that cannot be handled needs an engineer: the others pass, it is tried again.
LATER = timedelta(minutes=5)
# A provider's own events come first; then it is asked, until there is no hope.
ASK_AFTER, ASK_UNTIL, ASK_EVERY = timedelta(minutes=15), timedelta(days=1), timedelta(minutes=10)
_log = structlog.get_logger()


@dataclass
class _Memory:
    """What this process tried lately."""

    postponed: dict[int, datetime] = field(default_factory=dict)
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Mailroom:
    """Handles arrivals, sends answers, and asks providers about messages nobody knows of."""

    ledger: Ledger
    deliveries: Deliveries
    taker: ReplyTaker
    answers: Answers
    gateways: Mapping[str, Gateway]
    _memory: _Memory = field(default_factory=_Memory)

    async def run(self, now: Callable[[], datetime]) -> None:
        """Work until cancelled, whatever is broken meanwhile."""
        while True:
            try:
                handled = await asyncio.to_thread(self.work, now())
            except OperationalError as error:
                _log.warning("mailroom_waits", error=type(error).__name__)
                handled = 0
            if not handled:
                await asyncio.sleep(IDLE.total_seconds())

    def work(self, now: datetime) -> int:
        """Do all there is to do now; how many arrivals and answers that were."""
        handled = 0
        while self.handle_next(now):
            handled += 1
        handled += self.answers.send_all(now)
        asked_at = self._memory.asked_at
        if asked_at is None or now - asked_at >= ASK_EVERY:
            self._memory.asked_at = now
            self.ask_providers(now)
        return handled

    def handle_next(self, now: datetime) -> bool:
        """Handle the oldest arrival that waits; whether there was one."""
        recent = {n: at for n, at in self._memory.postponed.items() if now - at < LATER}
        self._memory.postponed = recent
        seen: list[Arrival] = []

        def work(books: Books) -> None:
            found = next_waiting(books.connection, recent.keys())
            if found is not None:
                seen.append(found)
                self._settle(books, found, now)

        try:
            self.ledger.transact(work)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - one broken arrival must not hold up all others
            self._postpone(seen[-1], error, now)
        return bool(seen)

    def _postpone(self, arrival: Arrival, error: Exception, now: datetime) -> None:
        _log.exception("arrival_cannot_be_handled", arrival=arrival.id, kind=arrival.kind)
        why = type(error).__name__
        self.ledger.transact(lambda books: postpone(books.connection, arrival.id, why))
        self._memory.postponed[arrival.id] = now

    def _settle(self, books: Books, arrival: Arrival, now: datetime) -> None:
        try:
            why = self._handle(books, arrival, now)
        except Unreadable as unreadable:
            mark_unreadable(books.connection, arrival.id, now, str(unreadable))
        else:
            mark_handled(books.connection, arrival.id, now, why[:500])

    def _handle(self, books: Books, arrival: Arrival, now: datetime) -> str:
        if arrival.kind == "sendgrid_events":
            return self._events(books, arrival, now)
        if arrival.kind == "twilio_status":
            event = read_status(arrival.body, arrival.details.get("query", ""), arrival.received_at)
            return self.deliveries.take(books, event, now) if event else "no news of delivery"
        message = opened(arrival)
        told = [
            self.deliveries.take(books, event, now, proven=False) for event in message.deliveries
        ]
        vouched = arrival.details.get("door") == "command"
        return "; ".join((*told, self.taker.take(books, arrival.id, message, vouched=vouched)))

    def _events(self, books: Books, arrival: Arrival, now: datetime) -> str:
        events = read_events(arrival.body)
        if events.odd and not events.deliveries and not events.account:
            raise Unreadable("; ".join(events.odd[:5]))
        for why in events.account:
            stop = ChannelStopped(
                at=now, by=DUNCAN, channel="email", code=ACCOUNT_REFUSED, why=f"SendGrid: {why}"
            )
            stop_channel(books, stop)
        for event in events.deliveries:
            self.deliveries.take(books, event, now)
        return "; ".join((f"{len(events.deliveries)} events", *events.odd[:5]))

    def ask_providers(self, now: datetime) -> int:
        """Look messages of unknown outcome up where the provider can; how many were found."""
        with self.ledger.reading() as books:
            rows = unknown_messages(books.connection, now - ASK_UNTIL, now - ASK_AFTER)
            asked = [(row, message_content(books.connection, row["attempt"])) for row in rows]
        found = 0
        for row, content in asked:
            message = SentBefore(
                attempt=row["attempt"],
                channel=row["channel"],
                to_address=row["address"],
                at=row["claimed_at"],
                text=text_of(content or b""),
            )
            # No transaction is open here: the provider may take its time.
            accepted = self.gateways[message.channel].look_up(message)
            if accepted:
                found += 1
                self.ledger.transact(
                    lambda books, m=message, a=accepted: self.deliveries.found_out(  # type: ignore[misc]
                        books, m.attempt, now, a.provider_id
                    )
                )
        return found


def mailroom_of(wiring: Wiring) -> Mailroom:
    """The mailroom of an installation."""
    return Mailroom(
        ledger=wiring.ledger,
        deliveries=Deliveries(wiring.planner),
        taker=ReplyTaker(wiring.planner, wiring.addresses),
        answers=Answers(
            wiring.ledger, wiring.planner, wiring.letters, wiring.gateways, wiring.addresses
        ),
        gateways=wiring.gateways,
    )


def take_one(mailroom: Mailroom, arrival: int, message: Inbound, *, vouched: bool) -> str:
    """Take one message in at once, as a rehearsal does."""
    return mailroom.ledger.transact(
        lambda books: mailroom.taker.take(books, arrival, message, vouched=vouched)
    )
