"""What an electronic invoice says, whatever it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dunning.money import Money
from intake.rows import BadCell

# UNTDID 1001: credit notes of every kind; what they say is not owed but given back.
CREDIT_TYPES = frozenset("81 83 261 262 296 308 381 396 420 458 532".split())
_DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,8})?|\.\d{1,8})", re.ASCII)
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[TZ+-].*)?", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Party:
    """Seller or buyer; `numbers` are what identifies it, the best first."""

    name: str = ""
    numbers: tuple[str, ...] = ()
    tax_number: str = ""
    email: str = ""
    country: str = ""


@dataclass(frozen=True)
class Discount:
    """A discount of the terms: `percent` of `base` (None: of what is payable) within some days."""

    days: int
    percent: str
    base: str = ""


@dataclass(frozen=True)
class EInvoice:
    """The fields of an invoice as texts, amounts and dates as written; `form` is UBL or CII."""

    form: str
    number: str
    type_code: str
    issued: str
    due: str
    currency: str
    payable: str
    prepaid: str
    seller: Party
    buyer: Party
    terms: str = ""
    payment_reference: str = ""
    order: str = ""
    credits: str = ""
    discount: Discount | None = None

    @property
    def is_credit(self) -> bool:
        """Whether it gives something back."""
        return self.type_code in CREDIT_TYPES


def money_of(text: str, currency: str, field_name: str) -> Money:
    """An amount in major units, with zeros beyond the currency's digits. Raises BadCell."""
    if not text:
        raise BadCell(field_name, "AMOUNT_MISSING", f"The {field_name} is missing.")
    if not _DECIMAL.fullmatch(text):
        raise BadCell(field_name, "AMOUNT_INVALID", f"{text[:40]!r} is no amount.")
    try:
        return Money.parse(text, currency)
    except ValueError:
        reason = f"{text} has more decimals than {currency} has."
        raise BadCell(field_name, "AMOUNT_DECIMALS", reason) from None


def day_of(text: str, field_name: str) -> date:
    """A day written 2026-03-01 or 20260301. Raises BadCell."""
    if not text:
        label = field_name.replace("_", " ")
        raise BadCell(field_name, "DATE_MISSING", f"The {label} is missing.")
    found = _DAY.fullmatch(text)
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise BadCell(field_name, "DATE_INVALID", f"{text[:40]!r} is no usable date.")
    return day
