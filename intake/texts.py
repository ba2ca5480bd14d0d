"""Identifiers, names, yes-or-no and code cells, cleaned without changing what they say."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from phonenumbers import SUPPORTED_REGIONS

from intake.rows import BadCell, Line, plain

LONGEST_IDENTIFIER = 64
LONGEST_NAME = 200
# Spreadsheets keep fifteen digits of a number and round the rest away.
_DIGITS_A_SPREADSHEET_KEEPS = 15
_UNDECODED = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+|\d[.,]\d+[eE]\d+")
_FORCED_TEXT = re.compile(r'="([^"]*)"')
_YES = frozenset("yes true 1 y ja j oui si sí x".split())
_NO = frozenset("no false 0 n nein non".split())


def identifier(line: Line, field_name: str) -> str:
    """An invoice, customer or other number, verbatim with its leading zeros; may be empty.

    Raises BadCell with DIGITS_LOST, FORMULA_WITHOUT_VALUE, CONTROL_CHARACTER, TOO_LONG or
    BAD_ENCODING.
    """
    cell = line.cell(field_name)
    text = plain(cell)
    if text.isalnum() and len(text) <= _DIGITS_A_SPREADSHEET_KEEPS and text.isascii():
        return text
    if isinstance(cell, Decimal) and abs(cell) >= 10**_DIGITS_A_SPREADSHEET_KEEPS:
        raise _digits_lost(field_name, text)
    if forced := _FORCED_TEXT.fullmatch(text):
        text = forced[1].strip()
    if text.startswith("="):
        raise _empty_formula(field_name)
    if _SCIENTIFIC.fullmatch(text):
        raise _digits_lost(field_name, text)
    _refuse_undecoded(text, field_name)
    if _CONTROL.search(text):
        reason = "The cell holds a control character or a line break."
        raise BadCell(field_name, "CONTROL_CHARACTER", reason)
    if whole := _WHOLE_FLOAT.fullmatch(text):
        text = whole[1]
    return _bounded(text, LONGEST_IDENTIFIER, field_name)


def needed(value: str, field_name: str) -> str:
    """The value, which must not be empty; raises BadCell with ``<FIELD>_MISSING``."""
    if not value:
        label = field_name.replace("_", " ")
        raise BadCell(field_name, f"{field_name.upper()}_MISSING", f"The {label} is missing.")
    return value


def words(line: Line, field_name: str, longest: int = LONGEST_NAME) -> str:
    """A name or remark as data: trimmed, inner spaces folded, control characters removed.

    Text that starts with = + @ stays what it is. Raises BadCell with TOO_LONG, BAD_ENCODING, or
    FORMULA_WITHOUT_VALUE for a spreadsheet formula nobody computed.
    """
    text = plain(line.cell(field_name))
    if text == "=":
        raise _empty_formula(field_name)
    _refuse_undecoded(text, field_name)
    folded = " ".join(text.split())
    return _bounded(_CONTROL.sub("", folded), longest, field_name)


def flag(line: Line, field_name: str, *, default: bool) -> bool:
    """A yes-or-no cell; the default where it is empty. Raises BadCell with BOOLEAN_INVALID."""
    text = plain(line.cell(field_name)).casefold()
    if not text:
        return default
    if text in _YES or text in _NO:
        return text in _YES
    raise BadCell(field_name, "BOOLEAN_INVALID", f"{text[:40]} is neither yes nor no.")


def currency(line: Line) -> str:
    """The row's ISO 4217 code. Raises BadCell with CURRENCY_MISSING or CURRENCY_UNKNOWN."""
    code = needed(plain(line.cell("currency")), "currency").upper()
    if not is_currency(code):
        reason = f"{code[:40]} is not the ISO code of a currency in use."
        raise BadCell("currency", "CURRENCY_UNKNOWN", reason)
    return code


def is_currency(code: str) -> bool:
    """Whether the text is the ISO 4217 code of a currency in use."""
    return code in _currencies()


def country(line: Line) -> str:
    """An ISO 3166 two-letter code, or empty. Raises BadCell with COUNTRY_UNKNOWN."""
    code = plain(line.cell("country")).upper()
    if code and code not in SUPPORTED_REGIONS:
        reason = f"{code[:40]} is not a two-letter country code such as DE or US."
        raise BadCell("country", "COUNTRY_UNKNOWN", reason)
    return code


def timezone(line: Line) -> str:
    """An IANA zone such as ``Europe/Berlin``, or empty. Raises BadCell with TIMEZONE_UNKNOWN."""
    zone = plain(line.cell("timezone"))
    if zone and zone not in _zones():
        reason = f"{zone[:40]} is not a time zone such as Europe/Berlin."
        raise BadCell("timezone", "TIMEZONE_UNKNOWN", reason)
    return zone


def locale(line: Line) -> str:
    """A locale such as ``de_DE``, or empty. Raises BadCell with LOCALE_UNKNOWN."""
    name = plain(line.cell("locale")).replace("-", "_")
    if name and not _is_locale(name):
        reason = f"{name[:40]} is not a locale such as en_GB."
        raise BadCell("locale", "LOCALE_UNKNOWN", reason)
    return name


def _digits_lost(field_name: str, text: str) -> BadCell:
    reason = f"{text[:40]} is a number a spreadsheet has rounded; export the column as text."
    return BadCell(field_name, "DIGITS_LOST", reason)


def _empty_formula(field_name: str) -> BadCell:
    reason = "The cell is a formula without a value."
    return BadCell(field_name, "FORMULA_WITHOUT_VALUE", reason)


def _refuse_undecoded(text: str, field_name: str) -> None:
    if not text.isascii() and _UNDECODED.search(text):
        reason = "The cell holds bytes that are no text in the file's encoding."
        raise BadCell(field_name, "BAD_ENCODING", reason)


def _bounded(text: str, longest: int, field_name: str) -> str:
    if len(text) > longest:
        reason = f"The text has {len(text)} characters; {longest} are allowed."
        raise BadCell(field_name, "TOO_LONG", reason)
    return text


@cache
def _currencies() -> frozenset[str]:
    """Codes that are legal tender somewhere today, by CLDR."""
    spans = get_global("territory_currencies").values()
    return frozenset(
        code for each in spans for code, _, end, tender in each if end is None and tender
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _is_locale(name: str) -> bool:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
