"""A message that cannot be put into words: it waits, and somebody is asked to mend it."""

from __future__ import annotations

from datetime import timedelta

from activities.account import Covered
from activities.letter_own_words import OutdatedWordsError
from activities.letter_templates import LetterError
from activities.planning import DUNCAN
from dunning import facts
from dunning.at_the_door import Objection
from dunning.facts import InvoiceFact
from ledger.books import Books
from ledger.tasks import is_task_open

A_DAY = timedelta(days=1)
WORDS, CONTENT = "words", "content"


def unwritten(
    books: Books, mine: Covered, letter: str, error: LetterError
) -> tuple[Objection, list[InvoiceFact]]:
    """Why it does not go out, and the task that asks somebody, unless it is open already."""
    again, outdated = mine.situation.now + A_DAY, isinstance(error, OutdatedWordsError)
    code = "WORDS_OUTDATED" if outdated else "CONTENT_MISSING"
    # A letter is mended once for all customers, words for the one message they were written for.
    name = f"{WORDS}:{mine.invoice}:{mine.touch.step}" if outdated else f"{CONTENT}:{letter}"
    objection = Objection(code, str(error), again)
    if is_task_open(books.connection, name):
        return objection, []
    opened = facts.TaskOpened(
        at=mine.situation.now,
        by=DUNCAN,
        task=name,
        what=WORDS if outdated else CONTENT,
        role="associate" if outdated else "ar_lead",
        why=str(error),
    )
    return objection, [opened]
