"""What the next run of statements will have to do: which are still to come, which may go now."""

from __future__ import annotations

from datetime import datetime

from activities.planning import Planner
from activities.statement_contents import addressed
from activities.statements import is_asked_for
from dunning.period import Month
from dunning.statement_facts import StatementFact, StatementRefused, StatementWithheld
from ledger.books import Books
from ledger.statements import Due, due_statements, statement_history


def still_to_come(books: Books, planner: Planner, month: Month, now: datetime) -> list[Due]:
    """The statements of a month that policies ask for and that nothing final came of yet."""
    found = due_statements(books.connection, month)
    asked = [one for one in found if addressed(books, planner, one, now).rules.every == "month"]
    return [one for one in asked if _is_open(statement_history(books, one))]


def changes_now(books: Books, planner: Planner, due: Due, now: datetime) -> bool:
    """Whether a run at the moment would send the statement, or record why it does not."""
    history = statement_history(books, due)
    to = addressed(books, planner, due, now)
    if not (_is_open(history) and is_asked_for(to, due, now)):
        return False
    objection = to.objection(planner.conditions(books, now))
    if objection is None:
        return True
    said = history[-1].code if history and isinstance(history[-1], StatementWithheld) else ""
    return objection.until is None and objection.code != said


def _is_open(history: list[StatementFact]) -> bool:
    """Whether it may still go out: nobody tried yet, or the provider will take it later."""
    tried = [one for one in history if not isinstance(one, StatementWithheld)]
    if not tried:
        return True
    last = tried[-1]
    return isinstance(last, StatementRefused) and last.retry_at is not None
