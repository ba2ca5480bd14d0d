"""Duties that one person may not hold together on one invoice."""

from __future__ import annotations

from dunning.case import Case
from dunning.may import NotAllowed
from dunning.proposal import same_person
from ledger.books import Books


def check_posted_no_cash(books: Books, case: Case, by: str) -> None:
    """Refuse that whoever posted cash on the invoice gives money of it up. Raises NotAllowed."""
    applied = (one for _, one in books.history(case.invoice) if one.kind == "payment_applied")
    if any(same_person(one.by, by) for one in applied):
        raise NotAllowed(
            f"{by} posted cash on invoice {case.invoice}: somebody else has to decide this."
        )
