"""Sending answers to customers' own messages: claimed, handed over once, and confirmed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import RowMapping
from sqlalchemy.exc import OperationalError

from activities.answer_request import answer_request
from activities.gateways.interface import (
    Accepted,
    ChannelDown,
    Gateway,
    Outcome,
    OutgoingMessage,
    Refused,
    RetryLater,
)
from activities.letter_templates import LetterError
from activities.letters import Letters
from activities.outcomes import alarm_channel
from activities.outgoing import ReplyAddresses, content_of, message_id
from activities.planning import DUNCAN, Planner
from dunning.contact_facts import ReplyAnswered
from ledger.answers import (
    CLAIMED_BY_REPLY,
    answer_row,
    answered_items,
    lost_answers,
    next_answer,
    update_answer,
)
from ledger.books import Books
from ledger.channels import stops
from ledger.ledger import Ledger
from ledger.messages import keep_content
from ledger.replies import message_id_of, reopen_reply
from ledger.sentences import sentence_of

# An answer that was claimed so long ago was claimed by a process that died while it was sending.
CLAIM_LASTS = timedelta(minutes=15)
SHORTEST_PAUSE = timedelta(minutes=1)
_log = structlog.get_logger()


@dataclass(frozen=True)
class Answers:
    """Sends what was noted to go back to customers."""

    ledger: Ledger
    planner: Planner
    letters: Letters
    gateways: Mapping[str, Gateway]
    addresses: ReplyAddresses

    def send_all(self, now: datetime) -> int:
        """Send every answer that may go out now; how many were tried."""
        self.ledger.transact(lambda books: self._give_up_lost(books, now))
        tried = 0
        while message := self.ledger.transact(lambda books: self._claim(books, now)):
            if isinstance(message, OutgoingMessage):
                outcome = self.gateways[message.channel].send(message)
                self.ledger.transact(
                    lambda books, m=message, o=outcome: self._confirm(books, m, o, now)  # type: ignore[misc]
                )
            tried += 1
        return tried

    def _give_up_lost(self, books: Books, now: datetime) -> None:
        """Nobody knows whether these went out, so they never go out again."""
        for attempt in lost_answers(books.connection, now - CLAIM_LASTS):
            why = "the sender stopped between handing it over and hearing back"
            nobody_knows(books, answer_row(books.connection, attempt), why, now)

    def _claim(self, books: Books, now: datetime) -> OutgoingMessage | str | None:
        """Claim the next answer and compose it; a text says why it was not to be sent."""
        row = next_answer(books.connection, now, set(stops(books)))
        if row is None:
            return None
        attempt = str(row["attempt"])
        try:
            message = self.composed(books, row, now)
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - one answer must not hold up all others
            why = str(error) if isinstance(error, LetterError) else type(error).__name__
            _log.warning("answer_not_written", letter=row["letter"], error=type(error).__name__)
            _give_back(books, row, why, now)
            return why
        content = content_of(message)
        keep_content(books.connection, attempt, content)
        digest = hashlib.sha256(content).hexdigest()
        update_answer(
            books.connection,
            attempt,
            state="started",
            claimed_at=now,
            subject=message.subject,
            content_hash=digest,
        )
        return message

    def composed(self, books: Books, row: RowMapping, now: datetime) -> OutgoingMessage:
        """The answer as it goes out. Raises LetterError."""
        items = answered_items(books.connection, row["attempt"])
        request = answer_request(books, self.planner, row, items, now)
        letters = self.planner.letters_at(now, self.letters)
        creditor = request.creditor
        reply_to = self.addresses.address(row["attempt"], creditor)
        personal = sentence_of(books, row["customer"], row["attempt"])
        letter = letters.render(replace(request, reply_to=reply_to, personal=personal))
        return OutgoingMessage(
            attempt=row["attempt"],
            at=now,
            channel=row["channel"],
            to_name=request.contact_name,
            to_address=row["address"],
            from_name=creditor.name,
            from_address=creditor.email,
            reply_to=reply_to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=message_id(row["attempt"], creditor.email.partition("@")[2]),
            references=_answered(books, row),
            attachments=letter.attachments,
        )

    def _confirm(
        self, books: Books, message: OutgoingMessage, outcome: Outcome, now: datetime
    ) -> None:
        row = answer_row(books.connection, message.attempt)
        match outcome:
            case Accepted(provider_id=provider_id):
                update_answer(
                    books.connection,
                    message.attempt,
                    state="sent",
                    settled_at=now,
                    provider_id=provider_id,
                )
                record_answered(books, row, now)
            case Refused(why=why):
                _give_back(books, row, why, now)
            case RetryLater(after=after, why=why):
                later = now + max(after, SHORTEST_PAUSE)
                again = {"state": "queued", "settled_at": later, "why": why}
                update_answer(books.connection, message.attempt, **again)
            case ChannelDown():
                alarm_channel(books, message.channel, outcome, now)
                update_answer(books.connection, message.attempt, state="queued", why=outcome.why)
            case _:
                nobody_knows(books, row, outcome.why, now)


def record_answered(books: Books, row: RowMapping, now: datetime) -> None:
    """Record that the answer went back to the customer."""
    answered = ReplyAnswered(
        at=now,
        by=DUNCAN,
        reply=_reply(row),
        attempt=row["attempt"],
        channel=row["channel"],
        letter=row["letter"],
        content=row["content_hash"],
    )
    books.lock_customers([row["customer"]])
    books.record_customer(row["customer"], answered)


def _give_back(books: Books, row: RowMapping, why: str, now: datetime) -> None:
    """It cannot be sent: the reply is a person's again."""
    update_answer(books.connection, row["attempt"], state="refused", settled_at=now, why=why)
    reopen_reply(books.connection, _reply(row), f"the answer could not be sent: {why}")


def nobody_knows(books: Books, row: RowMapping, why: str, now: datetime) -> None:
    """It may have gone out, so it never goes out again; a person has the reply."""
    update_answer(books.connection, row["attempt"], state="unknown", settled_at=now, why=why)
    reopen_reply(books.connection, _reply(row), f"nobody knows whether the answer went out: {why}")


def _reply(row: RowMapping) -> str:
    return str(row["claimant"]).removeprefix(CLAIMED_BY_REPLY)


def _answered(books: Books, row: RowMapping) -> tuple[str, ...]:
    """The customer's own Message-ID, which mail readers thread by."""
    theirs = message_id_of(books.connection, _reply(row))
    return (theirs,) if theirs.startswith("<") else ()
