"""Answers to customers' messages that restored books still want to send, and may have sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.exc import OperationalError

from activities.answers import Answers, nobody_knows, record_answered
from activities.gateways.interface import Accepted, SentBefore
from ledger.answers import CLAIMED_BY_REPLY, answer_row, update_answer
from ledger.books import Books
from ledger.correspondence import ReplyRow
from ledger.tables import MessageRow, table

MESSAGE, REPLY = table(MessageRow), table(ReplyRow)
_OPEN = ("queued", "started")


@dataclass(frozen=True)
class LostAnswers:
    """Looks the answers to messages of before `until` up; `unproven` is said where none can tell.

    Such answers go out within seconds, so one that no provider knows is left to people.
    """

    answers: Answers
    until: datetime
    now: datetime
    unproven: str

    def settle(self, found: Counter[str]) -> None:
        """Record each as sent, or as unknown with its reply open again; none goes out."""
        with self.answers.ledger.reading() as books:
            waiting = self._waiting(books)
        for attempt in waiting:
            found[self._settle(attempt)] += 1

    def _waiting(self, books: Books) -> list[str]:
        old = or_(MESSAGE.c.claimed_at <= self.until, REPLY.c.received_at <= self.until)
        mine = MESSAGE.c.claimant == CLAIMED_BY_REPLY + REPLY.c.reply
        query = select(MESSAGE.c.attempt).join(REPLY, mine, isouter=True)
        query = query.where(
            MESSAGE.c.state.in_(_OPEN), MESSAGE.c.claimant.startswith(CLAIMED_BY_REPLY), old
        )
        return list(books.connection.execute(query.order_by(MESSAGE.c.attempt)).scalars())

    def _settle(self, attempt: str) -> str:
        with self.answers.ledger.reading() as books:
            row = answer_row(books.connection, attempt)
            text = self._text(books, row)
        asked = SentBefore(attempt, row["channel"], row["address"], row["claimed_at"], text)
        answer = self.answers.gateways[row["channel"]].look_up(asked)
        self.answers.ledger.transact(lambda books: self._record(books, row, answer))
        return "sent" if answer else "unknown"

    def _text(self, books: Books, row: RowMapping) -> str:
        """The words it must have had: some providers know a message by them only."""
        try:
            return self.answers.composed(books, row, row["claimed_at"]).text
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - what cannot be written any more is asked for without
            return ""

    def _record(self, books: Books, row: RowMapping, answer: Accepted | None) -> None:
        if answer is None:
            nobody_knows(books, row, self.unproven, self.now)
            return
        sent = {"state": "sent", "settled_at": self.now, "provider_id": answer.provider_id}
        update_answer(books.connection, row["attempt"], **sent)
        record_answered(books, row, self.now)
