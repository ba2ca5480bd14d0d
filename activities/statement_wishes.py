"""Statements of account that people asked for: each is sent once, or its wish lapses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities.planning import DUNCAN
from activities.statements import A_DAY, StatementAnswer, Statements
from dunning.period import Day
from dunning.statement_facts import StatementAsked, StatementCancelled
from ledger.books import Books
from ledger.statements import Due, due_statements, standing_wish, wished

# Asked for and not possible for so long: the person has to ask again.
WISH_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class StatementWishes:
    """Sends what people asked for."""

    statements: Statements

    def run(self, now: datetime) -> list[StatementAnswer]:
        """Send what may go now; what could not be sent for a week lapses."""
        with self.statements.ledger.reading() as books:
            asked = wished(books, now - WISH_LASTS - A_DAY)
            due = [due_of(books, wish) for wish in asked]
        return [self._one(one, now) for one in due]

    def _one(self, due: Due, now: datetime) -> StatementAnswer:
        def lapsed(books: Books) -> StatementAnswer | None:
            books.lock_customers([due.customer])
            wish = standing_wish(books, due)
            if wish is None:
                return StatementAnswer(due, "cancelled")
            why = _over(due, wish, now)
            if why:
                books.append(due.stream, cancelled(due, now, DUNCAN))
            return StatementAnswer(due, "lapsed", "EXPIRED", why) if why else None

        over = self.statements.ledger.transact(lapsed)
        answer = over or self.statements.send(due, now, by_policy=False)
        assert answer is not None, "what is asked for needs no policy"
        return answer


def due_of(books: Books, wish: StatementAsked) -> Due:
    """The statement that was asked for; without an invoice when nothing was open after all."""
    day = Day(date.fromisoformat(wish.period))
    found = due_statements(books.connection, day, wish.customer)
    mine = (one for one in found if one.entity == wish.entity)
    return next(mine, Due(day, wish.entity, wish.customer, ""))


def _over(due: Due, wish: StatementAsked, now: datetime) -> str:
    """Why it is not sent any more; empty while it may be."""
    if not due.invoice:
        return "nothing was open on that day after all"
    if now - wish.at > WISH_LASTS:
        return "it could not be sent for a week; who wants it still has to ask again"
    return ""


def cancelled(due: Due, now: datetime, by: str) -> StatementCancelled:
    """The statement is not wanted any more."""
    return StatementCancelled(
        at=now, by=by, customer=due.customer, entity=due.entity, period=str(due.period)
    )
