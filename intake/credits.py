"""Reads credit notes: which invoice each is for, and how much of it need not be paid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dunning.money import Money
from intake.files import Limits
from intake.kinds import CREDITS
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.repetition import Repetitions
from intake.rows import BadCell, Line
from intake.survey import Survey
from intake.texts import currency, identifier, needed, words


@dataclass(frozen=True, slots=True)
class CreditRow:
    """One credit note; ``amount`` is more than nothing, however the file signs it."""

    row: int
    credit: str
    invoice: str
    amount: Money
    on: date
    reason: str


def read_credits(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> Reading[CreditRow]:
    """The credit notes of a CSV file or workbook.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    return open_reading(path, mapping, CREDITS, _CreditReader, limits)


class _CreditReader:
    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._repetitions = Repetitions[CreditRow](survey, "credit")

    @property
    def duplicates(self) -> int:
        return self._repetitions.count

    def take(self, line: Line) -> Iterator[CreditRow]:
        given = self._survey.amount(line, currency(line))
        if given.minor == 0:
            raise BadCell("amount", "AMOUNT_ZERO", "The amount is zero, so nothing is credited.")
        row = CreditRow(
            row=line.row,
            credit=needed(identifier(line, "credit"), "credit"),
            invoice=needed(identifier(line, "invoice"), "invoice"),
            amount=max(given, -given),
            on=self._survey.day(line, "date"),
            reason=words(line, "reason"),
        )
        if not self._repetitions.is_repeated(row.credit, row):
            yield row

    def warnings(self) -> list[str]:
        return self._repetitions.warnings()
