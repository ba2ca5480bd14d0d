"""Credit notes among invoices: rows with a negative amount, whether they name an invoice or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning.money import Money
from intake.files import Limits
from intake.invoices import InvoiceReader, InvoiceRow, IssuedFile
from intake.kinds import INVOICES
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.rows import BadCell, Line
from intake.survey import Survey
from intake.texts import currency, identifier, needed, words


@dataclass(frozen=True, slots=True)
class CreditNoteRow:
    """A credit note; ``amount`` is negative, as the file's total counts it.

    ``credits`` is the invoice it is for, "" where the file names none; ``seller`` and ``file`` are
    those of an electronic one.
    """

    row: int
    credit: str
    customer: str
    customer_name: str
    entity: str
    amount: Money
    on: date
    credits: str
    reference: str
    seller: str = ""
    file: IssuedFile | None = None


OwedRow = InvoiceRow | CreditNoteRow


def read_owed(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> Reading[OwedRow]:
    """The invoices and credit notes of a CSV file or workbook.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    return open_reading(path, mapping, INVOICES, _OwedReader, limits)


class _OwedReader:
    def __init__(self, survey: Survey) -> None:
        self._invoices = InvoiceReader(survey)

    @property
    def duplicates(self) -> int:
        return self._invoices.duplicates

    def take(self, line: Line) -> Iterator[OwedRow]:
        amount = self._invoices.survey.amount(line, currency(line))
        if amount.minor >= 0:
            yield from self._invoices.take(line)
            return
        row = self._credit_note(line, amount)
        if not self._invoices.repetitions.is_repeated(row.credit, row):
            self._invoices.forms.note(row.customer)
            yield row

    def warnings(self) -> list[str]:
        return self._invoices.warnings()

    def _credit_note(self, line: Line, amount: Money) -> CreditNoteRow:
        number = identifier(line, "invoice")
        if not number:
            # Without a number, the same file again could not be told from another credit.
            reason = f"{amount} is a credit without a number: give it one, so that it counts once."
            raise BadCell("invoice", "CREDIT_NOTE", reason)
        return CreditNoteRow(
            row=line.row,
            credit=number,
            customer=needed(identifier(line, "customer"), "customer"),
            customer_name=words(line, "customer_name"),
            entity=identifier(line, "entity"),
            amount=amount,
            on=self._invoices.survey.day(line, "issue_date"),
            credits=identifier(line, "credits"),
            reference=words(line, "reference"),
        )
