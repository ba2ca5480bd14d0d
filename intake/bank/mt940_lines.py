"""The statement line of MT940, field 61: dates, sign, amount, kind, references."""

from __future__ import annotations

import re
from datetime import date

from dunning.money import Money
from intake.bank.mt940_fields import Field
from intake.bank.references import said
from intake.bank.statement import Entry, day_of, money
from intake.rows import UnreadableFile

_LINE = re.compile(
    r"(?P<valued>\d{6})(?P<booked>\d{4}|[ ]{4})?"
    r"(?P<mark>R?[CD]|E[CD])(?P<funds>[A-Z])?[ ]?(?P<amount>\d[\d,.]*)"
    r"(?P<kind>[A-Z][A-Z0-9 ]{3})?(?P<references>.*)",
    re.ASCII,
)
# The amount may be wrapped onto the next line.
_UNFINISHED = re.compile(r"\d{6}(?:\d{4})?(?:R?[CD]|E[CD])[A-Z]?\s*", re.ASCII)
_HALF_A_YEAR = 183
# Returned items, by SWIFT's own code.
_RETURNED = "RTI"
_INTEREST = "INT"


def entry_of(found: Field, number: int, currency: str) -> Entry:
    """The entry a field 61 states. Raises UnreadableFile where it states none."""
    first, *more = found.text.split("\n")
    if more and _UNFINISHED.fullmatch(first):
        first, more = first.rstrip() + more[0], more[1:]
    written = _LINE.match(first)
    if written is None:
        place = f"Line {found.line} of the bank statement"
        raise UnreadableFile(f"{place} is no entry: {first[:40]!r}. Fetch the file again.")
    mark, kind = written["mark"], (written["kind"] or "")[1:]
    owner, _, bank = written["references"].partition("//")
    valued = day_of(written["valued"])
    return Entry(
        number=number,
        amount=_amount(written, currency),
        booked=_booked((written["booked"] or "").strip(), valued),
        valued=valued,
        bank_reference=said(bank),
        owner_reference=said(owner),
        description=said(" ".join(more)),
        is_reversal=mark.startswith("R") or kind == _RETURNED,
        is_booked=not mark.startswith("E"),
        no_payment="interest" if kind == _INTEREST else "",
    )


def _amount(written: re.Match[str], currency: str) -> Money:
    """Signed: a reversed credit (RC) goes out again, a reversed debit (RD) comes back in."""
    text = written["amount"].replace(",", ".").strip(".")
    if text.count(".") > 1:
        raise UnreadableFile(f"The bank statement has {written['amount']!r} as an amount.")
    amount = money(text, currency)
    return amount if written["mark"] in {"C", "RD", "EC"} else -amount


def _booked(month_and_day: str, valued: date) -> date:
    """The booking date, which states no year: the one nearest to the value date."""
    if not month_and_day:
        return valued
    month, day = int(month_and_day[:2]), int(month_and_day[2:])
    year = valued.year
    if (month - valued.month) * 30 > _HALF_A_YEAR:
        year -= 1
    elif (valued.month - month) * 30 > _HALF_A_YEAR:
        year += 1
    return day_of(f"{year % 100:02}{month:02}{day:02}")
