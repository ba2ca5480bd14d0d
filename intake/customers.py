"""Reads customers with their contacts; several rows of one customer are several contacts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from intake.contacts import ContactRow, contact
from intake.files import Limits
from intake.kinds import CUSTOMERS
from intake.mapping import Mapping
from intake.reading import Reading, open_reading
from intake.repetition import NumberForms
from intake.rows import BadCell, Line, Rejected, plain
from intake.survey import Survey, key_of
from intake.texts import country, identifier, locale, needed, timezone, words

# Fields in which two rows of one customer must not contradict each other.
_SHARED = "country subdivision timezone locale segment entity policy debtor collector".split()
_LONGEST_CODE = 64
Debtor = Literal["", "business", "public", "consumer"]
_DEBTORS: tuple[Debtor, ...] = ("", "business", "public", "consumer")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer; ``row`` is the first of its rows. Texts the file does not give are empty.

    ``country`` is ISO 3166, ``timezone`` IANA, ``locale`` like ``de_DE``; ``closures`` are first
    and last days on which nobody is there.
    """

    row: int
    customer: str
    name: str
    country: str
    subdivision: str
    timezone: str
    locale: str
    segment: str
    entity: str
    policy: str
    contacts: tuple[ContactRow, ...]
    closures: tuple[tuple[date, date], ...]
    debtor: Debtor = ""
    collector: str = ""


def read_customers(
    path: str | Path, mapping: Mapping | None = None, *, limits: Limits | None = None
) -> Reading[CustomerRow]:
    """The customers of a customers or invoices file, each given where its last row stands.

    Raises UnreadableFile at once when the file as a whole cannot be read.
    """
    return open_reading(path, mapping, CUSTOMERS, _CustomerReader, limits)


class _CustomerReader:
    def __init__(self, survey: Survey) -> None:
        self.duplicates = 0
        self._left = dict(survey.repeats)
        self._open: dict[str, CustomerRow] = {}
        self._forms = NumberForms()
        self._renamed: list[str] = []

    def take(self, line: Line) -> Iterator[CustomerRow | Rejected]:
        key = key_of(line, "customer")
        try:
            self._add(_customer(line))
        except BadCell as bad:
            yield line.rejected(bad)
        if self._is_last(key) and key in self._open:
            self._forms.note(key)
            yield self._open.pop(key)

    def warnings(self) -> list[str]:
        named = ", ".join(self._renamed[:20])
        renamed = [f"Customers with several names, the first kept: {named}."] if named else []
        return [*renamed, *self._forms.warnings()]

    def _add(self, new: CustomerRow) -> None:
        old = self._open.get(new.customer)
        self._open[new.customer] = self._merged(old, new) if old else new

    def _merged(self, old: CustomerRow, new: CustomerRow) -> CustomerRow:
        filled = {name: getattr(old, name) or getattr(new, name) for name in _SHARED}
        for name, value in filled.items():
            if getattr(new, name) not in {"", value}:
                reason = f"Row {old.row} says {value} for {new.customer}; only one can be right."
                raise BadCell(name, "DUPLICATE_CONFLICT", reason)
        if new.name != old.name and old.customer not in self._renamed:
            self._renamed.append(old.customer)
        contacts = tuple(dict.fromkeys(old.contacts + new.contacts))
        closures = tuple(dict.fromkeys(old.closures + new.closures))
        merged = replace(old, **filled, contacts=contacts, closures=closures)
        self.duplicates += merged == old
        return merged

    def _is_last(self, key: str) -> bool:
        left = self._left.get(hash(key), 1) - 1
        self._left[hash(key)] = left
        return left == 0


def _customer(line: Line) -> CustomerRow:
    where = country(line)
    named = contact(line, where)
    return CustomerRow(
        row=line.row,
        customer=needed(identifier(line, "customer"), "customer"),
        name=needed(words(line, "name"), "name"),
        country=where,
        subdivision=words(line, "subdivision", _LONGEST_CODE),
        timezone=timezone(line),
        locale=locale(line),
        segment=identifier(line, "segment"),
        entity=identifier(line, "entity"),
        policy=identifier(line, "policy"),
        contacts=(named,) if named else (),
        closures=_closures(line),
        debtor=_debtor(line),
        collector=identifier(line, "collector"),
    )


def _debtor(line: Line) -> Debtor:
    written = words(line, "debtor", _LONGEST_CODE).lower()
    known = next((one for one in _DEBTORS if one == written), None)
    if known is None:
        reason = f"{written} is none of business, public, consumer."
        raise BadCell("debtor", "DEBTOR_UNKNOWN", reason)
    return known


def _closures(line: Line) -> tuple[tuple[date, date], ...]:
    """Spans such as ``2026-12-24..2027-01-02; 2026-05-01``; a lone day is a span of one."""
    parts = [part.strip() for part in plain(line.cell("closures")).split(";") if part.strip()]
    return tuple(_closure(part) for part in parts)


def _closure(text: str) -> tuple[date, date]:
    first, _, last = text.partition("..")
    try:
        days = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        days = None
    if days is None or days[1] < days[0]:
        reason = f"{text[:60]} is not a span of days such as 2026-12-24..2027-01-02."
        raise BadCell("closures", "CLOSURE_INVALID", reason)
    return days
