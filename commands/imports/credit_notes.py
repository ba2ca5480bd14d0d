"""Taking in credit notes that stand among invoices: applied to what they name, else on account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.cash.posting import Poster
from commands.imports import take_in
from commands.imports.issued import placed
from commands.imports.take_in import Batch, Taken
from dunning.adjustment_facts import Adjusted
from dunning.case import Case
from dunning.may_adjust import creditable
from dunning.money import Money
from dunning.payment import PaymentReceived
from intake.credit_notes import CreditNoteRow, OwedRow
from intake.invoices import InvoiceRow
from intake.rows import Rejected
from ledger.books import Books
from ledger.cash import received


def credit_notes_last(rows: Iterable[OwedRow | Rejected]) -> Iterator[OwedRow | Rejected]:
    """The same rows, credit notes at the end, so that the invoices they name are there."""
    held: list[CreditNoteRow] = []
    for row in rows:
        if isinstance(row, CreditNoteRow):
            held.append(row)
        else:
            yield row
    yield from held


def owed(now: datetime, by: str, sellers: Mapping[str, str] | None = None) -> Batch[OwedRow]:
    """Open and amend invoices, take credit notes in; one that is known already changes nothing."""
    invoices = take_in.invoices(now, by, sellers)

    def batch(books: Books, rows: Sequence[OwedRow], taken: Taken[OwedRow]) -> None:
        issued: Taken[InvoiceRow] = Taken()
        invoices(books, [row for row in rows if isinstance(row, InvoiceRow)], issued)
        taken.counts += issued.counts
        taken.rejected += issued.rejected
        taken.warnings += issued.warnings
        given = [row for row in rows if isinstance(row, CreditNoteRow)]
        if given:
            _Crediting(books, now, by, taken).take(placed(books, given, sellers or {}))

    return batch


@dataclass(frozen=True)
class _Crediting:
    """Credit notes of one batch on their way into the books."""

    books: Books
    now: datetime
    by: str
    taken: Taken[OwedRow]

    def take(self, rows: Sequence[CreditNoteRow]) -> None:
        self.books.lock_customers(row.customer for row in rows)
        named = {row.credits for row in rows} - {""}
        cases = self.books.cases(named | {row.credit for row in rows})
        known = received(self.books, (row.credit for row in rows))
        for row in rows:
            case = cases.get(row.credits)
            if refused := _refused(row, case, cases.get(row.credit), known.get(row.credit)):
                self.taken.rejected.append(refused)
                continue
            before = _taken_before(row, case, known.get(row.credit))
            if before is not None and before != -row.amount:
                reason = f"Credit note {row.credit} is in the books with {before}."
                self.taken.rejected.append(
                    Rejected(row.row, "amount", "DUPLICATE_CONFLICT", reason, {})
                )
            elif before is not None:
                self.taken.counts["unchanged"] += 1
            else:
                self.taken.counts["accepted"] += 1
                known |= self._credited(row, case, cases)

    def _credited(
        self, row: CreditNoteRow, case: Case | None, cases: dict[str, Case]
    ) -> dict[str, PaymentReceived]:
        """Lower the named invoice; what is more than it was for goes on the customer's account."""
        left = -row.amount
        if case is not None:
            applied = min(left, creditable(case))
            if applied.minor > 0:
                (cases[case.invoice],) = self.books.record_all(
                    [(case, [self._adjusted(row, case, applied)])]
                )
                left -= applied
        elif row.credits:
            self.taken.warnings.append(
                f"Row {row.row}: credit note {row.credit} is for invoice {row.credits}, which the"
                f" books do not have: it is on the account of {row.customer}."
            )
        return self._on_account(row, left) if left.minor > 0 else {}

    def _adjusted(self, row: CreditNoteRow, case: Case, amount: Money) -> Adjusted:
        return Adjusted(
            at=self.now,
            by=self.by,
            adjustment=f"{case.invoice}:{row.credit}",
            what="credit_note",
            amount=-amount,
            on=row.on,
            reason="credit note of the ledger",
            reference=row.credit,
            rule="ledger",
        )

    def _on_account(self, row: CreditNoteRow, amount: Money) -> dict[str, PaymentReceived]:
        came = PaymentReceived(
            at=self.now,
            by=self.by,
            payment=row.credit,
            amount=amount,
            on=row.on,
            reference=row.credits or row.reference,
            payer=row.customer,
            of="credit_note",
        )
        self.books.record_payment(came, 0)
        why = "more was credited than invoiced" if row.credits else "credit note of no invoice"
        poster = Poster(self.books, self.now, self.by)
        poster.put_on_account(row.credit, row.customer, why)
        return {row.credit: came}


def _refused(
    row: CreditNoteRow, case: Case | None, same: Case | None, known: PaymentReceived | None
) -> Rejected | None:
    if same is not None:
        reason = f"{row.credit} is an invoice in the books: a credit note has its own number."
        return Rejected(row.row, "invoice", "DUPLICATE_CONFLICT", reason, {})
    if known is not None and known.of != "credit_note":
        reason = f"{row.credit} is a payment in the books: a credit note has its own number."
        return Rejected(row.row, "invoice", "DUPLICATE_CONFLICT", reason, {})
    if case is not None and case.customer != row.customer:
        reason = f"Invoice {row.credits} belongs to customer {case.customer}, not {row.customer}."
        return Rejected(row.row, "credits", "CUSTOMER_CHANGED", reason, {})
    if case is not None and case.amount.currency != row.amount.currency:
        reason = f"Invoice {row.credits} is in {case.amount.currency}, not {row.amount.currency}."
        return Rejected(row.row, "currency", "CURRENCY_CHANGED", reason, {})
    return None


def _taken_before(
    row: CreditNoteRow, case: Case | None, known: PaymentReceived | None
) -> Money | None:
    """What the books have of the credit note already, None for nothing."""
    made = case.adjustments if case else ()
    parts = [-one.amount for one in made if one.reference == row.credit and not one.undoes]
    parts += [known.amount] if known else []
    return sum(parts, start=Money.zero(row.amount.currency)) if parts else None
