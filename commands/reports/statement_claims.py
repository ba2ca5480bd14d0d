"""Which claims a statement of account shows: as its reader wishes, else as policies say."""

from __future__ import annotations

from dataclasses import replace

from activities.policies import Policies
from commands.reports.statement import Statement
from ledger.books import Books
from ledger.claims import open_claims_on


def with_claims(
    books: Books, policies: Policies, statement: Statement, *, wanted: bool | None = None
) -> Statement:
    """The statement with the claims beside its balance: all of them, none, or as policies say.

    Without a wish, those of invoices whose policy claims at all.
    """
    if wanted is False:
        return statement
    customer = statement.customer
    found = [
        one
        for one in open_claims_on(books, customer.customer, statement.day)
        if statement.entity in ("", one.entity)
    ]
    if wanted is None:
        cases = books.cases(one.invoice for one in found)
        claiming = {
            name
            for name, case in cases.items()
            if policies.for_case(case, customer)[0].interest.claim != "never"
        }
        found = [one for one in found if one.invoice in claiming]
    return replace(statement, claims=tuple(found))
