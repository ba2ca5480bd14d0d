"""Statements of account that restored books still want to send, and may have sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from activities.gateways.interface import Accepted, OutgoingMessage, SentBefore
from activities.letter_templates import LetterError
from activities.planning import DUNCAN
from activities.statement_contents import Addressed, addressed, composed, message_row
from activities.statement_wishes import WISH_LASTS, due_of
from activities.statements import A_DAY, Statements, attempt_of, claimed, is_asked_for, recorded
from dunning.period import Month
from dunning.statement_facts import (
    StatementAsked,
    StatementRefused,
    StatementSent,
    StatementUnknown,
    StatementWithheld,
)
from ledger.books import Books
from ledger.messages import claim_message
from ledger.statements import Due, due_statements, statement_history, wished


@dataclass(frozen=True)
class LostStatements:
    """Looks up what was due between the last fact of the backup (`since`) and the restore.

    A statement that no provider knows is unknown where it could have gone out: it is never sent
    by itself again. `unproven` says why.
    """

    statements: Statements
    since: datetime
    until: datetime
    now: datetime
    unproven: str

    def settle(self, found: Counter[str]) -> None:
        """Record each as sent or unknown; none goes out."""
        with self.statements.ledger.reading() as books:
            asked = [due_of(books, one) for one in wished(books, self.until - WISH_LASTS - A_DAY)]
            monthly = [
                due for month in self._months() for due in due_statements(books.connection, month)
            ]
        for due in asked:
            self._settle(due, found, by_policy=False)
        for due in monthly:
            self._settle(due, found, by_policy=True)

    def _months(self) -> Iterator[Month]:
        """The months whose statements were on their way, wherever the customers live."""
        month = Month.of((self.since - A_DAY).date()).before
        while month.after.first <= (self.until + A_DAY).date():
            yield month
            month = month.after

    def _settle(self, due: Due, found: Counter[str], *, by_policy: bool) -> None:
        with self.statements.ledger.reading() as books:
            lost = self._lost(books, due, by_policy=by_policy)
        if lost is None:
            return
        to, message = lost
        asked = SentBefore(
            message.attempt, message.channel, message.to_address, message.at, message.text
        )
        answer = self.statements.gateways[message.channel].look_up(asked)
        self.statements.ledger.transact(lambda books: self._record(books, to, message, answer))
        found["sent" if answer else "unknown"] += 1

    def _lost(
        self, books: Books, due: Due, *, by_policy: bool
    ) -> tuple[Addressed, OutgoingMessage] | None:
        """The statement as it may have gone out; None where it cannot have."""
        history = statement_history(books, due)
        outcomes = [one for one in history if not isinstance(one, StatementWithheld)]
        if not due.invoice or (outcomes and not _is_open(outcomes[-1])):
            return None
        to = addressed(books, self.statements.planner, due, self.until)
        objection = to.objection(self.statements.planner.conditions(books, self.until))
        if by_policy and not is_asked_for(to, due, self.until):
            return None
        # One that has to wait now may have gone out before the channels were stopped.
        if objection and objection.until is None:
            return None
        letters, addresses = self.statements.letters, self.statements.addresses
        try:
            message = composed(books, letters, addresses, to, attempt_of(due, len(history)))
        except LetterError:
            return None
        return to, message

    def _record(
        self, books: Books, to: Addressed, message: OutgoingMessage, answer: Accepted | None
    ) -> None:
        """Its words are not kept: they went with the lost books."""
        attempt, due = message.attempt, to.due
        books.lock_customers([due.customer])
        claimed(books, to, attempt, "")
        row = message_row(to, message, b"") | {"subject": "", "content_hash": ""}
        claim_message(books.connection, row, [], b"")
        if answer is None:
            why = self.unproven
            recorded(books, due, StatementUnknown(at=self.now, by=DUNCAN, attempt=attempt, why=why))
            return
        name = answer.provider_id
        sent = StatementSent(at=self.now, by=DUNCAN, attempt=attempt, provider_id=name)
        recorded(books, due, sent)


def _is_open(outcome: object) -> bool:
    """Whether a statement with this last word may still go out."""
    if isinstance(outcome, StatementRefused):
        return outcome.retry_at is not None
    return isinstance(outcome, StatementAsked)
