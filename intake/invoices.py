"""Reads invoices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dunning.money import Money
from intake.discounts import discount_of
from intake.files import Limits
from intake.kinds import INVOICES
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.repetition import NumberForms, Repetitions
from intake.rows import BadCell, Line
from intake.survey import Survey
from intake.texts import currency, flag, identifier, needed, words


@dataclass(frozen=True, slots=True)
class IssuedFile:
    """The file an electronic invoice came as."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice as the file gives it; ``row`` counts from 1 as a spreadsheet shows it.

    ``distributed`` says that the customer has the invoice already; so it is unless the file
    says no. Texts the file does not give are empty. Its terms may let the customer keep back
    ``discount`` until ``discount_until``. Only electronic invoices name the ``seller`` and are
    the ``file`` that was issued.
    """

    row: int
    invoice: str
    customer: str
    customer_name: str
    entity: str
    amount: Money
    issue_date: date
    due_date: date
    distributed: bool
    policy: str
    reference: str
    discount: Money | None = None
    discount_until: date | None = None
    seller: str = ""
    file: IssuedFile | None = None


def read_invoices(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> Reading[InvoiceRow]:
    """The invoices of a CSV file or workbook; without a map, its headers choose one.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    return open_reading(path, mapping, INVOICES, InvoiceReader, limits)


class InvoiceReader:
    """Turns lines into invoices; negative amounts are no invoices and are refused."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.repetitions = Repetitions[Any](survey, "invoice")
        self.forms = NumberForms()

    @property
    def duplicates(self) -> int:
        """How many identical rows were left out so far."""
        return self.repetitions.count

    def take(self, line: Line) -> Iterator[InvoiceRow]:
        """The invoice of a line. Raises BadCell."""
        amount = self._amount_owed(line)
        issued, due = self._issued_and_due(line)
        discount, until = discount_of(line, self.survey, amount, issued)
        row = InvoiceRow(
            row=line.row,
            invoice=needed(identifier(line, "invoice"), "invoice"),
            customer=needed(identifier(line, "customer"), "customer"),
            customer_name=words(line, "customer_name"),
            entity=identifier(line, "entity"),
            amount=amount,
            issue_date=issued,
            due_date=due,
            distributed=flag(line, "distributed", default=True),
            policy=identifier(line, "policy"),
            reference=words(line, "reference"),
            discount=discount,
            discount_until=until,
        )
        if not self.repetitions.is_repeated(row.invoice, row):
            self.forms.note(row.customer)
            yield row

    def warnings(self) -> list[str]:
        """What people should know once every line was taken."""
        return [*self.repetitions.warnings(), *self.forms.warnings()]

    def _amount_owed(self, line: Line) -> Money:
        # The amount comes first: credits often lack a number and a due date as well.
        amount = self.survey.amount(line, currency(line))
        if amount.minor < 0:
            reason = f"{amount} is negative: a credit note or unapplied payment, not an invoice."
            raise BadCell("amount", "CREDIT_NOTE", reason)
        if amount.minor == 0:
            raise BadCell("amount", "AMOUNT_ZERO", "The amount is zero, so nothing is owed.")
        return amount

    def _issued_and_due(self, line: Line) -> tuple[date, date]:
        issued = self.survey.day(line, "issue_date")
        due = self.survey.day(line, "due_date")
        if due < issued:
            reason = f"The invoice is due on {due}, before it was issued on {issued}."
            raise BadCell("due_date", "DUE_BEFORE_ISSUE", reason)
        return issued, due
