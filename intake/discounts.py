"""Early-payment discount of an invoice's own terms, as a ledger exports it."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dunning.money import Money
from intake.rows import BadCell, Line, plain
from intake.survey import Survey

_PERCENT = re.compile(r"(\d{1,2}(?:[.,]\d{1,4})?) ?%?")


def discount_of(
    line: Line, survey: Survey, amount: Money, issued: date
) -> tuple[Money, date] | tuple[None, None]:
    """What may be kept back and until when, by `discount_percent` and `discount_date`.

    The amount is rounded half up to the currency's minor unit. Raises BadCell, also where one of
    the two is given without the other.
    """
    percent, until = plain(line.cell("discount_percent")), survey.day_or_none(line, "discount_date")
    if not percent and until is None:
        return None, None
    if not percent or until is None:
        missing = "discount_date" if percent else "discount_percent"
        given = "a per cent" if percent else "a date"
        reason = f"A discount with {given} alone says nothing: give both columns or neither."
        raise BadCell(missing, "DISCOUNT_INCOMPLETE", reason)
    if until < issued:
        reason = f"The discount ends on {until}, before the invoice was issued on {issued}."
        raise BadCell("discount_date", "DISCOUNT_BEFORE_ISSUE", reason)
    return _share(percent, amount), until


def _share(percent: str, amount: Money) -> Money:
    found = _PERCENT.fullmatch(percent.strip())
    rate = Decimal(found.group(1).replace(",", ".")) if found else Decimal(0)
    share = (amount.minor * rate / 100).to_integral_value(ROUND_HALF_UP)
    if not 0 < share < amount.minor:
        reason = f"{percent[:40]} is no per cent of discount, such as 2 or 2.5."
        raise BadCell("discount_percent", "DISCOUNT_INVALID", reason)
    return Money(int(share), amount.currency)
