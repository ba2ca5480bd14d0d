"""Reads what associates recorded: promises, disputes, pauses and the like, for rehearsals."""

from __future__ import annotations

from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from dunning.money import Money
from intake.files import Limits
from intake.kinds import EVENTS
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.rows import BadCell, Line, plain
from intake.survey import Survey
from intake.texts import currency, identifier, needed, words

ACTIONS = tuple("promise dispute resolve pause resume escalate write_off opt_out".split())


@dataclass(frozen=True, slots=True)
class EventRow:
    """One recorded action on an invoice; ``until`` is the promised day or the end of a pause."""

    row: int
    on: date
    action: str
    invoice: str
    amount: Money | None
    until: date | None
    reason: str
    by: str


def read_events(
    path: str | Path,
    mapping: Mapping | None = None,
    *,
    currencies: abc.Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> Reading[EventRow]:
    """The events of a CSV file or workbook.

    ``currencies`` gives invoices' ISO currencies where the file has no currency column.
    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    reader = partial(_EventReader, currencies=currencies or {})
    return open_reading(path, mapping, EVENTS, reader, limits)


class _EventReader:
    def __init__(self, survey: Survey, currencies: abc.Mapping[str, str]) -> None:
        # The same action twice on one day may be meant: the rulebook says what may happen.
        self.duplicates = 0
        self._survey = survey
        self._currencies = currencies

    def take(self, line: Line) -> Iterator[EventRow]:
        invoice = needed(identifier(line, "invoice"), "invoice")
        on = self._survey.day(line, "date")
        action = _action(line)
        yield EventRow(
            row=line.row,
            on=on,
            action=action,
            invoice=invoice,
            amount=self._amount(line, invoice),
            until=self._until(line, action, on),
            reason=words(line, "reason"),
            by=words(line, "by"),
        )

    def warnings(self) -> list[str]:
        return []

    def _amount(self, line: Line, invoice: str) -> Money | None:
        if line.cell("amount") == "":
            return None
        known = None if line.cell("currency") else self._currencies.get(invoice)
        amount = self._survey.amount(line, known or currency(line))
        if amount.minor <= 0:
            reason = f"{amount} is not an amount above zero."
            raise BadCell("amount", "AMOUNT_NOT_POSITIVE", reason)
        return amount

    def _until(self, line: Line, action: str, on: date) -> date | None:
        until = self._survey.day_or_none(line, "until")
        if until is None and action == "promise":
            raise BadCell("until", "DATE_MISSING", "A promise needs the day it is promised for.")
        if until is not None and until < on:
            reason = f"It ends on {until}, before it was recorded on {on}."
            raise BadCell("until", "UNTIL_BEFORE_DATE", reason)
        return until


def _action(line: Line) -> str:
    text = plain(line.cell("action")).casefold().replace("-", "_").replace(" ", "_")
    if needed(text, "action") not in ACTIONS:
        reason = f"{text[:40]} is none of {', '.join(ACTIONS)}."
        raise BadCell("action", "ACTION_UNKNOWN", reason)
    return text
