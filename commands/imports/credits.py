"""Taking in credit notes: each lowers the invoice it names, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from commands.imports.take_in import Batch, Taken
from dunning.adjustment_facts import Adjusted
from dunning.case import Case
from dunning.may import NotAllowed
from intake.credits import CreditRow
from intake.rows import Rejected
from ledger.books import Books


def credits(now: datetime, by: str) -> Batch[CreditRow]:  # noqa: A001 - what the file is about
    """Record credit notes of the ledger; one that is known already changes nothing."""

    def batch(books: Books, rows: Sequence[CreditRow], taken: Taken[CreditRow]) -> None:
        books.lock_invoices(row.invoice for row in rows)
        cases = books.cases(row.invoice for row in rows)
        for row in rows:
            case = cases.get(row.invoice)
            if case is None:
                taken.rejected.append(_no_invoice(row))
            elif any(row.credit == one.reference for one in case.adjustments):
                taken.counts["unchanged"] += 1
            else:
                _record(books, row, case, taken, _credited(row, now, by))
                cases[row.invoice] = books.case(row.invoice)

    return batch


def _credited(row: CreditRow, now: datetime, by: str) -> Adjusted:
    return Adjusted(
        at=now,
        by=by,
        adjustment=f"{row.invoice}:{row.credit}",
        what="credit_note",
        amount=-row.amount,
        on=row.on,
        reason=row.reason or "credit note of the ledger",
        reference=row.credit,
        rule="ledger",
    )


def _record(
    books: Books, row: CreditRow, case: Case, taken: Taken[CreditRow], fact: Adjusted
) -> None:
    try:
        books.record_all([(case, [fact])])
    except NotAllowed as refused:
        taken.rejected.append(Rejected(row.row, "amount", "NOT_CREDITABLE", str(refused), {}))
    else:
        taken.counts["accepted"] += 1


def _no_invoice(row: CreditRow) -> Rejected:
    reason = f"There is no invoice {row.invoice} in the books: import it first."
    return Rejected(row.row, "invoice", "INVOICE_UNKNOWN", reason, {})
