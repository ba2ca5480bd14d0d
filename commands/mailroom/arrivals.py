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
from commands.mailroom.inbound import Unreadable, opened
from commands.mailroom.standing import Proof
from commands.mailroom.taking_replies import ReplyTaker
from commands.sending.fault_log import traced
from dunning.channel_facts import ChannelStopped
from dunning.conditions import ACCOUNT_REFUSED
from intake.sendgrid_events import read_events
from intake.twilio_posts import account_trouble, read_status
from ledger.arrivals import Arrival, mark_handled, mark_unreadable, next_waiting, postpone
from ledger.books import Books
from ledger.channels import stop_channel
from ledger.delivery_events import unknown_messages
from ledger.ledger import Ledger
from ledger.messages import message_content
from ledger.spans import span
from worker import Wiring

IDLE = timedelta(seconds=1)
# An arrival that cannot be handled needs an engineer: the others pass, it is tried again.
LATER = timedelta(minutes=5)
# A provider's own events come first; then it is asked, until there is no hope.
ASK_AFTER, ASK_UNTIL, ASK_EVERY = timedelta(minutes=15), timedelta(days=1), timedelta(minutes=1)
# SendGrid answers six questions a minute; and what comes in must not wait long for this.
ASK_AT_ONCE = 5
# Who vouches for the sender, where it was not the provider that received the mail.
_PROOFS: Mapping[str, Proof] = {"command": "person", "imap": "conversation"}
_log = structlog.get_logger()


@dataclass
class _Memory:
    """What this process tried lately."""

    postponed: dict[int, datetime] = field(default_factory=dict)
    # The arrival that was being handled when the books last failed.
    failed: int = 0
    asked_at: datetime | None = None
    # When each message was asked about last, so that all have their turn.
    asked: dict[str, datetime] = field(default_factory=dict)


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
            except Exception as error:  # noqa: BLE001 - what comes in must be stopped by no bug of ours
                _log.error("mailroom_fails", fault=traced(error))
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
        except Exception as error:
            if not seen or self._may_heal(error, seen[-1].id):
                raise
            self._postpone(seen[-1], error, now)
        return bool(seen)

    def _may_heal(self, error: Exception, arrival: int) -> bool:
        """Whether the books were away; not when the same arrival makes them fail again."""
        again, self._memory.failed = self._memory.failed == arrival, arrival
        return isinstance(error, OperationalError) and not again

    def _postpone(self, arrival: Arrival, error: Exception, now: datetime) -> None:
        """One broken arrival must not hold up all others."""
        fault = traced(error)
        _log.error("arrival_cannot_be_handled", arrival=arrival.id, kind=arrival.kind, fault=fault)
        why = type(error).__name__
        self.ledger.transact(lambda books: postpone(books.connection, arrival.id, why))
        self._memory.postponed[arrival.id] = now

    def _settle(self, books: Books, arrival: Arrival, now: datetime) -> None:
        try:
            with span(f"Arrival:{arrival.kind}", arrival.details.get("trace", "")):
                why = self._handle(books, arrival, now)
        except Unreadable as unreadable:
            mark_unreadable(books.connection, arrival.id, now, str(unreadable))
        else:
            mark_handled(books.connection, arrival.id, now, why[:500])

    def _handle(self, books: Books, arrival: Arrival, now: datetime) -> str:
        if arrival.kind == "sendgrid_events":
            return self._events(books, arrival, now)
        if arrival.kind == "twilio_status":
            return self._status(books, arrival, now)
        message = opened(arrival)
        told = [
            self.deliveries.take(books, event, now, proven=False) for event in message.deliveries
        ]
        proof = _PROOFS.get(arrival.details.get("door", ""), "provider")
        return "; ".join((*told, self.taker.take(books, arrival.id, message, now, proof)))

    def _events(self, books: Books, arrival: Arrival, now: datetime) -> str:
        events = read_events(arrival.body)
        if events.odd and not events.deliveries and not events.account:
            raise Unreadable("; ".join(events.odd[:5]))
        for why in events.account:
            _alarm(books, "email", f"SendGrid: {why}", now)
        for event in events.deliveries:
            self.deliveries.take(books, event, now)
        return "; ".join((f"{len(events.deliveries)} events", *events.noted, *events.odd[:5]))

    def _status(self, books: Books, arrival: Arrival, now: datetime) -> str:
        trouble = account_trouble(arrival.body)
        if trouble:
            _alarm(books, "sms", trouble, now)
        event = read_status(arrival.body, arrival.details.get("query", ""), arrival.received_at)
        return self.deliveries.take(books, event, now) if event else "no news of delivery"

    def ask_providers(self, now: datetime) -> int:
        """Look some messages of unknown outcome up, where the provider can; how many were found."""
        # No transaction is open here: the provider may take its time.
        return sum(self._look_up(message, now) for message in self._to_ask_about(now))

    def _to_ask_about(self, now: datetime) -> list[SentBefore]:
        """Those not asked about for longest."""
        with self.ledger.reading() as books:
            rows = unknown_messages(books.connection, now - ASK_UNTIL, now - ASK_AFTER)
            asked = {row["attempt"]: self._memory.asked.get(row["attempt"]) for row in rows}
            some = sorted(rows, key=lambda row: asked[row["attempt"]] or row["claimed_at"])
            some = some[:ASK_AT_ONCE]
            texts = [message_content(books.connection, row["attempt"]) or b"" for row in some]
        known = {attempt: at for attempt, at in asked.items() if at}
        self._memory.asked = known | {row["attempt"]: now for row in some}
        return [
            SentBefore(
                attempt=row["attempt"],
                channel=row["channel"],
                to_address=row["address"],
                at=row["claimed_at"],
                text=text_of(text),
            )
            for row, text in zip(some, texts, strict=True)
        ]

    def _look_up(self, message: SentBefore, now: datetime) -> bool:
        accepted = self.gateways[message.channel].look_up(message)
        if accepted is None:
            return False
        return self.ledger.transact(
            lambda books: self.deliveries.found_out(
                books, message.attempt, now, accepted.provider_id
            )
        )


def _alarm(books: Books, channel: str, why: str, now: datetime) -> None:
    """One alarm for everybody, as where a provider refuses our account to our face."""
    stop = ChannelStopped(at=now, by=DUNCAN, channel=channel, code=ACCOUNT_REFUSED, why=why)
    if stop_channel(books, stop):
        _log.error("channel_stopped", channel=channel, code=ACCOUNT_REFUSED)


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
