"""A reading of a bank statement: payments, items that came back, and what adds up to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dunning.money import Money
from intake.bank.bai2 import read_bai2
from intake.bank.camt import read_camt
from intake.bank.control import control_figures, controlled, leads
from intake.bank.formats import Form, form_of
from intake.bank.mt940 import read_mt940
from intake.bank.numbers import numberings
from intake.bank.rows import Outcome, rows_of
from intake.bank.statement import Statement
from intake.files import Limits, encoding_of
from intake.mapping import Mapping
from intake.payments import PaymentRow, read_payments
from intake.reading import Reading
from intake.rows import Rejected

_MOST_NAMED = 5


class BankReading:
    """Iterate it: payments and ``Rejected`` in file order, then the items that came back.

    Afterwards it says what ``intake.reading.Reading`` says too: ``rows`` counts the entries, or
    the transactions of a batch, ``skipped`` those that are no payments, ``duplicates`` those
    listed twice; ``totals`` are payments less what came back. Iterating again starts anew.
    """

    def __init__(self, statements: list[Statement], remarks: list[str]) -> None:
        forms = dict.fromkeys(one.form for one in statements)
        self.mapping = Mapping(title=f"{' and '.join(forms)} bank statement")
        self._statements = statements
        self._remarks = remarks
        self._begin()

    def __iter__(self) -> Iterator[PaymentRow | Rejected]:
        self._begin()
        returned: list[PaymentRow] = []
        for row in self._every():
            if isinstance(row, PaymentRow) and row.is_reversal:
                returned.append(row)
            else:
                yield self._counted(row)
        for row in returned:
            # What a return names may stand behind it in the file.
            yield self._counted(row)
        self.warnings += [*self._named, *self._closing_remarks()]

    @property
    def statements(self) -> list[dict[str, str | int | None]]:
        """The control figures of each statement: opening, credits, debits, closing."""
        return [control_figures(one) for one in self._statements]

    @property
    def balanced(self) -> list[Statement]:
        """The statements that say where they begin and end; reports of the day do not count."""
        return [one for one in self._statements if leads(one)]

    def _begin(self) -> None:
        self.rows = self.accepted = self.rejected = self.duplicates = self.skipped = 0
        self.totals: dict[str, Money] = {}
        self.warnings = list(self._remarks)
        self._named = list[str]()
        self._left = Counter[str]()
        self._known: dict[str, int] = {}

    def _every(self) -> Iterator[PaymentRow | Rejected]:
        for statement, numbering in zip(
            self._statements, numberings(self._statements), strict=True
        ):
            for entry in statement.entries:
                outcome = rows_of(statement, entry, numbering.number(entry))
                self._note(outcome)
                for row in outcome.rows:
                    if self._is_new(row):
                        yield row

    def _note(self, outcome: Outcome) -> None:
        self._named += outcome.remarks[: max(0, _MOST_NAMED - len(self._named))]
        self._left.update(outcome.left_out)
        self.skipped += len(outcome.left_out)
        self.rows += len(outcome.rows) + len(outcome.left_out)

    def _is_new(self, row: PaymentRow | Rejected) -> bool:
        if isinstance(row, Rejected):
            return True
        first = self._known.setdefault(row.payment, row.row)
        if first != row.row:
            self.duplicates += 1
        return first == row.row

    def _counted(self, row: PaymentRow | Rejected) -> PaymentRow | Rejected:
        if isinstance(row, Rejected):
            self.rejected += 1
            return row
        self.accepted += 1
        so_far = self.totals.get(row.amount.currency, Money.zero(row.amount.currency))
        changed = so_far - row.amount if row.is_reversal else so_far + row.amount
        self.totals[row.amount.currency] = changed
        return row

    def _closing_remarks(self) -> Iterator[str]:
        if not self.rows:
            yield "The statement has no entries."
        if self.duplicates:
            yield f"Entries listed in two statements and taken once: {self.duplicates}."
        if self._left:
            counts = ", ".join(f"{what}: {count}" for what, count in sorted(self._left.items()))
            yield f"Entries that are no payments: {counts}."


def read_received(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> BankReading | Reading[PaymentRow]:
    """The payments of a bank statement, a CSV file or a workbook, whatever its name is.

    Raises UnreadableFile at once when the file as a whole cannot be read, or its figures
    contradict each other: then nothing of it is taken.
    """
    bounds = limits or Limits()
    form = form_of(Path(path), bounds)
    if form is None:
        return read_payments(path, mapping, limits=bounds)
    return read_statement(Path(path), form, mapping.encoding if mapping else "")


def read_statement(path: Path, form: Form, declared: str = "") -> BankReading:
    """The payments of a bank statement in this format. Raises UnreadableFile."""
    if form == "camt":
        statements = read_camt(path)
        return BankReading(statements, controlled(statements, path.name))
    encoding = encoding_of(path, declared)
    read = read_mt940 if form == "MT940" else read_bai2
    statements = read(path, encoding.name)
    warnings = [encoding.warning] if encoding.warning else []
    return BankReading(statements, [*warnings, *controlled(statements, path.name)])
