"""Duties that one person may not hold together on one invoice."""

from __future__ import annotations

from dunning.case import Case
from dunning.cash.duties import refuse_poster
from dunning.may import NotAllowed
from ledger.books import Books


def check_posted_no_cash(books: Books, case: Case, by: str) -> None:
    """Refuse that whoever posted cash on the invoice gives money of it up. Raises NotAllowed."""
    refused = refuse_poster(by, [fact for _, fact in books.history(case.invoice)])
    if refused:
        raise NotAllowed(refused)
