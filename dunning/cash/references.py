"""Structured references of payments: whether their check digits are right, whom they name."""

from __future__ import annotations

import re

_RF = re.compile(r"RF\d\d[0-9A-Z]{1,21}")
_QR_DIGITS = 27
_SHORTEST_DIGITS = 4
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def referenced(text: str) -> str:
    """What the creditor put into the reference, without check digits and leading zeros.

    Known are RF (ISO 11649, modulo 97) and the Swiss QR reference (27 digits, modulo 10
    recursive), which cannot be meant for something else; nothing for any other text.
    """
    joined = "".join(text.split()).upper()
    if _RF.fullmatch(joined):
        return joined[4:].lstrip("0") if is_creditor_reference(joined) else ""
    is_long = joined.isascii() and joined.isdigit() and len(joined) == _QR_DIGITS
    return joined[:-1].lstrip("0") if is_long and _recursive(joined[:-1]) == joined[-1] else ""


def own_digits(text: str) -> tuple[str, ...]:
    """What a Nordic reference may stand for: digits whose last is a right check digit.

    Finland checks with 7-3-1, Norway (KID) and Sweden (OCR) with modulo 10 (Luhn), Norway also
    with modulo 11. Any ten numbers have one that fits, so these only propose.
    """
    joined = "".join(text.split())
    if not (joined.isascii() and joined.isdigit() and len(joined) >= _SHORTEST_DIGITS):
        return ()
    right = joined[-1] in {_luhn(joined[:-1]), _seven_three_one(joined[:-1]), _eleven(joined[:-1])}
    return (joined[:-1].lstrip("0"),) if right else ()


def is_creditor_reference(text: str) -> bool:
    """Whether the text is an ISO 11649 reference with right check digits."""
    joined = "".join(text.split()).upper()
    if not _RF.fullmatch(joined):
        return False
    return int("".join(str(int(sign, 36)) for sign in joined[4:] + joined[:4])) % 97 == 1


def bare(number: str) -> str:
    """An invoice number as a structured reference can hold it: letters and digits only."""
    return re.sub(r"[^0-9A-Z]", "", number.upper()).lstrip("0")


def _recursive(digits: str) -> str:
    carry = 0
    for digit in digits:
        carry = _CARRY[(carry + int(digit)) % 10]
    return str((10 - carry) % 10)


def _luhn(digits: str) -> str:
    doubled = (int(sign) * (2 if place % 2 == 0 else 1) for place, sign in enumerate(digits[::-1]))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)  # noqa: PLR2004


def _seven_three_one(digits: str) -> str:
    weights = (7, 3, 1)
    weighed = (int(sign) * weights[place % 3] for place, sign in enumerate(digits[::-1]))
    return str(-sum(weighed) % 10)


def _eleven(digits: str) -> str:
    weighed = (int(sign) * (2 + place % 6) for place, sign in enumerate(digits[::-1]))
    rest = -sum(weighed) % 11
    return "-" if rest == 10 else str(rest)  # noqa: PLR2004  # Ten is written as a dash.
