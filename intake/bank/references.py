"""References payers and banks write: which are structured, which say nothing, which name what."""

from __future__ import annotations

import re

# What is written where a reference is demanded and none exists.
_NOTHING = {
    "",
    "NONREF",
    "NOTPROVIDED",
    "NOT PROVIDED",
    "NOREF",
    "KREF+",
    "KREF",
    "EREF",
    "UNKNOWN",
}
_RF = re.compile(r"RF\d\d[0-9A-Z]{1,21}")
_QR_DIGITS = 27
_OGM = re.compile(r"[+*]{3}\s*\d{3}/\d{4}/\d{5}\s*[+*]{3}")
_CARRY = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)


def said(text: str) -> str:
    """The reference, or nothing where the text only stands in for one (NONREF, NOTPROVIDED)."""
    folded = " ".join(text.split())
    return "" if folded.upper() in _NOTHING else folded


def structured(text: str) -> str:
    """The reference without blanks when the whole text is a structured one, else nothing.

    Known are ISO 11649 (RF, modulo 97), the Swiss QR and former ESR reference of 27 digits
    (modulo 10, recursive) and the Belgian +++090/9337/55493+++ (modulo 97): all have check
    digits, so that an invoice number is not mistaken for one.
    """
    joined = "".join(text.split()).upper()
    if _RF.fullmatch(joined):
        digits = "".join(str(int(sign, 36)) for sign in joined[4:] + joined[:4])
        return joined if int(digits) % 97 == 1 else ""
    if joined.isascii() and joined.isdigit() and len(joined) == _QR_DIGITS:
        return joined if _checks_recursively(joined) else ""
    if _OGM.fullmatch(text.strip()):
        digits = re.sub(r"\D", "", text)
        return digits if int(digits[:10]) % 97 == int(digits[10:]) % 97 else ""
    return ""


def named_reference(
    documents: tuple[str, ...], remittance: tuple[str, ...], structured_reference: str, *others: str
) -> str:
    """The one text a payment is matched by.

    It is the invoice number where the payment has a field for it and names just one; else what
    the payer wrote, line after line; else the structured reference; else the others in turn.
    """
    if len(set(documents)) == 1:
        return documents[0]
    written = " ".join(line for line in (*documents, *remittance) if line)
    found = (written, structured_reference, *map(said, others))
    return next((text for text in found if text), "")


def _checks_recursively(digits: str) -> bool:
    carry = 0
    for digit in digits[:-1]:
        carry = _CARRY[(carry + int(digit)) % 10]
    return (10 - carry) % 10 == int(digits[-1])
