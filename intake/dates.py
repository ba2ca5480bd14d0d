"""Dates as exports write them: declared, or proven by the whole column, never guessed."""

from __future__ import annotations

import re
from datetime import date, datetime

from intake.rows import BadCell, Cell, plain

_YEARS = range(1990, 2101)
_MONTHS_IN_A_YEAR = 12
_DAYS_IN_A_MONTH = 31
_MOST_KNOWN = 20_000
_TIME = r"(?:[T ]\d{1,2}:\d{2}.{0,40})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0+)?")
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_SHORT_YEAR = re.compile(rf"\d{{1,2}}([-/.])\d{{1,2}}\1\d{{2}}{_TIME}")
_DAY_NAME_YEAR = re.compile(r"(\d{1,2})[ .-]+([A-Za-z]{3,9})[ .,-]+(\d{4})")
_NAME_DAY_YEAR = re.compile(r"([A-Za-z]{3,9})\.? +(\d{1,2}),? +(\d{4})")
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)
}
_TOKEN = re.compile(r"YYYY|YY|MMM|MM|M|DD|D")


def is_date_form(form: str) -> bool:
    """Whether a declared form names day, month and year once each; empty text is no declaration."""
    named = sorted(token[0] for token in _TOKEN.findall(form))
    return not form or (named == ["D", "M", "Y"] and not re.search(r"\w", _TOKEN.sub("", form)))


class DateColumn:
    """One column of dates: looks at every cell first, then reads them by what it saw.

    A declared form such as ``M/D/YYYY`` needs no look. Without one, ``3/4/2026`` is refused unless
    some other cell of the column, such as ``3/14/2026``, shows which number is the month.
    """

    def __init__(self, field_name: str, form: str = "") -> None:
        self._field = field_name
        self._form = form
        self._declared = _declared(form) if form else None
        self._orders: dict[str, set[str]] = {}
        self._known: dict[str, date] = {}

    def observe(self, cell: Cell) -> None:
        """Learn from one cell which of day and month this column writes first."""
        if not isinstance(cell, str) or self._declared:
            return
        written = _YEAR_LAST.fullmatch(cell)
        if written is None:
            return
        first, second = int(written[1]), int(written[3])
        if max(first, second) > _DAYS_IN_A_MONTH:
            return
        if first > _MONTHS_IN_A_YEAR >= second:
            self._orders.setdefault(written[2], set()).add("day")
        if second > _MONTHS_IN_A_YEAR >= first:
            self._orders.setdefault(written[2], set()).add("month")

    def read(self, cell: Cell) -> date | None:
        """The date in a cell, None for an empty one.

        Raises BadCell with DATE_INVALID, DATE_AMBIGUOUS or FORMULA_WITHOUT_VALUE.
        """
        if isinstance(cell, date):
            day = cell.date() if isinstance(cell, datetime) else cell
            return self._possible(day.year, day.month, day.day, plain(cell))
        text = plain(cell)
        if not text:
            return None
        known = self._known.get(text)
        if known is None:
            known = self._read(text)
            if len(self._known) < _MOST_KNOWN:
                self._known[text] = known
        return known

    def _read(self, text: str) -> date:
        if text.startswith("="):
            raise BadCell(self._field, "FORMULA_WITHOUT_VALUE", "The cell is an empty formula.")
        if self._declared and (written := self._declared.fullmatch(text)):
            return self._from_declared(written, text)
        if written := _YEAR_FIRST.fullmatch(text):
            return self._possible(int(written[1]), int(written[3]), int(written[4]), text)
        if self._declared:
            reason = f"{text[:40]} is not a date of the declared form {self._form}."
            raise BadCell(self._field, "DATE_INVALID", reason)
        return self._undeclared(text)

    def _from_declared(self, written: re.Match[str], text: str) -> date:
        parts = written.groupdict()
        year = int(parts["Y"]) if len(parts["Y"]) == len("2026") else 2000 + int(parts["Y"])
        month = int(parts["M"]) if parts["M"].isdigit() else _month(parts["M"])
        return self._possible(year, month, int(parts["D"]), text)

    def _undeclared(self, text: str) -> date:
        if written := _COMPACT.fullmatch(text):
            return self._possible(int(written[1]), int(written[2]), int(written[3]), text)
        if written := _YEAR_LAST.fullmatch(text):
            return self._by_proof(written, text)
        if _SHORT_YEAR.fullmatch(text):
            raise self._ambiguous(text, "its year has two digits")
        if written := _DAY_NAME_YEAR.fullmatch(text):
            return self._possible(int(written[3]), _month(written[2]), int(written[1]), text)
        if written := _NAME_DAY_YEAR.fullmatch(text):
            return self._possible(int(written[3]), _month(written[1]), int(written[2]), text)
        raise BadCell(self._field, "DATE_INVALID", f"{text[:40]} is not a date.")

    def _by_proof(self, written: re.Match[str], text: str) -> date:
        first, second, year = int(written[1]), int(written[3]), int(written[4])
        if first > _MONTHS_IN_A_YEAR or first == second:
            return self._possible(year, second, first, text)
        if second > _MONTHS_IN_A_YEAR:
            return self._possible(year, first, second, text)
        orders = self._orders.get(written[2], set())
        if orders == {"day"}:
            return self._possible(year, second, first, text)
        if orders == {"month"}:
            return self._possible(year, first, second, text)
        raise self._ambiguous(text, "it can be read with the day or the month first")

    def _possible(self, year: int, month: int, day: int, text: str) -> date:
        try:
            found = date(year, month, day)
        except ValueError:
            reason = f"{text[:40]} is not a day of the calendar."
            raise BadCell(self._field, "DATE_INVALID", reason) from None
        if year not in _YEARS:
            reason = f"{text[:40]} lies outside the years {_YEARS.start} to {_YEARS.stop - 1}."
            raise BadCell(self._field, "DATE_INVALID", reason)
        return found

    def _ambiguous(self, text: str, because: str) -> BadCell:
        return BadCell(
            self._field,
            "DATE_AMBIGUOUS",
            f"{text[:40]} could be two dates: {because}. "
            'Declare the form in a column map: [formats] date = "D/M/YYYY" or "M/D/YYYY".',
        )


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].casefold(), 0)


def _declared(form: str) -> re.Pattern[str]:
    parts = {"YYYY": r"(?P<Y>\d{4})", "YY": r"(?P<Y>\d{2})", "MMM": "(?P<M>[A-Za-z]{3,9})"}
    # Without separators the widths must be exact; with them a leading zero may be absent.
    digits = r"\d{1,2}" if _TOKEN.sub("", form) else r"\d{2}"
    pattern, end = "", 0
    for token in _TOKEN.finditer(form):
        pattern += re.escape(form[end : token.start()])
        pattern += parts.get(token[0], f"(?P<{token[0][0]}>{digits})")
        end = token.end()
    return re.compile(rf"{pattern}{re.escape(form[end:])}(?:\.0+)?{_TIME}")
