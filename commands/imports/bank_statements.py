"""Bank statements that came in: whether each begins where the last one of its account ended."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from dunning.money import Money
from intake.bank.statement import Statement
from ledger.books import Books
from ledger.imports import BankStatementRow, statements_of_account
from ledger.rows import append


def keep_statements(books: Books, run: int, statements: Sequence[Statement]) -> list[str]:
    """Keep the balances of an import's statements; a sentence for each balance that jumps.

    Statements that follow each other in one file are compared where the file is read.
    """
    kept, said = [], []
    for place, one in enumerate(statements):
        if one.opening is None or one.closing is None:
            continue
        others = [*statements[:place], *statements[place + 1 :]]
        before = _jumps_from(books, one, one.opening, others)
        said += [_said(one, before)] if before is not None else []
        row = {"import_id": run, "account": one.account, "number": one.number}
        row |= {"currency": one.opening.currency, "opening_minor": one.opening.minor}
        row |= {"closing_minor": one.closing.minor, "before_minor": before and before.minor}
        kept.append(row)
    append(books.connection, BankStatementRow, kept)
    return said


def _jumps_from(
    books: Books, one: Statement, opening: Money, others: Sequence[Statement]
) -> Money | None:
    """What the last statement of the account closed with, where none leads to this one.

    One that closes where a known one begins fills a gap, whenever it comes in; one that overlaps
    with a known one passes the balance with which that closed.
    """
    known = statements_of_account(books.connection, one.account, opening.currency)
    minors = [(row.number, row.opening_minor, row.closing_minor) for row in known]
    mine = (one.number, opening.minor, one.closing.minor if one.closing else 0)
    follows = bool(_passed(one, opening) & {closing for _, _, closing in minors}) or any(
        (other.account, other.closing) == (one.account, opening) for other in others
    )
    fills = mine[2] in {begin for _, begin, _ in minors}
    if not known or follows or fills or mine in minors:
        return None
    return Money(known[-1].closing_minor, opening.currency)


def _passed(one: Statement, opening: Money) -> set[int]:
    """The balances of a statement, from its opening one on, after each of its entries."""
    moved = (entry.amount.minor for entry in one.entries if entry.is_booked)
    return set(accumulate(moved, initial=opening.minor))


def _said(statement: Statement, before: Money) -> str:
    title = statement.title[:1].upper() + statement.title[1:]
    return (
        f"{title} begins with {statement.opening}, but the one before it that came in ended with"
        f" {before}: is a statement missing between them?"
    )
