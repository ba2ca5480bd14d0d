"""Amounts as exports write them: the decimal sign is declared or proven, never guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from dunning.money import Money
from intake.rows import BadCell, Cell, plain

_MOST_WHOLE_DIGITS = 13
_GROUPED_DIGITS = 3
_MARKS = {"€": "EUR", "£": "GBP"}
_MARK = r"[A-Z]{3}|US\$|[$€£¥]"
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+−])?\s*(?P<mark>{_MARK})?\s*(?P<inner>[-−])?\s*"  # noqa: RUF001  # Exports do write the typographic minus.
    rf"(?P<body>\d[\d.,]*|[.,]\d+)\s*(?P<after>{_MARK})?\s*(?P<trail>-)?(?P<close>\))?"
)
_SPACED = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))")
_SCIENTIFIC = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d+")
_WELL_FORMED = {
    ".": re.compile(r"(?:\d*|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d*)?"),
    ",": re.compile(r"(?:\d*|\d{1,3}(?:\.\d{2,3})*\.\d{3})(?:,\d*)?"),
}


class AmountColumn:
    """One column of amounts: looks at every cell first, then reads them by what it saw.

    Without a declared decimal sign, ``1,234`` is refused unless some other cell of the column,
    such as ``99,50``, shows what the comma is for.
    """

    def __init__(self, field_name: str, decimal: str = "") -> None:
        self._field = field_name
        self._declared = decimal
        self._seen: set[str] = set()

    def observe(self, cell: Cell) -> None:
        """Learn from one cell which decimal sign this column uses."""
        if not isinstance(cell, str) or self._declared:
            return
        if cell.isdigit():
            return
        written = _AMOUNT.fullmatch(_SPACED.sub("", cell))
        sign = _decimal_sign(written["body"]) if written else None
        if sign:
            self._seen.add(sign)

    def read(self, cell: Cell, currency: str) -> Money | None:
        """The amount in a cell in this currency, None for an empty one.

        Raises BadCell with AMOUNT_INVALID, AMOUNT_AMBIGUOUS, AMOUNT_DECIMALS, AMOUNT_TOO_LARGE,
        CURRENCY_CONFLICT, DIGITS_LOST or FORMULA_WITHOUT_VALUE.
        """
        if isinstance(cell, Decimal):
            return self._money(cell, currency)
        text = plain(cell)
        if not text:
            return None
        written = _AMOUNT.fullmatch(_SPACED.sub("", text))
        signs = _signs(written) if written else []
        if written is None or len(signs) > 1 or bool(written["open"]) != bool(written["close"]):
            raise self._not_an_amount(text)
        self._check_mark(written["mark"], currency)
        self._check_mark(written["after"], currency)
        number = self._number(written["body"], text)
        negative = signs not in ([], ["+"])
        return self._money(-number if negative else number, currency)

    def _check_mark(self, mark: str | None, currency: str) -> None:
        if mark is None or mark in {"$", "US$", "¥"}:
            return
        named = _MARKS.get(mark, mark)
        if named != currency:
            reason = f"The amount is marked {named} but the row's currency is {currency}."
            raise BadCell(self._field, "CURRENCY_CONFLICT", reason)

    def _number(self, body: str, text: str) -> Decimal:
        decimal = self._declared or (next(iter(self._seen)) if len(self._seen) == 1 else None)
        if decimal is None:
            decimal = _decimal_sign(body)
        if decimal is None:
            raise BadCell(
                self._field,
                "AMOUNT_AMBIGUOUS",
                f"{text[:40]} can be read in two ways. "
                'Declare the decimal sign in a column map: [formats] decimal = "." or ",".',
            )
        if not _WELL_FORMED[decimal or "."].fullmatch(body):
            raise self._not_an_amount(text)
        grouping = "," if decimal == "." else "."
        return Decimal(body.replace(grouping, "").replace(",", ".").rstrip("."))

    def _money(self, number: Decimal, currency: str) -> Money:
        if number.adjusted() >= _MOST_WHOLE_DIGITS:
            reason = f"{number:f} is too large to be the amount of one row."
            raise BadCell(self._field, "AMOUNT_TOO_LARGE", reason)
        try:
            return Money.parse(number, currency)
        except ValueError:
            reason = f"{number:f} has more decimals than {currency} has."
            raise BadCell(self._field, "AMOUNT_DECIMALS", reason) from None

    def _not_an_amount(self, text: str) -> BadCell:
        if text.startswith("="):
            reason = "The cell is a formula without a value."
            return BadCell(self._field, "FORMULA_WITHOUT_VALUE", reason)
        if _SCIENTIFIC.fullmatch(text):
            reason = f"{text[:40]} is written with an exponent, so digits may be lost."
            return BadCell(self._field, "DIGITS_LOST", reason)
        return BadCell(self._field, "AMOUNT_INVALID", f"{text[:40]} is not an amount.")


def _signs(written: re.Match[str]) -> list[str]:
    return [sign for name in ("open", "sign", "inner", "trail") if (sign := written[name])]


def _decimal_sign(body: str) -> str | None:
    """The decimal sign a number proves; empty text when it has none, None when it is open."""
    points, commas = body.count("."), body.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return "." if body.rindex(".") > body.rindex(",") else ","
    sign, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other
    whole, _, rest = body.partition(sign)
    grouped = len(rest) == _GROUPED_DIGITS and 0 < len(whole) <= _GROUPED_DIGITS and whole != "0"
    return None if grouped else sign
