"""Asking for a statement of account: the books keep the wish, and upkeep sends it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.statement_contents import addressed
from activities.statement_wishes import cancelled
from commands.acting import Acting
from commands.authority import needs
from dunning.may import NotAllowed
from dunning.period import Day
from dunning.statement_facts import StatementAsked, StatementSent, StatementUnknown
from ledger.books import Books
from ledger.statements import Due, due_statements, standing_wish, statement_history


@dataclass(frozen=True)
class StatementActions(Acting):
    """Actions at statements of account."""

    @needs("follow_up")
    def ask_statement(
        self, customer: str, on: date, entity: str | None = None, note: str = ""
    ) -> str:
        """Have the customer's account at the end of the day `on` sent, as soon as it may go.

        Without `entity` that of each entity the customer owes. Raises NotAllowed.
        """
        if on > self.now.date():
            raise NotAllowed("A statement is of today or of a day before.")

        def work(books: Books) -> str:
            books.lock_customers([customer])
            for due in _due(books, customer, on, entity):
                self._ask(books, due, note)
            return f"The statement of {on} is sent as soon as it may go."

        return self.ledger.transact(work)

    @needs("follow_up")
    def cancel_statement(self, customer: str, on: date, entity: str | None = None) -> str:
        """Take the wish back while nothing was sent. Raises NotAllowed."""

        def work(books: Books) -> str:
            books.lock_customers([customer])
            waiting = [
                due
                for due in _due(books, customer, on, entity)
                if standing_wish(books, due) is not None
            ]
            if not waiting:
                raise NotAllowed("No statement waits to be sent.")
            for due in waiting:
                books.append(due.stream, cancelled(due, self.now, self.by))
            return "The statement is not sent."

        return self.ledger.transact(work)

    def _ask(self, books: Books, due: Due, note: str) -> None:
        for one in statement_history(books, due):
            if isinstance(one, StatementSent | StatementUnknown):
                raise NotAllowed(f"The statement of {due.period} was sent on {one.at:%Y-%m-%d}.")
        if standing_wish(books, due) is not None:
            raise NotAllowed(f"The statement of {due.period} was asked for already.")
        to = addressed(books, self.planner, due, self.now)
        objection = to.objection(self.planner.conditions(books, self.now))
        if objection is not None and objection.until is None:
            raise NotAllowed(f"No statement can be sent: {objection.why}.")
        asked = StatementAsked(
            at=self.now,
            by=self.by,
            customer=due.customer,
            entity=due.entity,
            period=str(due.period),
            note=note,
        )
        books.append(due.stream, asked)


def _due(books: Books, customer: str, on: date, entity: str | None) -> list[Due]:
    if not books.knows_customer(customer):
        raise NotAllowed(f"There is no customer {customer} in the books.")
    found = due_statements(books.connection, Day(on), customer)
    mine = [one for one in found if entity is None or one.entity == entity]
    if not mine:
        raise NotAllowed(f"Nothing of customer {customer} was open on {on}.")
    return mine
