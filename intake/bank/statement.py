"""What every bank statement says, whatever it is written in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from dunning.money import Money
from intake.rows import UnreadableFile

# Where a bank names no currency anywhere; no entry in it is accepted.
NO_CURRENCY = ""
MOST_ENTRIES = 400_000
_MOST_DIGITS = 18
_DECIMAL = re.compile(r"\d+(?:\.\d*)?|\.\d+", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of an entry: who paid, and what for.

    ``amount`` is signed, in the entry's currency, and None where only the entry states it;
    ``original`` is what the payer ordered, perhaps in another currency. ``documents`` are
    invoice numbers in fields of their own, ``remittance`` the lines of free text.
    """

    amount: Money | None = None
    bank_reference: str = ""
    end_to_end: str = ""
    structured_reference: str = ""
    documents: tuple[str, ...] = ()
    remittance: tuple[str, ...] = ()
    payer: str = ""
    payer_iban: str = ""
    original: Money | None = None
    charges: Money | None = None
    is_return: bool = False
    returned_reason: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an account: signed, money that came in is positive.

    ``number`` counts the entries of the file from 1. ``description`` is what the bank calls it;
    it is no word of the payer. ``no_payment`` says why a credit is none of
    a customer, such as interest.
    """

    number: int
    amount: Money
    booked: date | None
    valued: date | None = None
    bank_reference: str = ""
    owner_reference: str = ""
    description: str = ""
    is_reversal: bool = False
    is_booked: bool = True
    no_payment: str = ""
    transactions: tuple[Transaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Stated:
    """How many entries of which kind (all, credits, debits) a statement says it has."""

    kind: str
    count: int | None
    total: Money | None


@dataclass(slots=True)
class Statement:
    """One statement of one account, with what it says of itself.

    ``faults`` are figures that contradict each other, ``remarks`` what people should know.
    ``is_part`` marks a page whose entries alone need not lead from balance to balance, and
    ``carries_on`` one that continues the statement before it.
    """

    form: str
    account: str = ""
    number: str = ""
    currency: str = NO_CURRENCY
    opening: Money | None = None
    closing: Money | None = None
    is_part: bool = False
    carries_on: bool = False
    entries: list[Entry] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        """How a sentence names the statement."""
        number = f" {self.number}" if self.number else ""
        return f"statement{number} of account {self.account or 'unknown'}"


def bounded(count: int, file_name: str) -> int:
    """The count of entries or statements so far. Raises UnreadableFile beyond MOST_ENTRIES."""
    if count > MOST_ENTRIES:
        most = f"more than {MOST_ENTRIES:,} entries; ask the bank for shorter periods"
        raise UnreadableFile(f"{file_name} has {most}.")
    return count


def money(text: str, currency: str) -> Money:
    """A plain decimal amount in major units, with trailing zeros beyond the currency's digits.

    Raises UnreadableFile.
    """
    if not _DECIMAL.fullmatch(text) or len(text.lstrip("0")) > _MOST_DIGITS:
        raise UnreadableFile(f"The bank statement has {text[:40]!r} where an amount should stand.")
    try:
        return Money.parse(text, currency)
    except ValueError:
        reason = f"{text} has more decimals than {currency} has"
        raise UnreadableFile(f"The bank statement is damaged: {reason}.") from None


def calendar_day(year: int, month: int, day: int) -> date:
    """A day of the calendar. Raises UnreadableFile for any other, or one outside 1990-2100."""
    try:
        found = date(year, month, day)
    except ValueError:
        found = None
    if found is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        written = f"{year:04}-{month:02}-{day:02}"
        raise UnreadableFile(f"The bank statement has {written}, which is no usable date.")
    return found


def day_of(text: str) -> date:
    """A day written YYMMDD; 80 to 99 are of the last century.

    Banks that count every month as thirty days write 30 February: that is its last day.
    Raises UnreadableFile.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        raise UnreadableFile(f"The bank statement has {text[:40]!r} where a date should stand.")
    short, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    year = short + (1900 if short >= 80 else 2000)  # noqa: PLR2004  # Said above.
    if month == 2 and day in {29, 30}:  # noqa: PLR2004  # February, in the thirty-day count.
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        day = 29 if leap else 28
    return calendar_day(year, month, day)
